package io.limelight.cli;

import io.limelight.cli.command.CliContext;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** Runs programs in this process, as somebody who stands in that folder would. */
public final class Programs {
    private final Path folder;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private InputStream in = InputStream.nullInputStream();

    public Programs(Path folder) {
        this.folder = folder;
    }

    /** What the next program reads as its input. */
    public void type(String text) {
        in = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Its exit status. */
    public int run(String... words) {
        return Main.run(
                new CliContext(
                        Map.of(),
                        folder,
                        folder,
                        in,
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        false),
                words);
    }

    /** What was printed since {@link #forget}. */
    public String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    public String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    public void forget() {
        out.reset();
        err.reset();
    }
}
