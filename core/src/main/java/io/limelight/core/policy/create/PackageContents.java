package io.limelight.core.policy.create;

import java.util.List;

/**
 * What a package of a distribution says about, or holds of, its files.
 *
 * @param digests by the path at which a machine measures them, blanks as underscores
 * @param left sentences about what was left out
 */
public record PackageContents(DigestTable digests, List<String> left) {
    /** Copies the list. */
    public PackageContents {
        left = List.copyOf(left);
    }
}
