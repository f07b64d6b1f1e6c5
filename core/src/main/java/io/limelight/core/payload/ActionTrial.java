package io.limelight.core.payload;

import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs a revocation action here, against a sample notice, in a folder of its own, as whoever runs this program: what it prints and how
 * it ends is seen before a machine does it. It is no sandbox; an action that deletes files deletes them. Time and output are bounded,
 * and when it is stopped its children are stopped with it.
 */
public final class ActionTrial {
    /** Output that is kept. */
    public static final int KEPT = 64 * 1024;

    /** Longest wait for what is still in the pipe when the action has ended. */
    private static final Duration LAST_OUTPUT = Duration.ofSeconds(10);

    private static final String PYTHON = ".py";

    private final Duration limit;
    private final String shim;

    /**
     * A trial.
     *
     * @param limit longest time
     * @param shim text that runs a Python module as the agent does
     */
    public ActionTrial(Duration limit, String shim) {
        this.limit = limit;
        this.shim = shim;
    }

    /**
     * How it went.
     *
     * @param status of the process; empty if it was ended after its time
     * @param output what it printed, the first {@link #KEPT} bytes
     * @param cut whether it printed more
     * @param took how long it ran
     */
    public record Outcome(OptionalInt status, String output, boolean cut, Duration took) {}

    /** A notice as a machine gets it, about a machine that does not exist, with what our agent adds. */
    public static String sampleNotice() {
        return """
                {"type": "revocation", "ip": "192.0.2.1", "agent_id": "00000000-0000-0000-0000-000000000000", \
                "port": 9002, "tpm_policy": "{}", "meta_data": "{\\"cert_serial\\": 999999, \\"subject\\": \
                \\"CN=00000000-0000-0000-0000-000000000000\\"}", "event_time": "Sat Nov 28 12:00:00 2026", \
                "event_id": "ima.validation.ima-ng.not_in_allowlist", "severity_label": "emergency", \
                "context": "{\\"message\\": \\"a trial\\"}", "metadata": {"cert_serial": 999999, "subject": \
                "CN=00000000-0000-0000-0000-000000000000", "common_name": "00000000-0000-0000-0000-000000000000"}}
                """;
    }

    /**
     * Runs it.
     *
     * @param name of its file
     * @param contents files of the payload it may look at, itself included, by name
     * @throws IOException if it cannot be started: a sentence
     */
    public Outcome run(String name, Map<String, byte[]> contents, String notice, Cancellation cancel)
            throws IOException, CancelledException {
        if (!ActionList.problem(name).isEmpty() || !contents.containsKey(name)) {
            throw new IOException(name + " is no action of this payload");
        }
        Path scratch = Files.createTempDirectory("limelight-trial");
        try {
            for (Map.Entry<String, byte[]> file : contents.entrySet()) {
                if (PayloadNames.problem(file.getKey(), java.util.Set.of()).isEmpty()
                        && !file.getKey().contains("/")) {
                    Files.write(scratch.resolve(file.getKey()), file.getValue());
                }
            }
            Path event = Files.writeString(Files.createTempFile(scratch, ".tmp", ".json"), notice);
            return run(scratch, name, contents.get(name), event, cancel);
        } finally {
            remove(scratch);
        }
    }

    private Outcome run(Path scratch, String name, byte[] content, Path event, Cancellation cancel)
            throws IOException, CancelledException {
        boolean program = content.length > 1 && ((content[0] == '#' && content[1] == '!') || content[0] == 0x7f);
        Path file = scratch.resolve(name);
        List<String> command = new ArrayList<>();
        boolean group = Files.isExecutable(Path.of("/usr/bin/setsid"));
        if (group) {
            command.add("/usr/bin/setsid");
        }
        if (program) {
            if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
            }
            command.addAll(List.of(file.toString(), event.toString()));
        } else if (name.endsWith(PYTHON)) {
            command.addAll(List.of(
                    "sh",
                    "-c",
                    "exec 3<\"$1\"; shift; exec \"$@\"",
                    "trial",
                    file.toString(),
                    "python3",
                    "-I",
                    "-B",
                    "-c",
                    shim,
                    name.substring(0, name.length() - PYTHON.length()),
                    file.toString(),
                    event.toString(),
                    scratch.toString()));
        } else {
            throw new IOException(name + " has no interpreter line and is no Python module; it cannot be started");
        }
        Path output = Files.createTempFile(scratch, ".output", "");
        cancel.throwIfCancelled();
        long begun = System.nanoTime();
        Process process = new ProcessBuilder(command)
                .directory(scratch.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(
                        Files.createTempFile(scratch, ".input", "").toFile()))
                .redirectErrorStream(true)
                .start();
        Thread reader = Thread.ofVirtual().start(() -> copy(process, output));
        try (Cancellation.Registration _ = cancel.onCancel(() -> end(process, group))) {
            boolean over = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
            end(process, group);
            process.waitFor();
            reader.join(LAST_OUTPUT);
            cancel.throwIfCancelled();
            byte[] said = Files.readAllBytes(output);
            return new Outcome(
                    over ? OptionalInt.of(process.exitValue()) : OptionalInt.empty(),
                    new String(said, 0, Math.min(said.length, KEPT), StandardCharsets.UTF_8),
                    said.length > KEPT,
                    Duration.ofNanos(System.nanoTime() - begun));
        } catch (InterruptedException e) {
            end(process, group);
            Thread.currentThread().interrupt();
            throw new CancelledException();
        } finally {
            // Closes the pipe, which somebody who left the group and the family may still hold.
            process.destroyForcibly();
        }
    }

    /** Keeps one byte more than is shown, and reads on so that the action does not wait. */
    private static void copy(Process process, Path output) {
        byte[] buffer = new byte[8192];
        int kept = 0;
        try (InputStream in = process.getInputStream();
                var out = Files.newOutputStream(output)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                int take = Math.min(read, KEPT + 1 - kept);
                out.write(buffer, 0, take);
                out.flush();
                kept += take;
            }
        } catch (IOException e) {
            // Ended: what was read until then is shown.
            return;
        }
    }

    /**
     * The action and everything it started, as far as it can be found. By its handle: {@link Process#destroyForcibly} also closes the
     * pipe, and what the action printed last would be lost.
     */
    private static void end(Process process, boolean group) {
        List<ProcessHandle> children = process.descendants().toList();
        if (group) {
            try {
                new ProcessBuilder("kill", "-KILL", "--", "-" + process.pid())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor(2, TimeUnit.SECONDS);
            } catch (IOException e) {
                // One by one, then.
                process.toHandle().destroyForcibly();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        process.toHandle().destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        }
    }
}
