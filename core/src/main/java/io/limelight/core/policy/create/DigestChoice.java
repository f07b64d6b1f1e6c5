package io.limelight.core.policy.create;

import io.limelight.core.tpm.HashAlgorithm;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The one algorithm that all digests of a new policy have, found from its sources in order: {@code --algo}, base policy,
 * allowlist, measurement list. A source that differs from those before it ends the run, since a policy of mixed digests would
 * refuse good files.
 */
public final class DigestChoice {
    private @Nullable DigestGuess chosen;

    /**
     * Asks one more source.
     *
     * @param name for messages, such as {@code base policy}
     * @throws PolicySourceException if it does not fit
     */
    public void ask(String name, DigestGuess guess) throws PolicySourceException {
        ask(name, guess, "");
    }

    /**
     * As {@link #ask(String, DigestGuess)}.
     *
     * @param doubt why the guess is invalid if it is, as the end of a sentence; empty if there is no more to say
     */
    public void ask(String name, DigestGuess guess, String doubt) throws PolicySourceException {
        if (guess.isInvalid()) {
            throw new PolicySourceException(
                    "Invalid digest algorithm found in the " + name + (doubt.isEmpty() ? "" : ": " + doubt) + ".");
        }
        if (chosen == null) {
            chosen = guess;
            return;
        }
        Set<HashAlgorithm> both = EnumSet.copyOf(chosen.possible());
        both.retainAll(guess.possible());
        if (both.isEmpty()) {
            throw new PolicySourceException("The digest algorithm in the " + name
                    + " does not match the previously set '" + chosen.shown() + "' algorithm.");
        }
        chosen = new DigestGuess(both);
    }

    /** As {@link #ask(String, DigestGuess)}; a source that says nothing changes nothing. */
    public void ask(String name, Optional<DigestGuess> guess) throws PolicySourceException {
        if (guess.isPresent()) {
            ask(name, guess.get());
        }
    }

    /** The algorithm to hash files with: SHA-256 where nothing says otherwise. */
    public HashAlgorithm algorithm() {
        if (chosen == null || chosen.possible().contains(HashAlgorithm.SHA256)) {
            return HashAlgorithm.SHA256;
        }
        return chosen.possible().iterator().next();
    }
}
