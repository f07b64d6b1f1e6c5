package io.limelight.cli.service;

import io.limelight.cli.command.CliContext;
import io.limelight.cli.command.CommandFailure;
import io.limelight.core.config.Component;
import io.limelight.core.config.KeylimeConfig;
import picocli.CommandLine.Command;

/** {@code limelight agent}. */
@Command(
        name = "agent",
        description = "Run the agent in the foreground, configured by Keylime's agent.conf.",
        footer = {"", "limelight config show agent prints the configuration it would use."})
public final class AgentCommand extends ServiceCommand {
    /** The command. */
    public AgentCommand(CliContext context) {
        super(context, Component.AGENT);
    }

    @Override
    RunningService start(KeylimeConfig configuration) throws Exception {
        throw new CommandFailure(1, "this build has no agent yet");
    }
}
