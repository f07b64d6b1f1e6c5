package io.limelight.verifier.state;

/**
 * The right to write to one agent, and to act for it. It ends when the agent is stopped, reactivated or deleted: each of
 * these counts the generation up or ends the row, so that a cycle that began before finds nothing to write to.
 *
 * @param agent number of the row; never used for another agent, not even of the same id
 * @param generation counts up within the row
 */
public record Lease(long agent, long generation) {}
