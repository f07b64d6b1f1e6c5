package io.limelight.cli;

import io.limelight.cli.command.CliContext;
import io.limelight.cli.command.GlobalOptions;
import java.io.PrintWriter;
import java.util.Arrays;
import picocli.CommandLine;

/** Runs a command that is described by picocli annotations. Apart from {@link Main}, so that not every start loads picocli. */
final class PicocliRun {
    private PicocliRun() {}

    static int execute(CliContext context, Object command, String word, String[] args) {
        CommandLine line = new CommandLine(command);
        addGlobalOptions(line);
        line.setCommandName("limelight " + word);
        line.setOut(new PrintWriter(context.out(), true, context.out().charset()));
        line.setErr(new PrintWriter(context.err(), true, context.err().charset()));
        line.setExecutionExceptionHandler(
                (exception, _, _) -> Main.failed(context.err(), word, exception, context.debug()));
        line.setParameterExceptionHandler((exception, _) -> {
            // What is wrong comes last: above the usage it has left the screen.
            exception.getCommandLine().usage(context.err());
            context.err().println();
            context.err().println("limelight " + word + ": " + exception.getMessage());
            return exception.getCommandLine().getCommandSpec().exitCodeOnInvalidInput();
        });
        return line.execute(Arrays.copyOfRange(args, 1, args.length));
    }

    private static void addGlobalOptions(CommandLine line) {
        line.addMixin("global", new GlobalOptions());
        line.getSubcommands().values().forEach(PicocliRun::addGlobalOptions);
    }
}
