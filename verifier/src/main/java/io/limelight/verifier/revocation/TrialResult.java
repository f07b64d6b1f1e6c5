package io.limelight.verifier.revocation;

/**
 * What came of a test of a notifier.
 *
 * @param delivered whether the receiver has it
 * @param detail why not
 */
public record TrialResult(boolean delivered, String detail) {}
