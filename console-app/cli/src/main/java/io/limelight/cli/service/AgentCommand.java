package io.limelight.cli.service;

import io.limelight.agent.AgentProgram;
import io.limelight.agent.payload.SecurePayloads;
import io.limelight.cli.command.CliContext;
import io.limelight.core.config.Component;
import io.limelight.core.config.KeylimeConfig;
import java.security.SecureRandom;
import java.time.InstantSource;
import picocli.CommandLine.Command;

/** {@code limelight agent}. */
@Command(
        name = "agent",
        description = "Run the agent in the foreground, configured by Keylime's agent.conf.",
        footer = {"", "limelight config show agent prints the configuration it would use."})
public final class AgentCommand extends ServiceCommand {
    private final CliContext context;

    /** The command. */
    public AgentCommand(CliContext context) {
        super(context, Component.AGENT);
        this.context = context;
    }

    @Override
    RunningService start(KeylimeConfig configuration) throws Exception {
        InstantSource clock = InstantSource.system();
        AgentProgram program = AgentProgram.start(
                configuration.load(Component.AGENT),
                context.environment(),
                new SecureRandom(),
                clock,
                (config, id) -> SecurePayloads.open(config, id, context.environment(), clock));
        return new RunningService(program.describe(), program);
    }
}
