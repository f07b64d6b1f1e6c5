package io.limelight.core.failure;

/**
 * How bad a failure is.
 *
 * @param level index of the label, 0 for the mildest; {@code severity_level} on the wire
 * @param label the administrator's word for it
 */
public record Severity(int level, String label) {}
