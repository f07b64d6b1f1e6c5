package io.limelight.cli.command;

import io.limelight.core.config.KeylimeConfig;
import java.io.Console;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;

/**
 * The surroundings of a command: passed in, so that tests (and a whole sandbox) can have their own.
 *
 * @param environment variables
 * @param root what absolute paths of the configuration files start at, normally {@code /}
 * @param workingDirectory what relative file arguments start at
 * @param in standard input
 * @param out standard output: results
 * @param err standard error: what went wrong, progress for people
 * @param debug whether {@code --debug} was given: detailed log, stack traces
 */
public record CliContext(
        Map<String, String> environment,
        Path root,
        Path workingDirectory,
        InputStream in,
        PrintStream out,
        PrintStream err,
        boolean debug) {

    /** The real surroundings. */
    public static CliContext ofThisProcess() {
        return new CliContext(
                System.getenv(), Path.of("/"), Path.of("").toAbsolutePath(), System.in, System.out, System.err, false);
    }

    /** The same with the details of {@code --debug}. */
    public CliContext withDebug() {
        return new CliContext(environment, root, workingDirectory, in, out, err, true);
    }

    /** A loader of configuration files for these surroundings. */
    public KeylimeConfig configuration() {
        return new KeylimeConfig(environment, root);
    }

    /** True if a person is at the terminal, who wants progress and plain sentences. */
    // NullAway's model of the JDK says nullable, Error Prone knows that 22 and newer never return null.
    @SuppressWarnings("SystemConsoleNull")
    public boolean interactive() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }
}
