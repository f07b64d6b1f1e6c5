package io.limelight.cli.command;

import picocli.CommandLine.Option;

/** Options that every command has; {@code --debug} reaches commands as {@link CliContext#debug}. */
public final class GlobalOptions {
    @Option(
            names = "--debug",
            description = "Log in detail, and show where in the program an error arose. For bug reports.")
    boolean debug;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean help;
}
