package io.limelight.console;

import io.limelight.console.pictures.Picture;
import io.limelight.console.provision.ProvisionSamples;
import io.limelight.console.words.Words;
import java.time.InstantSource;
import java.util.List;

/** Pictures of the wizard. */
final class ProvisionAlbum {
    private ProvisionAlbum() {}

    static List<Picture> pictures(Words words, InstantSource clock) {
        return new ProvisionSamples(words, clock).pictures();
    }
}
