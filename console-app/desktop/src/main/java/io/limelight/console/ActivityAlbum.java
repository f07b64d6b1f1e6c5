package io.limelight.console;

import io.limelight.console.activity.ActivitySamples;
import io.limelight.console.pictures.Picture;
import io.limelight.console.words.Words;
import java.time.InstantSource;
import java.util.List;

/** Pictures of what happened and what was done. */
final class ActivityAlbum {
    private ActivityAlbum() {}

    static List<Picture> pictures(Words words, InstantSource clock) {
        return new ActivitySamples(words, clock).pictures();
    }
}
