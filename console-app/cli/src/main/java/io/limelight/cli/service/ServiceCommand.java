package io.limelight.cli.service;

import io.limelight.cli.command.CliContext;
import io.limelight.core.config.Component;
import io.limelight.core.config.KeylimeConfig;
import java.util.concurrent.Callable;
import picocli.CommandLine.Option;

/** What the three services have in common on the command line. */
abstract class ServiceCommand implements Callable<Integer> {
    private final CliContext context;
    private final Component component;

    @Option(
            names = "--stop-on-eof",
            hidden = true,
            description = "Stop when standard input ends: for a supervisor that may die without warning.")
    private boolean stopOnEof;

    ServiceCommand(CliContext context, Component component) {
        this.context = context;
        this.component = component;
    }

    @Override
    public Integer call() throws Exception {
        return new ServiceHost(context, component).run(this::start, stopOnEof);
    }

    /** Starts the service; the exception's message is what the user reads. */
    abstract RunningService start(KeylimeConfig configuration) throws Exception;
}
