package io.limelight.agent.actions;

import io.limelight.agent.payload.ScriptRun;
import io.limelight.core.payload.ActionList;
import io.limelight.core.payload.PayloadException;
import io.limelight.core.secret.FileTrouble;
import io.limelight.core.secret.PrivateFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the listed actions for one notice: in their order, one after the other, each a process of its own with a time limit. One
 * that fails does not keep the next from running. Stopping the agent does not end the action that runs, which might be half way
 * through a file; it keeps its time limit, and its outcome is not waited for.
 */
final class ActionRunner implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ActionRunner.class);
    private static final long BEGIN_SECONDS = 10;
    private static final long OUTPUT_MILLIS = 500;
    private static final int REPORTED = 4096;
    private static final int REPORTED_FOR_A_NOTICE = 64 * 1024;
    private static final int RUNS = 1000;
    private static final int TIMED_OUT = 124;
    private static final int KILLED = 137;

    private final ActionSettings settings;
    private final ActionFinder finder;
    private final ActionStarter starter;
    private final Interpreter python;
    private final WatchService watch;
    private final KeptRuns kept;

    /** Number of the next run: another one than those before it, as what an action has left behind may still write there. */
    private int next;

    /** How much output may still be reported for the notice that is handled. */
    private int reportable;

    ActionRunner(ActionSettings settings, ActionStarter starter, Map<String, String> environment) throws IOException {
        this.settings = settings;
        this.finder = new ActionFinder(settings.places(), settings.payloadAllowed());
        this.starter = starter;
        this.python = new Interpreter(settings.launch().python(), environment.getOrDefault("PATH", "/usr/bin:/bin"));
        this.watch = FileSystems.getDefault().newWatchService();
        this.kept = new KeptRuns(settings.places().runs());
    }

    /** A listed name, or a list that could not be read. */
    private record Wanted(String name, Optional<String> problem) {}

    /** Hears of each action that has ended. */
    @FunctionalInterface
    interface Progress {
        /** It ended so. */
        void ended(ActionReceipt receipt);
    }

    /** What would keep listed actions from being run if a notice came now; sentences, each once. */
    List<String> lookAhead() {
        Set<String> problems = new LinkedHashSet<>();
        for (Wanted wanted : wanted()) {
            try {
                String problem = wanted.problem().orElse(null);
                if (problem != null) {
                    problems.add(wanted.name() + ": " + problem);
                } else if (finder.find(wanted.name()).module()) {
                    python.missing()
                            .ifPresent(missing ->
                                    problems.add("action " + printable(wanted) + " cannot be run: " + missing));
                }
            } catch (ActionFinder.NotRunException e) {
                problems.add("action " + printable(wanted) + " cannot be run: " + e.getMessage());
            }
        }
        return List.copyOf(problems);
    }

    private static String printable(Wanted wanted) {
        return NoticeJudge.printable(wanted.name());
    }

    private List<Wanted> wanted() {
        List<Wanted> wanted = new ArrayList<>();
        settings.installed().forEach(name -> wanted.add(new Wanted(name, Optional.empty())));
        Path list = settings.places().unzipped().resolve(ActionList.FILE);
        try {
            if (Files.isSymbolicLink(list) || Files.isDirectory(list)) {
                throw new PayloadException("it is no file");
            }
            byte[] text;
            try (InputStream in = Files.newInputStream(list, LinkOption.NOFOLLOW_LINKS)) {
                text = in.readNBytes(ActionList.MAX_BYTES + 1);
            }
            if (text.length > ActionList.MAX_BYTES) {
                throw new PayloadException("it is longer than " + ActionList.MAX_BYTES + " bytes; none of it is run");
            }
            ActionList.parse(new String(text, StandardCharsets.UTF_8))
                    .names()
                    .forEach(name -> wanted.add(new Wanted(name, Optional.empty())));
        } catch (NoSuchFileException e) {
            LOG.debug("there is no {}", list);
        } catch (PayloadException | IOException e) {
            wanted.add(new Wanted(ActionList.FILE, Optional.of(String.valueOf(e.getMessage()))));
        }
        return wanted;
    }

    /**
     * Runs them.
     *
     * @param notice the text as it came
     * @return empty if the agent is being stopped; else how each went, in order; nothing if none is listed
     */
    Optional<List<ActionReceipt>> run(String notice, Progress progress) {
        List<ActionReceipt> receipts = new ArrayList<>();
        List<Wanted> all = wanted();
        List<ScriptRun> succeeded = new ArrayList<>();
        reportable = REPORTED_FOR_A_NOTICE;
        try {
            if (!all.isEmpty()) {
                prepare(notice);
            }
            for (Wanted wanted : all) {
                int number = next;
                Optional<ActionReceipt> receipt = one(wanted, succeeded);
                if (receipt.isEmpty()) {
                    // The action goes on and may not have read its event yet.
                    return Optional.empty();
                }
                say(receipt.get(), number);
                receipts.add(receipt.get());
                progress.ended(receipt.get());
            }
            tidy(settings.places().event());
            succeeded.forEach(this::keep);
            return Optional.of(receipts);
        } catch (IOException e) {
            String reason = "no action could be run: " + FileTrouble.sentence(e);
            LOG.error("{}", reason);
            tidy(settings.places().event());
            return Optional.of(all.stream()
                    .map(wanted -> ActionReceipt.notRun(printable(wanted), ActionReceipt.Outcome.FAILED, reason))
                    .toList());
        }
    }

    private void prepare(String notice) throws IOException {
        kept.begin();
        PrivateFiles.write(settings.places().event(), ActionEvent.of(notice));
    }

    private void keep(ScriptRun run) {
        try {
            awaitOutput(run);
        } catch (IOException e) {
            LOG.debug("{} cannot be watched", run.folder(), e);
        }
        kept.shorten(run);
    }

    private static void tidy(Path event) {
        try {
            Files.deleteIfExists(event);
        } catch (IOException e) {
            LOG.warn("{} cannot be removed: {}", event, e.getMessage());
        }
    }

    private static void say(ActionReceipt receipt, int number) {
        if (receipt.outcome() == ActionReceipt.Outcome.SUCCEEDED) {
            LOG.info("revocation action {} succeeded within {} ms", receipt.name(), receipt.milliseconds());
        } else {
            LOG.warn(
                    "revocation action {} {}: {}{}",
                    receipt.name(),
                    receipt.outcome().wireName(),
                    receipt.reason(),
                    receipt.exit().isPresent()
                            ? " (exit " + receipt.exit().getAsInt() + ", output in secure/.limelight/actions/" + number
                                    + ")"
                            : "");
        }
    }

    private Optional<ActionReceipt> one(Wanted wanted, List<ScriptRun> succeeded) {
        String name = printable(wanted);
        if (wanted.problem().isPresent()) {
            return Optional.of(ActionReceipt.notRun(
                    name, ActionReceipt.Outcome.REFUSED, wanted.problem().get()));
        }
        FoundAction action;
        try {
            action = finder.find(wanted.name());
        } catch (ActionFinder.NotRunException e) {
            return Optional.of(
                    ActionReceipt.notRun(name, ActionReceipt.Outcome.REFUSED, String.valueOf(e.getMessage())));
        }
        try {
            return started(name, action, succeeded);
        } catch (IOException e) {
            return Optional.of(ActionReceipt.notRun(name, ActionReceipt.Outcome.FAILED, FileTrouble.sentence(e)));
        }
    }

    private Optional<ActionReceipt> started(String name, FoundAction action, List<ScriptRun> succeeded)
            throws IOException {
        int number = next;
        next = (next + 1) % RUNS;
        int seconds = settings.launch().seconds();
        ScriptRun run = new ScriptRun(settings.places().run(number), action.folder(), action.fileName(), seconds);
        Optional<String> obstacle = action.module() ? python.missing() : run.obstacle();
        if (obstacle.isPresent()) {
            return Optional.of(ActionReceipt.notRun(name, ActionReceipt.Outcome.FAILED, obstacle.get()));
        }
        run.prepare();
        kept.add(run);
        long begun = System.nanoTime();
        starter.start(number, action);
        Optional<ScriptRun.Course> course = run.await(watch, BEGIN_SECONDS, TimeUnit.SECONDS, () -> {});
        if (course.isEmpty()) {
            return Optional.empty();
        }
        long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
        return Optional.of(
                switch (course.get()) {
                    case ScriptRun.Course.Exited(int status) -> {
                        if (status == 0) {
                            succeeded.add(run);
                        }
                        yield exited(run, name, status, took);
                    }
                    case ScriptRun.Course.Vanished() ->
                        ActionReceipt.notRun(
                                name,
                                ActionReceipt.Outcome.UNKNOWN,
                                "it was ended together with what watched over it; how far it came is unknown");
                    case ScriptRun.Course.NotStarted(), ScriptRun.Course.Running() ->
                        ActionReceipt.notRun(
                                name,
                                ActionReceipt.Outcome.FAILED,
                                "it was not started within " + BEGIN_SECONDS + " s");
                });
    }

    private ActionReceipt exited(ScriptRun run, String name, int status, long took) throws IOException {
        long limit = TimeUnit.SECONDS.toMillis(run.seconds());
        boolean late = (status == TIMED_OUT || status == KILLED) && took >= limit;
        ActionReceipt.Outcome outcome = status == 0
                ? ActionReceipt.Outcome.SUCCEEDED
                : late ? ActionReceipt.Outcome.TIMED_OUT : ActionReceipt.Outcome.FAILED;
        Optional<String> output = Optional.empty();
        Optional<String> end = Optional.empty();
        boolean report = settings.reportOutput() && reportable > 0;
        if (report || status != 0) {
            // The log will say where it is.
            awaitOutput(run);
        }
        if (report) {
            output = Optional.of(text(run.folder().resolve("output"), false));
            end = Optional.of(text(run.folder().resolve("output.end"), true));
            reportable -= output.get().length() + end.get().length();
        }
        return new ActionReceipt(
                name, outcome, OptionalInt.of(status), took, reason(outcome, status, run.seconds()), output, end);
    }

    private static String reason(ActionReceipt.Outcome outcome, int status, int seconds) {
        if (outcome == ActionReceipt.Outcome.SUCCEEDED) {
            return "";
        }
        if (outcome == ActionReceipt.Outcome.TIMED_OUT) {
            return "it was ended after " + seconds + " s (action_timeout)";
        }
        return switch (status) {
            case 126, 127 -> "it, or what it called last, could not be executed (status " + status + ")";
            default -> status > 128 ? "it was ended by signal " + (status - 128) : "it ended with status " + status;
        };
    }

    /** Something that the action left behind may keep its output open; that is not waited for. */
    private void awaitOutput(ScriptRun run) throws IOException {
        Path kept = run.folder().resolve("kept");
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(OUTPUT_MILLIS);
        try {
            WatchKey key = run.folder().register(watch, StandardWatchEventKinds.ENTRY_CREATE);
            try {
                long left = deadline - System.nanoTime();
                while (!Files.isSymbolicLink(kept) && left > 0) {
                    WatchKey happened = watch.poll(left, TimeUnit.NANOSECONDS);
                    if (happened != null) {
                        happened.pollEvents();
                        happened.reset();
                    }
                    left = deadline - System.nanoTime();
                }
            } finally {
                key.cancel();
            }
        } catch (ClosedWatchServiceException e) {
            LOG.debug("stopped while an action's output was awaited");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String text(Path file, boolean end) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            bytes = in.readNBytes(ScriptRun.KEPT_OUTPUT);
        } catch (NoSuchFileException e) {
            return "";
        }
        int from = end ? Math.max(0, bytes.length - REPORTED) : 0;
        int length = Math.min(REPORTED, bytes.length - from);
        return new String(bytes, from, length, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        try {
            watch.close();
        } catch (IOException e) {
            LOG.debug("closing a watch", e);
        }
    }
}
