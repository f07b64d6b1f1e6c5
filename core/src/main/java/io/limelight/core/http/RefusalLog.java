package io.limelight.core.http;

import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * Lines about what others send, a few a minute from each of them: anybody may send a request that is refused, and must not be
 * able to fill the disk that the log is on. What was left out is counted and said with the next one that is written.
 * Bounded: the sender that was not heard of for longest is forgotten.
 */
public final class RefusalLog {
    private static final int WRITTEN = 10;
    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final int SENDERS = 5_000;

    private final Logger log;
    private final InstantSource clock;
    private final Map<String, Window> windows = new LinkedHashMap<>(16, 0.75f, true);

    /** Writes to this log. */
    public RefusalLog(Logger log, InstantSource clock) {
        this.log = log;
        this.clock = clock;
    }

    private static final class Window {
        private long start;
        private int seen;
    }

    /** Warns, unless this sender has had its share. */
    public void warn(String sender, String sentence) {
        write(Level.WARN, sender, sentence);
    }

    /** Writes at that level, unless this sender has had its share. */
    public void write(Level level, String sender, String sentence) {
        int leftOut = admit(sender);
        if (leftOut == 0) {
            log.atLevel(level).log("{}", sentence);
        } else if (leftOut > 0) {
            log.atLevel(level).log("{} ({} more refusals of {} were not written)", sentence, leftOut, sender);
        }
    }

    /** How many were left out before this one, which is to be written; -1 if it is not. */
    private synchronized int admit(String sender) {
        long now = clock.millis();
        Window window = windows.computeIfAbsent(sender, _ -> new Window());
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
