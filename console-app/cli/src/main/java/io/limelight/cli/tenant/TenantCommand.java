package io.limelight.cli.tenant;

import io.limelight.cli.command.CliContext;
import io.limelight.cli.command.CommandFailure;
import io.limelight.cli.command.DirectCommand;
import io.limelight.core.config.ConfigException;
import io.limelight.core.config.LoggingConfig;
import io.limelight.core.task.Cancellation;
import io.limelight.core.tenant.TenantException;
import io.limelight.core.tls.TlsWarmUp;
import java.time.InstantSource;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code limelight tenant}: what {@code keylime_tenant} does, with its options, output and exit statuses. */
@Command(
        name = "tenant",
        description = "Add, remove and inspect machines, as keylime_tenant does. Configured by tenant.conf.",
        sortOptions = false,
        footer = {
            "",
            "limelight tenant -t 10.0.0.5 -f payload.zip --verify",
            "limelight tenant -t 10.0.0.5 --runtime-policy policy.json --mb-policy good-boot.json",
            "limelight tenant -c status -u d432fbb3-d2f1-4a97-9ef7-75bd81c00000",
            "",
            "Exit status: 0 done, 1 an error (an unknown command or an unusable value too), 2 wrong options. Where the",
            "output is no terminal it is Keylime's log, with results as JSON."
        })
public final class TenantCommand implements DirectCommand {
    private final CliContext context;

    /** For help and completion only; {@link #run} reads the arguments itself. */
    @Mixin
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private final TenantOptions described = new TenantOptions();

    /** The command. */
    public TenantCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public int run(List<String> arguments) throws CommandFailure, ConfigException {
        // Everything a tenant does begins with a connection, but for mistakes in the arguments.
        TlsWarmUp.begin();
        TenantOptions options = TenantArguments.parse(arguments);
        TenantOutput output = output();
        Cancellation cancellation = new Cancellation();
        InterruptedRun interruptible = new InterruptedRun(cancellation);
        try {
            new TenantRun(context, options, output, cancellation).run();
            return 0;
        } catch (TenantException e) {
            output.error(e.sentences());
            // Everything has been said, in the place where this output says it.
            throw new CommandFailure(1, "", e);
        } finally {
            interruptible.close();
        }
    }

    private TenantOutput output() throws ConfigException {
        if (context.interactive()) {
            return new PersonOutput(context.out(), context.err());
        }
        LoggingConfig logging = context.configuration().logging();
        return new ScriptOutput(
                logging,
                context.debug() ? LoggingConfig.Level.DEBUG : logging.level(),
                logging.standardError() ? context.err() : context.out(),
                context.out(),
                InstantSource.system());
    }
}
