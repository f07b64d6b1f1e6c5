package io.limelight.cli.service;

import io.limelight.cli.command.CliContext;
import io.limelight.cli.command.CommandFailure;
import io.limelight.core.config.Component;
import io.limelight.core.config.KeylimeConfig;
import picocli.CommandLine.Command;

/** {@code limelight verifier}. */
@Command(
        name = "verifier",
        description = "Run the verifier in the foreground, configured by Keylime's verifier.conf.",
        footer = {"", "limelight config show verifier prints the configuration it would use."})
public final class VerifierCommand extends ServiceCommand {
    /** The command. */
    public VerifierCommand(CliContext context) {
        super(context, Component.VERIFIER);
    }

    @Override
    RunningService start(KeylimeConfig configuration) throws Exception {
        throw new CommandFailure(1, "this build has no verifier yet");
    }
}
