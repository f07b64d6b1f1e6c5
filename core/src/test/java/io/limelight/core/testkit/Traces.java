package io.limelight.core.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * What a test's folder has on this machine besides its files: processes and mounts. A payload script outlives its agent, and
 * the secure area stays mounted, so neither goes away by ending the programs. Nothing outside the folder is looked at: tests
 * run side by side.
 *
 * @param root folder of the test or installation; nobody else's processes name it
 */
public record Traces(Path root) {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Processes that work in the folder, or were told of it by an argument or a variable. */
    public List<ProcessHandle> processes() {
        return ProcessHandle.allProcesses()
                .filter(process -> process.pid() != ProcessHandle.current().pid())
                .filter(this::belongs)
                .toList();
    }

    private boolean belongs(ProcessHandle process) {
        Path proc = Path.of("/proc", Long.toString(process.pid()));
        return worksInside(proc) || names(proc.resolve("cmdline")) || names(proc.resolve("environ"));
    }

    private boolean worksInside(Path proc) {
        try {
            return Files.readSymbolicLink(proc.resolve("cwd")).startsWith(root);
        } catch (IOException e) {
            // It has ended, or is about to.
            return false;
        }
    }

    private boolean names(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(root + "/");
        } catch (IOException e) {
            return false;
        }
    }

    /** File systems mounted inside the folder, deepest first. */
    public List<Path> mounts() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/mounts")).stream()
                .map(line -> line.split(" ", -1)[1])
                .filter(mount -> mount.startsWith(root + "/"))
                .map(Path::of)
                .sorted(Comparator.reverseOrder())
                .toList();
    }

    /**
     * Ends and unmounts all of it.
     *
     * @throws IOException if something stays
     */
    public void remove() throws IOException {
        remove(Set.of());
    }

    /**
     * Ends and unmounts all of it but some processes.
     *
     * @param spared their ids
     * @throws IOException if something stays
     */
    public void remove(Set<Long> spared) throws IOException {
        try {
            // Again and again: a shell that is killed late may just have started something.
            Awaitility.await()
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> {
                        List<ProcessHandle> left = processes().stream()
                                .filter(process -> !spared.contains(process.pid()))
                                .toList();
                        left.forEach(ProcessHandle::destroyForcibly);
                        return left.isEmpty();
                    });
        } catch (ConditionTimeoutException e) {
            throw new IOException("processes that do not end: " + processes(), e);
        } finally {
            for (Path mount : mounts()) {
                unmount(mount);
            }
        }
        if (!mounts().isEmpty()) {
            throw new IOException("still mounted: " + mounts());
        }
    }

    private static void unmount(Path mount) throws IOException {
        // Lazily at worst: it goes as soon as nobody uses it.
        for (String[] command :
                List.of(new String[] {"umount", mount.toString()}, new String[] {"umount", "-l", mount.toString()})) {
            try {
                Process umount = new ProcessBuilder(command).inheritIO().start();
                if (umount.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) && umount.exitValue() == 0) {
                    return;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
