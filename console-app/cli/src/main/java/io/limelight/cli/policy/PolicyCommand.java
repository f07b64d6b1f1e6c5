package io.limelight.cli.policy;

import io.limelight.cli.command.CliContext;
import picocli.CommandLine.Command;

/** {@code limelight policy}: what {@code keylime-policy} does; its subcommands do the work. */
@Command(
        name = "policy",
        description =
                "Make, check and compare the policies that machines are judged by (the options of keylime-policy).",
        subcommands = {
            CreateCommand.class,
            SignCommand.class,
            VerifySignatureCommand.class,
            ConvertCommand.class,
            LintCommand.class,
            DiffCommand.class,
            MergeCommand.class,
            ExplainCommand.class
        })
public final class PolicyCommand {
    private final CliContext context;

    /** The command. */
    public PolicyCommand(CliContext context) {
        this.context = context;
    }

    CliContext context() {
        return context;
    }
}
