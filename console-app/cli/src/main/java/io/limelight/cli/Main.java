package io.limelight.cli;

import io.limelight.cli.command.CliContext;
import io.limelight.cli.command.CommandFailure;
import io.limelight.cli.command.DirectCommand;
import io.limelight.core.config.ConfigException;
import io.limelight.core.secret.FileTrouble;
import io.limelight.store.StoreException;
import java.io.PrintStream;
import java.nio.file.FileSystemException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The one main class: finds the program asked for and runs it.
 *
 * <p>Exit status 0 is success, 1 an error said in one sentence on standard error, 2 wrong usage; single commands have
 * more (255 for {@code userdata-encrypt} without a file). Stack traces are shown only with {@code --debug}.
 */
public final class Main {
    private Main() {}

    /** Starts the program named by the first argument. */
    public static void main(String[] args) {
        System.exit(run(CliContext.ofThisProcess(), args));
    }

    /** Runs a program in this process and returns its exit status. A result that could not be written to its end is no success. */
    public static int run(CliContext given, String... args) {
        int status = program(given, args);
        // PrintStream keeps what went wrong to itself; asking also flushes.
        if (!given.out().checkError() || status != 0) {
            return status;
        }
        given.err()
                .println(
                        "limelight: the result could not be written to the standard output to its end: what it goes to is"
                                + " full, or reads no more");
        return 1;
    }

    private static int program(CliContext given, String... args) {
        CliContext context = Arrays.asList(args).contains("--debug") ? given.withDebug() : given;
        String word = args.length == 0 ? "help" : args[0];
        if (word.equals("help") || word.equals("-h") || word.equals("--help")) {
            return args.length > 1 ? program(context, args[1], "--help") : help(context.out());
        }
        if (word.equals("--version") || word.equals("-V")) {
            word = Program.VERSION.word();
        }
        Optional<Object> command = Program.named(word).flatMap(program -> program.command(context));
        if (command.isEmpty()) {
            context.err()
                    .println("limelight: there is no program \"" + printable(word) + "\"; limelight help lists them");
            return 2;
        }
        return execute(context, command.get(), word, args);
    }

    private static int execute(CliContext context, Object command, String word, String[] args) {
        List<String> arguments = Arrays.asList(args).subList(1, args.length);
        boolean help = arguments.contains("--help") || arguments.contains("-h");
        if (!help && command instanceof DirectCommand direct) {
            try {
                return direct.run(arguments);
            } catch (Exception e) {
                return failed(context.err(), word, e, context.debug());
            }
        }
        return PicocliRun.execute(context, command, word, args);
    }

    /** One sentence, and the exit status. */
    static int failed(PrintStream err, String word, Exception exception, boolean debug) {
        int status = 1;
        String sentence = exception.getMessage();
        if (exception instanceof CommandFailure failure) {
            status = failure.exitStatus();
        } else if (exception instanceof StoreException store && store.kind() != StoreException.Kind.OTHER) {
            sentence = store.getMessage();
        } else if (exception instanceof RuntimeException) {
            sentence = "an error inside the program (" + exception + "); --debug shows where. Please report it.";
        } else if (exception instanceof FileSystemException file) {
            sentence = FileTrouble.sentence(file);
        } else if (exception instanceof ConfigException) {
            sentence = "configuration: " + sentence;
        }
        if (sentence == null) {
            sentence = exception.getClass().getSimpleName();
        }
        if (!sentence.isEmpty()) {
            err.println("limelight " + word + ": " + sentence);
        }
        if (debug) {
            exception.printStackTrace(err);
        }
        return status;
    }

    private static int help(PrintStream out) {
        out.println("Limelight: remote attestation for machines with a TPM, compatible with Keylime.");
        out.println();
        out.println("Usage: limelight PROGRAM [options]     limelight PROGRAM --help");
        out.println();
        for (Program program : Program.values()) {
            out.printf("  %-17s %s%n", program.word(), program.summary());
        }
        out.printf("  %-17s %s%n", "console", "Open the desktop console (from a source folder).");
        out.printf(
                "  %-17s %s%n",
                "screenshots", "Draw the console's pages into PNG files, without a screen (from a source folder).");
        out.printf(
                "  %-17s %s%n",
                "harness", "Drive the console's window by a script, without a screen (from a source folder).");
        out.printf("  %-17s %s%n", "package", "Make packages to install (from a source folder).");
        out.printf("  %-17s %s%n", "rehearse", "Make starts faster until the next build (from a source folder).");
        out.printf("  %-17s %s%n", "test", "Run the whole test suite (from a source folder).");
        out.println();
        out.println("Begin with: limelight demo --no-console");
        return 0;
    }

    private static String printable(String text) {
        String shown = text.replaceAll("\\p{Cntrl}", "?");
        return shown.length() > 60 ? shown.substring(0, 60) + "…" : shown;
    }
}
