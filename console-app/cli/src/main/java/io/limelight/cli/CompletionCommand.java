package io.limelight.cli;

import io.limelight.cli.command.CliContext;
import io.limelight.cli.command.GlobalOptions;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code limelight completion}: the only command that has to know all others. */
@Command(
        name = "completion",
        description = {
            "Print a completion script for bash or zsh.",
            "Use it with: source <(limelight completion)",
        })
final class CompletionCommand implements Callable<Integer> {
    private final CliContext context;

    CompletionCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        CommandLine root = new CommandLine(new Root());
        for (Program program : Program.values()) {
            program.command(context).ifPresent(command -> {
                CommandLine line = new CommandLine(command);
                line.addMixin("global", new GlobalOptions());
                root.addSubcommand(program.word(), line);
            });
        }
        context.out().print(AutoComplete.bash("limelight", root));
        context.out().flush();
        return 0;
    }

    @Command(name = "limelight")
    private static final class Root {}
}
