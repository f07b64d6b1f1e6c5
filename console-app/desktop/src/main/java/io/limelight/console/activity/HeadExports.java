package io.limelight.console.activity;

import io.limelight.console.problem.ProblemException;
import io.limelight.console.problem.Problems;
import io.limelight.console.shell.Remembered;
import io.limelight.console.words.Words;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Exports the signed head: once a day while the console runs, and when somebody says so. */
public final class HeadExports {
    private static final Logger LOG = LoggerFactory.getLogger(HeadExports.class);

    private final ActivityLog log;
    private final Remembered remembered;
    private final Words words;
    private final InstantSource clock;

    /** Of a record. */
    public HeadExports(ActivityLog log, Remembered remembered, Words words, InstantSource clock) {
        this.log = log;
        this.remembered = remembered;
        this.words = words;
        this.clock = clock;
    }

    private String name() {
        return "activity." + log.profile() + ".heads";
    }

    /** Where they go; empty: nowhere was chosen. */
    public Optional<Path> chosen() {
        try {
            return remembered.get(name()).filter(text -> !text.isBlank()).map(Path::of);
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    /** Chooses a folder. */
    public void choose(Path folder) {
        remembered.put(name(), folder.toAbsolutePath().toString());
    }

    Optional<HeadFolder> folder() {
        return chosen().map(path -> new HeadFolder(path, log.profile(), words));
    }

    /** Exports now; blocks. */
    public Path now() throws ProblemException {
        HeadFolder folder = folder().orElseThrow(() -> Problems.thrown(words, "activity.no-head-folder", null));
        log.sign();
        SignedHead head = log.head().orElseThrow(() -> Problems.thrown(words, "activity.no-head", null));
        Path file = folder.write(head);
        log.say("console.head", Map.of("file", file.toString(), "sequence", Long.toString(head.sequence())));
        return file;
    }

    /** Exports if this day's was not yet; blocks. What stands in the way is said in the record, once a run. */
    public void daily() {
        Optional<HeadFolder> folder = folder();
        LocalDate today = clock.instant().atZone(ZoneOffset.UTC).toLocalDate();
        if (folder.isEmpty() || folder.get().has(today) || !log.signer().ready()) {
            return;
        }
        try {
            now();
        } catch (ProblemException e) {
            LOG.warn("The head of the activity record was not exported: {}", e.getMessage());
            log.say("console.head-failed", Map.of("problem", e.problem().code(), "sentence", e.getMessage()));
        }
    }
}
