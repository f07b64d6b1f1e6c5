package io.limelight.console.activity;

import io.limelight.console.activity.ActLog.Act;
import io.limelight.console.activity.ActLog.Outcome;
import io.limelight.console.pictures.Picture;
import io.limelight.console.records.Records;
import io.limelight.console.shell.Remembered;
import io.limelight.console.words.Words;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import javafx.scene.Parent;

/** Pictures of the record and the logs, of one invented morning. */
public final class ActivitySamples {
    private static final Map<String, String> NAMES = Map.of("m-3", "db-03", "m-7", "web-07", "m-12", "web-12");

    private final Words words;
    private final Instant now;

    /** Nothing is made before a picture is. */
    public ActivitySamples(Words words, InstantSource clock) {
        this.words = words;
        this.now = clock.instant();
    }

    /** All of them. */
    public List<Picture> pictures() {
        return List.of(
                page(
                        "activity",
                        (page, model) ->
                                model.selectedProperty().set(model.rows().get(2))),
                page("activity-verified", (page, model) -> model.verify()),
                page("activity-logs", (page, model) -> page.showLogs()));
    }

    /** Does at once what a program does behind its window: a picture waits for nothing. */
    private static final class Inline {
        private final Queue<Runnable> due = new ArrayDeque<>();

        void work(Runnable task) {
            Thread thread = Thread.ofVirtual().start(task);
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            for (Runnable next = poll(); next != null; next = poll()) {
                next.run();
            }
        }

        private synchronized Runnable poll() {
            return due.poll();
        }

        synchronized void screen(Runnable task) {
            due.add(task);
        }
    }

    private Picture page(String name, BiConsumer<ActivityPage, ActivityViewModel> arrange) {
        AtomicReference<Runnable> end = new AtomicReference<>(() -> {});
        return new Picture(
                name,
                () -> {
                    Inline inline = new Inline();
                    SecureRandom random = new SecureRandom();
                    Records[] opened = new Records[1];
                    ActivityLog[] made = new ActivityLog[1];
                    Path[] file = new Path[1];
                    inline.work(() -> {
                        opened[0] = Records.inMemory(words, random, () -> now);
                        made[0] = filled(opened[0], random);
                        file[0] = log();
                    });
                    ActivityViewModel model = new ActivityViewModel(
                            made[0],
                            new HeadExports(made[0], Remembered.inMemory(), words, () -> now),
                            words,
                            id -> NAMES.getOrDefault(id, id),
                            () -> now,
                            inline::work,
                            inline::screen);
                    LogsViewModel logs = new LogsViewModel(
                            new LogSources(Optional.of(file[0]), Optional.empty()),
                            words,
                            inline::work,
                            inline::screen);
                    logs.followProperty().set(false);
                    ActivityPage page = new ActivityPage(words, model, logs, _ -> Optional.empty());
                    page.shown();
                    arrange.accept(page, model);
                    end.set(() -> {
                        model.close();
                        logs.close();
                        Thread.ofVirtual().start(() -> {
                            opened[0].close();
                            delete(file[0]);
                        });
                    });
                    return (Parent) page.content();
                },
                () -> true,
                () -> end.get().run());
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ActivityLog filled(Records records, SecureRandom random) {
        Instant[] at = {now.minus(Duration.ofHours(3))};
        ActivityLog log =
                new ActivityLog(records.activity(), 1, new HeadSigner(records.vault(), 0, random), () -> at[0]);
        log.say("console.began", Map.of());
        at[0] = now.minus(Duration.ofMinutes(171));
        log.did(new Act("ca.renew", List.of("m-3", "m-7"), Outcome.DONE, Map.of("folder", "/var/lib/keylime/ca")));
        at[0] = now.minus(Duration.ofMinutes(95));
        log.did(new Act(
                "provision.run",
                List.of("m-3", "m-7", "m-12", "edge-07"),
                Outcome.PARTLY,
                Map.of(
                        "machines",
                        "4",
                        "done",
                        "3",
                        "failed",
                        "edge-07",
                        "sentence",
                        "The agent on edge-07 did not answer within 60 s.")));
        log.told(
                now.minus(Duration.ofMinutes(60)),
                "machine.stopped",
                List.of("m-12"),
                Map.of("number", "71"),
                "timeline m-12 71");
        log.told(
                now.minus(Duration.ofMinutes(26)),
                "machine.failed",
                List.of("m-7"),
                Map.of(
                        "failure",
                        "ima.validation.ima-ng.not_in_allowlist",
                        "severity",
                        "emergency",
                        "failures",
                        "1",
                        "number",
                        "72",
                        "sentence",
                        "The file /usr/sbin/nginx (entry 2,418 of the IMA list) is not in the runtime policy."),
                "timeline m-7 72");
        log.told(
                now.minus(Duration.ofMinutes(26)),
                "verifier.revocation",
                List.of("m-7"),
                Map.of("event_id", "ima.validation.ima-ng.not_in_allowlist", "sequence", "12"),
                "event 1-12");
        at[0] = now.minus(Duration.ofMinutes(19));
        log.did(new Act(
                "ca.revoke",
                List.of("m-7"),
                Outcome.FAILED,
                Map.of("sentence", "The password of the CA is wrong.", "problem", "ca.wrong-password")));
        at[0] = now.minus(Duration.ofMinutes(18));
        log.did(new Act(
                "ca.revoke",
                List.of("m-7"),
                Outcome.DONE,
                Map.of("serials", "994", "reason", "key_compromise", "folder", "/var/lib/keylime/ca")));
        at[0] = now.minus(Duration.ofMinutes(4));
        log.did(new Act("machine.reactivate", List.of("m-12"), Outcome.DONE, Map.of()));
        return log;
    }

    private static Path log() {
        try {
            Path file = Files.createTempFile("limelight-pictures-", ".log");
            Files.writeString(file, """
                    2026-11-29 08:02:11.204 - io.limelight.console.fleet - INFO - The list of machines is followed
                    2026-11-29 08:02:11.950 - io.limelight.console.activity - INFO - The events of the verifier are read
                    2026-11-29 08:14:40.018 - io.limelight.console.fleet - WARN - The verifier did not answer within 20 s
                    2026-11-29 08:14:45.377 - io.limelight.console.fleet - INFO - The verifier answers again
                    2026-11-29 08:31:02.661 - io.limelight.console.ca - ERROR - The CRL cannot be published: the port 38080 is taken
                    2026-11-29 08:31:09.120 - io.limelight.console.ca - INFO - The CRL is published on 127.0.0.1:38081
                    """);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
