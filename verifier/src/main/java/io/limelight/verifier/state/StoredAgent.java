package io.limelight.verifier.state;

import java.util.OptionalInt;

/**
 * One agent as the database has it.
 *
 * @param enrolment what a tenant said of it
 * @param lease the right to write to it, as of now
 * @param progress how far it is
 * @param hasShare whether V is kept for it
 * @param runtimePolicyCounts whether its runtime policy is more than a place holder
 * @param noticedSeverity level of the worst failure that others were told of since its last activation
 */
public record StoredAgent(
        Enrolment enrolment,
        Lease lease,
        Progress progress,
        boolean hasShare,
        boolean runtimePolicyCounts,
        OptionalInt noticedSeverity) {}
