package io.limelight.core.policy.create;

/** Something a policy was to be made from cannot be used; the message is a whole sentence for people. */
public final class PolicySourceException extends Exception {
    private static final long serialVersionUID = 1L;

    /** With a sentence. */
    public PolicySourceException(String sentence) {
        super(sentence);
    }

    /** With a sentence and what led to it. */
    public PolicySourceException(String sentence, Throwable cause) {
        super(sentence, cause);
    }

    /** What is wrong, where, and what to do. */
    public String sentence() {
        return String.valueOf(getMessage());
    }
}
