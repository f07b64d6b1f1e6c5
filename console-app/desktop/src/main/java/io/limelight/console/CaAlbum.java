package io.limelight.console;

import io.limelight.console.ca.CaSamples;
import io.limelight.console.pictures.Picture;
import io.limelight.console.words.Words;
import java.time.InstantSource;
import java.util.List;

/** Pictures of the CA room. */
final class CaAlbum {
    private CaAlbum() {}

    static List<Picture> pictures(Words words, InstantSource clock) {
        return new CaSamples(words, clock).pictures();
    }
}
