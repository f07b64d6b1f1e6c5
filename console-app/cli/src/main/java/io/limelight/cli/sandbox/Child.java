package io.limelight.cli.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A process of the sandbox. Its output goes to a file; its standard input is a pipe that we hold, so that it learns of our
 * death however sudden: at end of input it stops by itself.
 */
public final class Child implements AutoCloseable {
    private static final Duration GENTLE = Duration.ofSeconds(10);
    private static final int TAIL_BYTES = 4096;

    private final String name;
    private final Process process;
    private final Path log;

    private Child(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /**
     * Starts a program with this process's environment without Keylime's variables, and those given.
     *
     * @param name for messages
     * @param log receives standard output and error
     */
    public static Child start(String name, List<String> command, Map<String, String> environment, Path log)
            throws SandboxException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(variable -> variable.startsWith("KEYLIME_"));
        builder.environment().putAll(environment);
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        try {
            return new Child(name, builder.start(), log);
        } catch (IOException e) {
            throw new SandboxException("cannot start " + name + ": " + e.getMessage(), e);
        }
    }

    /** The command line of one of our own programs, on the JVM and class path that run this code. */
    public static List<String> program(List<String> options, String... arguments) {
        String classPath = Programs.classPath();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:+UseSerialGC");
        command.add("-XX:+UseCompactObjectHeaders");
        command.addAll(StartupCaches.optionsFor(arguments[0]));
        command.addAll(options);
        if (!Programs.oneJar(classPath)) {
            command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", classPath, "io.limelight.cli.Main"));
        } else {
            command.addAll(List.of("-jar", classPath));
        }
        command.addAll(List.of(arguments));
        return command;
    }

    String name() {
        return name;
    }

    /** Its process id. */
    public long pid() {
        return process.pid();
    }

    /** Whether it runs. */
    public boolean alive() {
        return process.isAlive();
    }

    Path log() {
        return log;
    }

    /** Fails with the end of its log if it has stopped. */
    public void requireAlive() throws SandboxException {
        if (!process.isAlive()) {
            throw new SandboxException(
                    name + " stopped with status " + process.exitValue() + "; it said last:\n" + tail());
        }
    }

    /** The end of what it said. */
    public String tail() {
        try {
            byte[] all = Files.readAllBytes(log);
            int from = Math.max(0, all.length - TAIL_BYTES);
            return new String(all, from, all.length - from, StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return "(its log " + log + " cannot be read)";
        }
    }

    /** Waits for its end; false if that takes longer. */
    public boolean waitFor(long timeout, TimeUnit unit) {
        try {
            return process.waitFor(timeout, unit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** As {@link #waitFor}, and an interrupt is kept for later: for tools that leave processes behind when they end halfway. */
    boolean awaitEnd(long timeout, TimeUnit unit) {
        long until = System.nanoTime() + unit.toNanos(timeout);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return process.waitFor(until - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Exit status of a process that has ended. */
    public int exitValue() {
        return process.exitValue();
    }

    /** Ends it at once, as a crash would. */
    public void kill() {
        process.destroyForcibly();
        await();
    }

    /** Asks it to stop, waits, insists. */
    @Override
    public void close() {
        // What a tool has started in turn does not end with it by itself.
        List<ProcessHandle> descendants = process.descendants().toList();
        process.destroy();
        descendants.forEach(ProcessHandle::destroy);
        try {
            if (!process.waitFor(GENTLE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        await();
    }

    private void await() {
        try {
            process.waitFor(GENTLE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
