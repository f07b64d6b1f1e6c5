package io.limelight.console;

import io.limelight.console.pictures.Picture;
import io.limelight.console.policies.PolicySamples;
import io.limelight.console.words.Words;
import java.time.InstantSource;
import java.util.List;

/** Pictures of policies. */
final class PoliciesAlbum {
    private PoliciesAlbum() {}

    static List<Picture> pictures(Words words, InstantSource clock) {
        return new PolicySamples(words, clock).pictures();
    }
}
