package io.limelight.cli.service;

import io.limelight.agent.AgentProgram;
import io.limelight.agent.payload.AgentLaunch;
import io.limelight.agent.payload.SecurePayloads;
import io.limelight.agent.privileges.LaunchPlan;
import io.limelight.agent.privileges.RunAs;
import io.limelight.cli.command.CliContext;
import io.limelight.cli.logging.ConsoleLog;
import io.limelight.core.config.Component;
import io.limelight.core.config.ComponentConfig;
import io.limelight.core.config.KeylimeConfig;
import java.security.SecureRandom;
import java.time.InstantSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code limelight agent}. */
@Command(
        name = "agent",
        description = "Run the agent in the foreground, configured by Keylime's agent.conf.",
        footer = {"", "limelight config show agent prints the configuration it would use."})
public final class AgentCommand extends ServiceCommand {
    private final CliContext context;

    @Option(
            names = "--launch-plan",
            hidden = true,
            description = "For the launcher: do what only root can, print how the agent is to be started, and end.")
    private boolean launchPlan;

    /** The command. */
    public AgentCommand(CliContext context) {
        super(context, Component.AGENT);
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        if (!launchPlan) {
            return super.call();
        }
        ConsoleLog.startLikeTheAgent(
                context.environment().getOrDefault("RUST_LOG", ""), context.err(), context.debug());
        LaunchPlan plan = AgentLaunch.prepare(context.configuration().load(Component.AGENT));
        context.out().print(plan.text());
        context.out().flush();
        return 0;
    }

    @Override
    RunningService start(KeylimeConfig configuration) throws Exception {
        InstantSource clock = InstantSource.system();
        ComponentConfig agent = configuration.load(Component.AGENT);
        RunAs.require(agent);
        AgentProgram program = AgentProgram.start(
                agent,
                context.environment(),
                new SecureRandom(),
                clock,
                (config, id) -> SecurePayloads.open(config, id, context.environment(), clock));
        return new RunningService(program.describe(), program);
    }
}
