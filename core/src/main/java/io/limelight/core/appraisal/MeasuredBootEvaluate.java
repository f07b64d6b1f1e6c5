package io.limelight.core.appraisal;

/** When a boot log is judged by the policy, beyond being compared with the PCRs: {@code measured_boot_evaluate}. */
public enum MeasuredBootEvaluate {
    /** Until the machine has passed once. */
    ONCE,
    /** At every attestation. */
    ALWAYS,
    /** Anything else: a failure of every attestation that would be judged. */
    UNKNOWN;

    /** The option's value. */
    public static MeasuredBootEvaluate of(String value) {
        return switch (value) {
            case "once" -> ONCE;
            case "always" -> ALWAYS;
            default -> UNKNOWN;
        };
    }

    /** Whether it is time, after so many successful attestations; −1 stands for a single verification, which never is. */
    boolean due(long attestations) {
        return this == ALWAYS || (this == ONCE && attestations == 0);
    }
}
