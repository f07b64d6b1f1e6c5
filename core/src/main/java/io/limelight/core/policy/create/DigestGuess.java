package io.limelight.core.policy.create;

import io.limelight.core.tpm.HashAlgorithm;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * What a source says about the algorithm of file digests: the algorithms it may mean. 256 bits may be SHA-256 or SM3.
 *
 * @param possible empty if the source has digests and they are of no known algorithm
 */
public record DigestGuess(Set<HashAlgorithm> possible) {
    private static final DigestGuess INVALID = new DigestGuess(Set.of());

    /** Copies the set. */
    public DigestGuess {
        possible = Set.copyOf(possible);
    }

    /** A source that names its algorithm. */
    public static DigestGuess exactly(HashAlgorithm algorithm) {
        return new DigestGuess(Set.of(algorithm));
    }

    /** A source with digests of an algorithm that cannot be told. */
    public static DigestGuess invalid() {
        return INVALID;
    }

    /**
     * The guess from the first digest of a table; empty if it has none. (Keylime's tool calls a source without digests invalid
     * and gives up, so nothing can be built on an empty policy.)
     */
    public static Optional<DigestGuess> of(DigestTable table) {
        for (String name : table.names()) {
            for (String digest : table.digests(name)) {
                return Optional.of(ofHexLength(digest.length()));
            }
        }
        return Optional.empty();
    }

    private static DigestGuess ofHexLength(int digits) {
        Set<HashAlgorithm> fitting = EnumSet.noneOf(HashAlgorithm.class);
        for (HashAlgorithm algorithm : HashAlgorithm.values()) {
            if (2 * algorithm.digestSize() == digits) {
                fitting.add(algorithm);
            }
        }
        return new DigestGuess(fitting);
    }

    boolean isInvalid() {
        return possible.isEmpty();
    }

    /** Its name in messages: Keylime's. */
    String shown() {
        return possible.size() > 1
                ? "sha256_or_sm3_256"
                : possible.iterator().next().wireName();
    }
}
