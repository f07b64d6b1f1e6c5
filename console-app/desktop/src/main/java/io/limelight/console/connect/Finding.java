package io.limelight.console.connect;

import io.limelight.core.api.Endpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What came of one step.
 *
 * @param server whom it concerns
 * @param check which step
 * @param status how it went
 * @param seen what was seen, a sentence
 * @param file the file concerned
 * @param fix what to do, a sentence; empty where nothing needs doing
 * @param needs the step it waits for, where it was skipped because of that
 * @param took how long it took
 */
public record Finding(
        Endpoint.Service server,
        Check check,
        Status status,
        String seen,
        Optional<Path> file,
        String fix,
        Optional<Check> needs,
        Duration took) {
    /** How a step went. */
    public enum Status {
        /** As it must be. */
        PASSED,
        /** Not as it should be, but it works. */
        WARNED,
        /** Not as it must be. */
        FAILED,
        /** Not tried, since it needs one that failed. */
        SKIPPED;

        /** Names keys of words: {@code passed}. */
        public String key() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }
}
