package io.limelight.registrar;

/** A registration that is not accepted: what the machine hears, and why, for the log. */
public final class RegistrationRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Keylime's text for everything wrong with the data; the particulars stay in the log. */
    static final String INVALID_DATA = "Could not register agent with invalid data";

    private final int status;
    private final String answer;

    private RegistrationRefusedException(int status, String answer, String reason) {
        super(reason);
        this.status = status;
        this.answer = answer;
    }

    /** The data is malformed or contradicts itself. */
    static RegistrationRefusedException invalid(String reason) {
        return new RegistrationRefusedException(400, INVALID_DATA, reason);
    }

    /** Refused with a text of its own. */
    static RegistrationRefusedException of(int status, String answer, String reason) {
        return new RegistrationRefusedException(status, answer, reason);
    }

    /** HTTP status. */
    public int status() {
        return status;
    }

    /** What the machine is told. */
    public String answer() {
        return answer;
    }
}
