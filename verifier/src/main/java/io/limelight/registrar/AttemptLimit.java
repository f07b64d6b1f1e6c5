package io.limelight.registrar;

import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How often an id may register: an honest agent does it once a start, so a burst within a minute is somebody else. Counted
 * per id, since many machines may share an address. Bounded: the ids not seen for longest are forgotten.
 */
final class AttemptLimit {
    private static final int ATTEMPTS = 30;
    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final int IDS = 20_000;

    private final InstantSource clock;
    private final Map<String, Window> windows = new LinkedHashMap<>(16, 0.75f, true);

    AttemptLimit(InstantSource clock) {
        this.clock = clock;
    }

    private static final class Window {
        private long start;
        private int attempts;
    }

    /** Counts an attempt; whether it is within the limit. */
    synchronized boolean admit(String id) {
        long now = clock.millis();
        Window window = windows.computeIfAbsent(id, _ -> new Window());
        if (now - window.start > WINDOW.toMillis()) {
            window.start = now;
            window.attempts = 0;
        }
        if (windows.size() > IDS) {
            windows.remove(windows.keySet().iterator().next());
        }
        return ++window.attempts <= ATTEMPTS;
    }
}
