package io.limelight.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A program started by the shipped launcher, as a user would; its output goes to files that tests read. */
public final class Launched implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final String name;
    private final Process process;
    private final Path out;
    private final Path err;

    private Launched(String name, Process process, Path out, Path err) {
        this.name = name;
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** The launcher under test. */
    public static Path launcher() {
        return Path.of(System.getProperty("limelight.launcher"));
    }

    /** Starts {@code limelight arguments…} with this environment's variables less Keylime's, and those given. */
    static Launched start(Path logs, Map<String, String> environment, String... arguments) throws IOException {
        return startCommand(logs, environment, arguments[0], concat(launcher().toString(), arguments));
    }

    /** Starts any command. */
    static Launched startCommand(Path logs, Map<String, String> environment, String name, List<String> command)
            throws IOException {
        Files.createDirectories(logs);
        Path out = Files.createTempFile(logs, name + "-", ".out");
        Path err = Files.createTempFile(logs, name + "-", ".err");
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(variable -> variable.startsWith("KEYLIME_"));
        builder.environment().putAll(environment);
        builder.redirectOutput(out.toFile()).redirectError(err.toFile());
        return new Launched(name, builder.start(), out, err);
    }

    private static List<String> concat(String first, String... rest) {
        List<String> all = new java.util.ArrayList<>(List.of(first));
        all.addAll(List.of(rest));
        return all;
    }

    /** Waits for a line of standard output. */
    String awaitLine(String prefix) {
        return awaitLine(prefix, PATIENCE);
    }

    /** Waits so long for a line of standard output. */
    String awaitLine(String prefix, Duration patience) {
        return Awaitility.await(name + " says \"" + prefix + "\"")
                .atMost(patience)
                .until(
                        () -> {
                            Optional<String> line = out().lines()
                                    .filter(text -> text.startsWith(prefix))
                                    .findFirst();
                            if (line.isEmpty() && !process.isAlive()) {
                                throw new AssertionError(name + " ended with " + process.exitValue()
                                        + " before it said \"" + prefix + "\":\n" + out() + err());
                            }
                            return line;
                        },
                        Optional::isPresent)
                .orElseThrow();
    }

    /** Waits for the service's ready line. */
    Launched awaitReady() {
        awaitLine("limelight " + name + ": ready");
        return this;
    }

    /** Waits for its end; the exit status. */
    int exitStatus() throws InterruptedException {
        return exitStatus(PATIENCE);
    }

    /** Waits so long for its end; the exit status. */
    int exitStatus(Duration patience) throws InterruptedException {
        assertThat(process.waitFor(patience.toSeconds(), TimeUnit.SECONDS))
                .as("%s ends; it said:\n%s%s", name, out(), err())
                .isTrue();
        return process.exitValue();
    }

    /** Standard output so far. */
    String out() {
        return read(out);
    }

    /** Standard error so far. */
    String err() {
        return read(err);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    Process process() {
        return process;
    }

    /** Sends a signal by name. */
    void signal(String signal) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    /** As {@code kill -9}. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Asks it to end, insists after a while. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
