package io.limelight.agent.payload;

import io.limelight.core.secret.FileTrouble;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.WatchService;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has the script of a payload started, and follows it to its end, whichever agent had it started. */
final class ScriptWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ScriptWatch.class);
    private static final long BEGIN_SECONDS = 10;

    private final SecureArea area;
    private final ScriptRun run;
    private final ScriptStarter starter;
    private final Standing standing;
    private final InstantSource clock;
    private final WatchService watch;

    ScriptWatch(SecureArea area, ScriptRun run, ScriptStarter starter, Standing standing, InstantSource clock)
            throws IOException {
        this.area = area;
        this.run = run;
        this.starter = starter;
        this.standing = standing;
        this.clock = clock;
        this.watch = FileSystems.getDefault().newWatchService();
    }

    /** Runs the script of a payload that has just been unpacked. */
    void begin(PayloadState unpacked) {
        try {
            run.prepare();
        } catch (IOException e) {
            standing.fail(unpacked, run.script() + " cannot be started: " + FileTrouble.sentence(e));
            return;
        }
        standing.enter(unpacked);
        runOnce(unpacked);
    }

    /** Goes on with one that was due: it may have been started. */
    void resume(PayloadState unpacked) {
        runOnce(unpacked.since(run.begunAt().orElse(null)));
    }

    private void runOnce(PayloadState unpacked) {
        try {
            if (!area.allowsPrograms()) {
                standing.fail(
                        unpacked,
                        area.folder() + " is mounted noexec, so that " + run.script()
                                + " cannot be run; mount it without");
                return;
            }
            Optional<String> obstacle = run.obstacle();
            if (obstacle.isPresent()) {
                standing.fail(unpacked, obstacle.get());
                return;
            }
            // A former agent may have come this far; whichever runner is first starts the script, so it is never run
            // twice.
            if (run.begunAt().isEmpty()) {
                starter.start(run);
            }
            follow(unpacked);
        } catch (IOException e) {
            standing.fail(unpacked, String.valueOf(e.getMessage()));
        }
    }

    /** Follows the script to its end, or until this agent stops. */
    void follow(PayloadState unpacked) {
        Instant since = unpacked.started();
        // As exact as it is written down, so that it is the same before and after a restart.
        PayloadState running =
                unpacked.running((since == null ? clock.instant() : since).truncatedTo(ChronoUnit.MILLIS));
        try {
            Optional<ScriptRun.Course> course = run.await(watch, BEGIN_SECONDS, TimeUnit.SECONDS, () -> {
                LOG.info("{} runs", run.script());
                standing.enter(running);
            });
            if (course.isEmpty()) {
                return;
            }
            switch (course.get()) {
                case ScriptRun.Course.Exited(int status) -> ended(running, status);
                case ScriptRun.Course.Vanished() ->
                    standing.fail(
                            running,
                            run.script() + " was ended together with what watched over it; how far it came is unknown");
                case ScriptRun.Course.NotStarted(), ScriptRun.Course.Running() ->
                    standing.fail(unpacked, run.script() + " was not started within " + BEGIN_SECONDS + " s");
            }
        } catch (IOException e) {
            standing.fail(running, run.script() + " cannot be watched: " + FileTrouble.sentence(e));
        }
    }

    private void ended(PayloadState running, int status) {
        Instant since = Objects.requireNonNull(running.started());
        long seconds = Duration.between(since, clock.instant()).toSeconds();
        String remark = run.remark(status, seconds).orElse(null);
        if (status == 0) {
            LOG.info("{} ended with status 0", run.script());
        } else {
            LOG.warn("{} ended with status {}; its output is in {}", run.script(), status, run.folder());
        }
        standing.enter(running.exited(status, remark));
    }

    /** Waits no longer; a script that runs goes on. */
    @Override
    public void close() {
        try {
            watch.close();
        } catch (IOException e) {
            LOG.debug("closing a watch", e);
        }
    }
}
