package io.limelight.core.failure;

/**
 * What a list of failures amounts to.
 *
 * @param representative the first failure of the highest severity: the one that is reported
 * @param severity its severity
 * @param terminal true if the machine is not asked again until an administrator reactivates it: some failure was
 *     irrecoverable, or the highest severity was reached
 */
public record Judgement(Failure representative, Severity severity, boolean terminal) {}
