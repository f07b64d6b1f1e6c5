package io.limelight.core.api;

/** A text is no agent id; the message is a sentence that says why. */
public final class InvalidAgentIdException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /** With the sentence. */
    public InvalidAgentIdException(String sentence) {
        super(sentence);
    }
}
