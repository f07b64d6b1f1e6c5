package io.limelight.agent.testkit;

import io.limelight.core.testkit.Traces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Mounts in a test's folder; what still runs in it or is mounted in it when the test ends is ended and unmounted. */
public final class Memory implements AutoCloseable {
    private final Path folder;

    /** For mounts below the folder. */
    public Memory(Path folder) throws IOException {
        RootOnly.assume();
        this.folder = folder.toRealPath();
    }

    /** Mounts something; {@code options} as for {@code mount -o}. */
    public static void mount(String type, String options, Path point) throws IOException {
        run("mount", "-t", type, "-o", options, type, point.toString());
    }

    /** Runs a program that must succeed. */
    public static void run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + ": " + said);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** Mount points below the folder, latest first. */
    public List<String> mounted() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/mounts")).stream()
                .map(line -> line.split(" ", -1)[1])
                .filter(point -> point.startsWith(folder + "/"))
                .toList()
                .reversed();
    }

    @Override
    public void close() throws IOException {
        // Scripts first: one that waits for a file of a folder that is gone would wait for ever.
        new Traces(folder).remove();
    }
}
