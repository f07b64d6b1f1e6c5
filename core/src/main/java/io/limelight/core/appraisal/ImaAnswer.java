package io.limelight.core.appraisal;

/**
 * The measurement list in an answer, as it came and not yet believed.
 *
 * @param list text lines
 * @param firstEntry index of the first of them in the machine's whole list
 */
public record ImaAnswer(String list, long firstEntry) {}
