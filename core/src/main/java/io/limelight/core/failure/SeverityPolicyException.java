package io.limelight.core.failure;

import org.jspecify.annotations.Nullable;

/** {@code severity_labels} or {@code severity_policy} cannot be used; the message says which entry and why. */
public final class SeverityPolicyException extends Exception {
    SeverityPolicyException(String sentence, @Nullable Throwable cause) {
        super(sentence, cause);
    }
}
