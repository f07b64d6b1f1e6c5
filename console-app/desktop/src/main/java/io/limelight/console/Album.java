package io.limelight.console;

import io.limelight.console.pictures.Picture;
import io.limelight.console.sampler.Sampler;
import io.limelight.console.sampler.ShellSamples;
import io.limelight.console.words.Words;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** All pictures there are. */
final class Album {
    private Album() {}

    static List<Picture> pictures(Words words, InstantSource clock) {
        List<Picture> pictures = new ArrayList<>(new Sampler(words, clock).pictures());
        pictures.addAll(new ShellSamples(words, clock).pictures());
        pictures.addAll(new ConnectSamples(words, clock).pictures());
        pictures.addAll(new PayloadsAlbum(words, clock).pictures());
        pictures.addAll(ProvisionAlbum.pictures(words, clock));
        pictures.addAll(CaAlbum.pictures(words, clock));
        pictures.addAll(RevocationsAlbum.pictures(words, clock));
        pictures.addAll(PoliciesAlbum.pictures(words, clock));
        pictures.addAll(ActivityAlbum.pictures(words, clock));
        pictures.addAll(HomeAlbum.pictures(words, clock));
        return pictures;
    }
}
