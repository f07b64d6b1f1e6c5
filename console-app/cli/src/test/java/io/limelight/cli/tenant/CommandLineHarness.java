package io.limelight.cli.tenant;

import io.limelight.cli.Main;
import io.limelight.cli.command.CliContext;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** Runs a program of the command line in this process and keeps what it says. */
final class CommandLineHarness {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Path root;

    CommandLineHarness(Path root) {
        this.root = root;
    }

    int run(Map<String, String> environment, String... arguments) {
        out.reset();
        err.reset();
        return Main.run(
                new CliContext(
                        environment,
                        root,
                        root,
                        InputStream.nullInputStream(),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        false),
                arguments);
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
