package io.limelight.core.bench;

import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;

/**
 * Runs the JMH benchmarks of this module: all of them, or those whose names match the expressions given. Arguments are
 * JMH's ({@code -f 1 -wi 3 -i 5 -rf json …}).
 */
public final class KernelBenchmarks {
    private KernelBenchmarks() {}

    /** See the class. */
    public static void main(String[] args) throws CommandLineOptionException, RunnerException {
        new Runner(new CommandLineOptions(args)).run();
    }
}
