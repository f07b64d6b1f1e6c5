package io.limelight.cli.bench;

import io.limelight.cli.command.CliContext;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code limelight bench}; its subcommands do the work. */
@Command(
        name = "bench",
        description =
                "Measure verifier and registrar under load, the way of a payload and of a revocation, a CA, and dry runs; serve a fleet.",
        subcommands = {
            AttestBench.class,
            RegisterBench.class,
            ProvisionBench.class,
            RevokeBench.class,
            IssueBench.class,
            CrlBench.class,
            DryRunBench.class,
            FleetBench.class
        })
public final class BenchCommand implements Callable<Integer> {
    private final CliContext context;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** The command. */
    public BenchCommand(CliContext context) {
        this.context = context;
    }

    /** The surroundings. */
    CliContext context() {
        return context;
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(context.err());
        return 2;
    }
}
