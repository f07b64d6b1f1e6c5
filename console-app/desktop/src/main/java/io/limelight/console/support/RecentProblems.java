package io.limelight.console.support;

import io.limelight.console.problem.Problem;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The latest problems somebody was shown, until the window closes. */
public final class RecentProblems {
    private static final int MOST = 30;

    private final InstantSource clock;
    private final Deque<Seen> seen = new ArrayDeque<>();

    /**
     * One of them.
     *
     * @param at when it was shown
     * @param problem what was shown
     */
    public record Seen(Instant at, Problem problem) {}

    /** None yet. */
    public RecentProblems(InstantSource clock) {
        this.clock = clock;
    }

    /** One more. */
    public synchronized void shown(Problem problem) {
        if (seen.size() == MOST) {
            seen.removeFirst();
        }
        seen.addLast(new Seen(clock.instant(), problem));
    }

    /** All of them, oldest first. */
    public synchronized List<Seen> all() {
        return List.copyOf(seen);
    }
}
