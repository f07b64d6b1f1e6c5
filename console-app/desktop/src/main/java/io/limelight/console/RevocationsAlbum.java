package io.limelight.console;

import io.limelight.console.pictures.Picture;
import io.limelight.console.revocations.RevocationsSamples;
import io.limelight.console.words.Words;
import java.time.InstantSource;
import java.util.List;

/** Pictures of the revocation board. */
final class RevocationsAlbum {
    private RevocationsAlbum() {}

    static List<Picture> pictures(Words words, InstantSource clock) {
        return new RevocationsSamples(words, clock).pictures();
    }
}
