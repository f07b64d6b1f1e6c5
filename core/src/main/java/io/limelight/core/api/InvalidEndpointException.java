package io.limelight.core.api;

/** A host or port that cannot be one; the message is a sentence. */
public final class InvalidEndpointException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /** With the sentence. */
    public InvalidEndpointException(String sentence) {
        super(sentence);
    }
}
