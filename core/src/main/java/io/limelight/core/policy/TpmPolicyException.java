package io.limelight.core.policy;

import org.jspecify.annotations.Nullable;

/** A {@code tpm_policy} that cannot be used; the message says which part and why. */
public final class TpmPolicyException extends Exception {
    TpmPolicyException(String sentence) {
        this(sentence, null);
    }

    TpmPolicyException(String sentence, @Nullable Throwable cause) {
        super("tpm_policy: " + sentence, cause);
    }
}
