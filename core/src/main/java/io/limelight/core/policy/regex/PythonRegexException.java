package io.limelight.core.policy.regex;

/** An expression Python's {@code re} would not compile, or one too large to judge. */
public final class PythonRegexException extends Exception {
    private final int offset;
    private final boolean tooLarge;

    private PythonRegexException(String message, int offset, boolean tooLarge) {
        super(message);
        this.offset = offset;
        this.tooLarge = tooLarge;
    }

    static PythonRegexException invalid(String message, int offset) {
        return new PythonRegexException(message + " at position " + offset, offset, false);
    }

    static PythonRegexException tooLarge(String message) {
        return new PythonRegexException(message, 0, true);
    }

    /** Where it goes wrong, in code points from the start; 0 if it is too large. */
    public int offset() {
        return offset;
    }

    /** True if Python may well take it, but its size is beyond what is judged here. */
    public boolean isTooLarge() {
        return tooLarge;
    }
}
