package io.limelight.cli.peer;

import io.limelight.cli.sandbox.Child;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A program of either side with the workers it forks: Keylime's services do not always end when they are asked to. */
final class PeerProcess implements AutoCloseable {
    private static final Duration GENTLE = Duration.ofSeconds(5);

    private final Child child;

    private PeerProcess(Child child) {
        this.child = child;
    }

    static PeerProcess start(String name, List<String> command, Map<String, String> environment, Path log)
            throws Exception {
        return new PeerProcess(Child.start(name, command, environment, log));
    }

    /** Fails with the end of its log if it has stopped. */
    void requireAlive() throws Exception {
        child.requireAlive();
    }

    /** The end of what it said. */
    String tail() {
        return child.tail();
    }

    /** Waits until its log has the text. */
    void awaitSaid(String text, Duration patience) {
        Awaitility.await().atMost(patience).until(() -> {
            child.requireAlive();
            return child.tail().contains(text);
        });
    }

    /** Waits for its end; its exit status. */
    int exitStatus(Duration patience) {
        if (!child.waitFor(patience.toSeconds(), TimeUnit.SECONDS)) {
            close();
            throw new AssertionError("it did not end within " + patience + "; it said last:\n" + child.tail());
        }
        return child.exitValue();
    }

    /** The root folder that the program sees: a program in a container of its own has mounts nobody else sees. */
    Path root() {
        return Path.of("/proc", Long.toString(child.pid()), "root");
    }

    @Override
    public void close() {
        List<ProcessHandle> workers = ProcessHandle.of(child.pid()).stream()
                .flatMap(ProcessHandle::descendants)
                .toList();
        ProcessHandle.of(child.pid()).ifPresent(ProcessHandle::destroy);
        if (!child.waitFor(GENTLE.toSeconds(), TimeUnit.SECONDS)) {
            child.kill();
        }
        workers.forEach(ProcessHandle::destroyForcibly);
        CompletableFuture.allOf(workers.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
                .orTimeout(GENTLE.toSeconds(), TimeUnit.SECONDS)
                .exceptionally(stubborn -> null)
                .join();
    }
}
