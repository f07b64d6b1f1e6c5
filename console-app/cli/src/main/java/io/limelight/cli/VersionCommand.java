package io.limelight.cli;

import io.limelight.cli.command.CliContext;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code limelight version}. */
@Command(name = "version", description = "Print the version.")
final class VersionCommand implements Callable<Integer> {
    private final CliContext context;

    VersionCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        context.out().println("limelight " + version() + " (Java " + Runtime.version() + ")");
        return 0;
    }

    /** From the jar's manifest. */
    static String version() {
        String version = VersionCommand.class.getPackage().getImplementationVersion();
        return version == null ? "(not packaged)" : version;
    }
}
