package io.limelight.verifier.state;

/**
 * One agent as the database has it.
 *
 * @param enrolment what a tenant said of it
 * @param lease the right to write to it, as of now
 * @param progress how far it is
 * @param hasShare whether V is kept for it
 */
public record StoredAgent(Enrolment enrolment, Lease lease, Progress progress, boolean hasShare) {}
