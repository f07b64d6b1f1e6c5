package io.limelight.agent.registration;

/** The machine's identity or its work directory cannot be used; the message names the file and what to do. */
public final class AgentDataException extends Exception {
    private static final long serialVersionUID = 1L;

    AgentDataException(String message, Throwable cause) {
        super(message, cause);
    }

    AgentDataException(String message) {
        super(message);
    }
}
