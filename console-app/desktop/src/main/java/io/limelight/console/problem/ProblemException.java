package io.limelight.console.problem;

/** Carries a {@link Problem} to whom it concerns. */
public final class ProblemException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    /** Of a problem. */
    public ProblemException(Problem problem, @org.jspecify.annotations.Nullable Throwable cause) {
        super(problem.whatHappened(), cause);
        this.problem = problem;
    }

    /** What went wrong. */
    public Problem problem() {
        return problem;
    }
}
