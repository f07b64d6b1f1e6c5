package io.limelight.registrar;

import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;

/**
 * Warnings about refused registrations, a few a minute from each address: anybody may send such requests, and must not be
 * able to fill the disk that the log is on. What was left out is counted and said with the next one that is written.
 * Bounded: the address that was not heard of for longest is forgotten.
 */
final class RefusalLog {
    private static final int WRITTEN = 10;
    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final int SENDERS = 5_000;

    private final Logger log;
    private final InstantSource clock;
    private final Map<String, Window> windows = new LinkedHashMap<>(16, 0.75f, true);

    RefusalLog(Logger log, InstantSource clock) {
        this.log = log;
        this.clock = clock;
    }

    private static final class Window {
        private long start;
        private int seen;
    }

    /** Warns, unless this address has had its share. */
    void warn(String remote, String sentence) {
        int leftOut = admit(remote);
        if (leftOut == 0) {
            log.warn("{}", sentence);
        } else if (leftOut > 0) {
            log.warn("{} ({} more refusals of {} were not written)", sentence, leftOut, remote);
        }
    }

    /** How many were left out before this one, which is to be written; -1 if it is not. */
    private synchronized int admit(String remote) {
        long now = clock.millis();
        Window window = windows.computeIfAbsent(remote, _ -> new Window());
        int leftOut = 0;
        if (now - window.start > WINDOW.toMillis() || now < window.start) {
            leftOut = Math.max(0, window.seen - WRITTEN);
            window.start = now;
            window.seen = 0;
        }
        if (windows.size() > SENDERS) {
            windows.remove(windows.keySet().iterator().next());
        }
        return ++window.seen <= WRITTEN ? leftOut : -1;
    }
}
