package io.limelight.cli.bench;

import io.limelight.cli.sandbox.Child;
import io.limelight.cli.sandbox.Ports;
import io.limelight.cli.sandbox.SandboxException;
import io.limelight.core.secret.PrivateFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** A verifier or registrar in a process and a folder of its own, with the options it would have in the field. */
final class ServiceUnderTest implements AutoCloseable {
    private static final long START_NANOS = 60_000_000_000L;

    private final Path folder;
    private final Child process;

    private ServiceUnderTest(Path folder, Child process) {
        this.folder = folder;
        this.process = process;
    }

    static Path newFolder() throws IOException {
        return Files.createTempDirectory("limelight-bench-");
    }

    static ServiceUnderTest start(String program, Path folder, String configuration, int port, List<String> jvmOptions)
            throws IOException, SandboxException {
        Path config = folder.resolve(program + ".conf");
        PrivateFiles.write(config, configuration.getBytes(StandardCharsets.UTF_8));
        Child process = Child.start(
                program,
                Child.program(jvmOptions, program, "--stop-on-eof"),
                Map.of(
                        "KEYLIME_DIR",
                        folder.toString(),
                        "KEYLIME_" + program.toUpperCase(java.util.Locale.ROOT) + "_CONFIG",
                        config.toString()),
                folder.resolve(program + ".log"));
        long deadline = System.nanoTime() + START_NANOS;
        while (!Ports.open(port)) {
            process.requireAlive();
            if (System.nanoTime() > deadline) {
                process.close();
                throw new SandboxException(program + " did not start:\n" + process.tail());
            }
            Thread.onSpinWait();
        }
        return new ServiceUnderTest(folder, process);
    }

    ProcessFigures figures() throws IOException {
        return ProcessFigures.of(process.pid());
    }

    /**
     * Octets of live objects in the service's heap, after a full collection of its own: the last line of what the JDK's
     * {@code jcmd PID GC.class_histogram} prints. Empty where the runtime has no {@code jcmd}.
     */
    OptionalLong liveHeap() throws IOException, InterruptedException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        if (!Files.isExecutable(jcmd)) {
            return OptionalLong.empty();
        }
        Process asked = new ProcessBuilder(jcmd.toString(), Long.toString(process.pid()), "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        asked.getOutputStream().close();
        String said = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (asked.waitFor() != 0) {
            throw new IOException("jcmd gave no histogram of the heap: " + said.strip());
        }
        String[] total = said.strip().lines().toList().getLast().strip().split("\\s+", -1);
        return total.length == 3 && total[0].equals("Total")
                ? OptionalLong.of(Long.parseLong(total[2]))
                : OptionalLong.empty();
    }

    Child process() {
        return process;
    }

    @Override
    public void close() throws IOException {
        process.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
