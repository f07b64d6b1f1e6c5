package io.limelight.registrar;

import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How often an id may register from one address: an honest agent does it once a start, so a burst within a minute is
 * somebody else. Counted per id <em>and</em> address: many machines may share an address, and a stranger who floods an id
 * must not use up what its owner may. Bounded: what was not seen for longest is forgotten.
 */
final class AttemptLimit {
    private static final int ATTEMPTS = 30;
    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final int SENDERS = 20_000;

    private final InstantSource clock;
    private final Map<Sender, Window> windows = new LinkedHashMap<>(16, 0.75f, true);

    AttemptLimit(InstantSource clock) {
        this.clock = clock;
    }

    private record Sender(String id, String remote) {}

    private static final class Window {
        private long start;
        private int attempts;
    }

    /** Counts an attempt; whether it is within the limit. */
    synchronized boolean admit(String id, String remote) {
        long now = clock.millis();
        Window window = windows.computeIfAbsent(new Sender(id, remote), _ -> new Window());
        // Also when the clock was set back: a window that begins in the future would last until then.
        if (now - window.start > WINDOW.toMillis() || now < window.start) {
            window.start = now;
            window.attempts = 0;
        }
        if (windows.size() > SENDERS) {
            windows.remove(windows.keySet().iterator().next());
        }
        return ++window.attempts <= ATTEMPTS;
    }
}
