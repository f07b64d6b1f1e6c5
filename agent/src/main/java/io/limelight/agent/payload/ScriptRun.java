package io.limelight.agent.payload;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * One run of a payload script or a revocation action, known by what its runner leaves in a folder of the secure area
 * ({@code run-recorder.sh} says what). So it does not matter whether this agent started it or the one before.
 *
 * @param folder of the run
 * @param unzipped where the script is
 * @param script its name there
 * @param seconds most time it may take; 0 = no limit
 */
public record ScriptRun(Path folder, Path unzipped, String script, int seconds) {
    /** Bytes kept of the beginning and of the end of a script's output. */
    public static final int KEPT_OUTPUT = 32 * 1024;

    /** An end that nobody recorded. */
    private static final String LOST = "lost";

    private static final int LINE = 256;
    private static final int TIMED_OUT = 124;
    private static final int KILLED = 137;

    /** How it stands. */
    public sealed interface Course {
        /** No runner has begun. */
        record NotStarted() implements Course {}

        /** It runs. */
        record Running() implements Course {}

        /** It ended, and with what: 128 + the signal if one ended it. */
        record Exited(int status) implements Course {}

        /** It does not run any more, and whoever watched it was ended before. */
        record Vanished() implements Course {}
    }

    /** Makes the folder empty, so that a runner may begin. */
    public void prepare() throws IOException {
        Path parent = Objects.requireNonNull(folder.getParent());
        new FolderTree(parent, String.valueOf(folder.getFileName())).remove();
        Files.createDirectory(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    /**
     * Looks.
     *
     * @throws IOException if the folder cannot be read
     */
    public Course course() throws IOException {
        Optional<String> recorder = text("recorder");
        Optional<String> exit = text("exit");
        if (exit.isPresent()) {
            return exit(exit.get());
        }
        if (recorder.isEmpty()) {
            return new Course.NotStarted();
        }
        if (alive(recorder.get())) {
            return new Course.Running();
        }
        // It may have written its last word between the two looks.
        return text("exit").map(ScriptRun::exit).orElseGet(Course.Vanished::new);
    }

    private static Course exit(String text) {
        return text.matches("[0-9]{1,3}") ? new Course.Exited(Integer.parseInt(text)) : new Course.Vanished();
    }

    /** When a runner took the script in hand; empty if none has. */
    Optional<Instant> begunAt() {
        try {
            return Optional.of(Files.getLastModifiedTime(folder.resolve("started"), LinkOption.NOFOLLOW_LINKS)
                    .toInstant());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private Optional<String> text(String name) throws IOException {
        Path link = folder.resolve(name);
        if (!Files.isSymbolicLink(link)) {
            return Optional.empty();
        }
        return Optional.of(Files.readSymbolicLink(link).toString()).filter(text -> !text.equals(LOST));
    }

    /** Process id and start time (proc_pid_stat(5), field 22): an id alone may belong to somebody else by now. */
    private static boolean alive(String recorder) {
        int space = recorder.indexOf(' ');
        if (space < 0 || !recorder.substring(0, space).matches("[0-9]{1,10}")) {
            return false;
        }
        String stat;
        try {
            stat = Files.readString(
                    Path.of("/proc", recorder.substring(0, space), "stat"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return false;
        }
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
        return fields.length > 19 && !fields[0].equals("Z") && fields[19].equals(recorder.substring(space + 1));
    }

    /**
     * Waits for a course other than running or not started.
     *
     * @param watch closed by another thread to end the waiting
     * @param begin how long no runner may be seen; afterwards the course is {@link Course.NotStarted}
     * @param running called once, as soon as the script runs
     * @return empty if the watch was closed
     */
    public Optional<Course> await(WatchService watch, long begin, TimeUnit unit, Runnable running) throws IOException {
        long deadline = System.nanoTime() + unit.toNanos(begin);
        boolean told = false;
        try {
            WatchKey key = folder.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
            try {
                while (true) {
                    Course course = course();
                    if (course instanceof Course.Exited || course instanceof Course.Vanished) {
                        return Optional.of(course);
                    }
                    if (course instanceof Course.Running && !told) {
                        told = true;
                        running.run();
                    }
                    if (course instanceof Course.NotStarted && System.nanoTime() > deadline) {
                        return Optional.of(course);
                    }
                    // Events tell of the end; the time-out is for a runner that was killed and cannot.
                    WatchKey happened = watch.poll(told ? 5000 : 500, TimeUnit.MILLISECONDS);
                    if (happened != null) {
                        happened.pollEvents();
                        happened.reset();
                    }
                }
            } finally {
                key.cancel();
            }
        } catch (ClosedWatchServiceException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** What is to be said about an exit status; empty if nothing. */
    Optional<String> remark(int status, long ranSeconds) {
        if (seconds > 0 && ranSeconds >= seconds && (status == TIMED_OUT || status == KILLED)) {
            return Optional.of(script + " was stopped after " + seconds + " s (payload_script_timeout)");
        }
        if (status > 128) {
            return Optional.of(script + " was ended by signal " + (status - 128));
        }
        return Optional.empty();
    }

    /**
     * Why the script could not run whatever the runner does; empty if it may.
     *
     * @throws IOException if it cannot be read
     */
    public Optional<String> obstacle() throws IOException {
        Path file = unzipped.resolve(script);
        byte[] start;
        try (var in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            start = in.readNBytes(LINE);
        } catch (NoSuchFileException e) {
            return Optional.of(file + " has gone");
        }
        if (start.length < 2 || start[0] != '#' || start[1] != '!') {
            return Optional.empty();
        }
        String line = new String(start, StandardCharsets.ISO_8859_1).split("\n", 2)[0];
        if (line.endsWith("\r")) {
            return Optional.of(
                    script + " has Windows line endings, which its interpreter would not be found with; save it"
                            + " with Unix line endings");
        }
        String interpreter = line.substring(2).strip().split("[ \t]", 2)[0];
        if (!interpreter.startsWith("/")
                || !Files.isRegularFile(Path.of(interpreter))
                || !Files.isExecutable(Path.of(interpreter))) {
            return Optional.of(script + " wants to be run by \"" + printable(interpreter)
                    + "\", which this machine does not have; install it or change the first line of the script");
        }
        return Optional.empty();
    }

    private static String printable(String text) {
        String cut = text.length() > 80 ? text.substring(0, 80) + "…" : text;
        return cut.replaceAll("[^\\x20-\\x7e…]", "?");
    }
}
