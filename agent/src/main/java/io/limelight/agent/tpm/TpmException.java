package io.limelight.agent.tpm;

import org.jspecify.annotations.Nullable;

/** The TPM could not do what was asked. The message is a sentence: what, why, and what to do where something can be done. */
public final class TpmException extends Exception {
    private static final long serialVersionUID = 1L;

    private final TpmProblem problem;
    private final int responseCode;

    TpmException(TpmProblem problem, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.problem = problem;
        this.responseCode = 0;
    }

    TpmException(TpmProblem problem, String message) {
        this(problem, message, null);
    }

    private TpmException(TpmProblem problem, int responseCode, String message) {
        super(message);
        this.problem = problem;
        this.responseCode = responseCode;
    }

    /** From an answer's TPM_RC. */
    static TpmException ofResponse(String command, int responseCode) {
        ResponseCode code = ResponseCode.decode(responseCode);
        return new TpmException(code.problem(), responseCode, command + ": " + code.sentence());
    }

    /** The same trouble in other words. */
    TpmException saying(String message) {
        TpmException other = new TpmException(problem, responseCode, message);
        other.initCause(this);
        return other;
    }

    /** The same trouble counted as another kind, in other words. */
    TpmException as(TpmProblem other, String message) {
        TpmException converted = new TpmException(other, responseCode, message);
        converted.initCause(this);
        return converted;
    }

    /** The kind of trouble. */
    public TpmProblem problem() {
        return problem;
    }

    /** TPM_RC as it came, 0 if the trouble is not an answer of the TPM. */
    public int responseCode() {
        return responseCode;
    }
}
