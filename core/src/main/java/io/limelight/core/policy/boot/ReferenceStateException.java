package io.limelight.core.policy.boot;

/** A reference state or log that cannot be used for a policy; the message says which part and why. */
public final class ReferenceStateException extends Exception {
    ReferenceStateException(String sentence) {
        super(sentence);
    }

    /** The message. */
    public String sentence() {
        return String.valueOf(getMessage());
    }
}
