package io.limelight.console.exporting;

import io.limelight.console.shell.Sheet;
import java.time.Instant;

/**
 * What is exported.
 *
 * @param sheet the rows
 * @param profile whose fleet; empty: none
 * @param at when it was shown
 */
public record Report(Sheet sheet, String profile, Instant at) {}
