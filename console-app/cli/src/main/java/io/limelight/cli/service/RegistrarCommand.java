package io.limelight.cli.service;

import io.limelight.cli.command.CliContext;
import io.limelight.cli.command.CommandFailure;
import io.limelight.core.config.Component;
import io.limelight.core.config.ComponentConfig;
import picocli.CommandLine.Command;

/** {@code limelight registrar}. */
@Command(
        name = "registrar",
        description = "Run the registrar in the foreground, configured by Keylime's registrar.conf.",
        footer = {"", "limelight config show registrar prints the configuration it would use."})
public final class RegistrarCommand extends ServiceCommand {
    /** The command. */
    public RegistrarCommand(CliContext context) {
        super(context, Component.REGISTRAR);
    }

    @Override
    RunningService start(ComponentConfig config) throws Exception {
        throw new CommandFailure(1, "this build has no registrar yet");
    }
}
