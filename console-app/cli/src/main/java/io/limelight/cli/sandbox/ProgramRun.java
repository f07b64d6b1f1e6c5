package io.limelight.cli.sandbox;

import java.time.Duration;

/**
 * What a program such as {@code limelight tenant} came to.
 *
 * @param status exit status
 * @param output what it printed, standard output and error together
 * @param time how long it took, start of the process included
 */
public record ProgramRun(int status, String output, Duration time) {}
