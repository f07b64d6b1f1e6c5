package io.limelight.console.revocations;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds what is new about the brake between two looks at the board: that it began to hold notices, and what was decided about them, by
 * whomever. A brake that held before this console was there is told of by the overview, and is no news. Not for several threads at once.
 */
public final class BrakeWatch {
    /** Clocks of consoles and verifiers differ a little. */
    private static final Duration APART = Duration.ofMinutes(1);

    private final Instant from;
    private Brake before = Brake.FREE;
    private Set<Long> held = Set.of();

    /**
     * Something about the brake.
     *
     * @param what happened
     * @param notices how many it is about
     * @param key the same for the same
     */
    public record News(What what, long notices, String key) {}

    /** What happened. */
    public enum What {
        /** Notices are held. */
        HELD,
        /** They were sent. */
        RELEASED,
        /** They will never be. */
        DISCARDED,
        /** They are no longer held; what became of them is not among what is shown. */
        ENDED
    }

    /** What begins before this is no news. */
    public BrakeWatch(Instant from) {
        this.from = from.minus(APART);
    }

    /** What is new. */
    public Optional<News> told(Board board) {
        Brake now = board.brake();
        Set<Long> waited = held;
        held = board.notices().stream()
                .filter(notice -> notice.state() == Notice.State.HELD)
                .map(Notice::sequence)
                .collect(Collectors.toUnmodifiableSet());
        Brake then = before;
        before = now;
        Instant since = now.since();
        boolean another = now.engaged() && !(then.engaged() && java.util.Objects.equals(then.since(), since));
        if (then.engaged() && !now.engaged()) {
            return Optional.of(new News(decided(board.notices(), waited), then.held(), "brake over " + then.since()));
        }
        if (another && since != null && !since.isBefore(from)) {
            return Optional.of(new News(What.HELD, Math.max(1, now.held()), "brake " + since));
        }
        return Optional.empty();
    }

    private static What decided(List<Notice> notices, Set<Long> waited) {
        for (Notice notice : notices) {
            if (waited.contains(notice.sequence())) {
                return switch (notice.state()) {
                    case DISCARDED -> What.DISCARDED;
                    case NEW, OPEN, DONE -> What.RELEASED;
                    case HELD, RECEIVED, UNVERIFIED -> What.ENDED;
                };
            }
        }
        return What.ENDED;
    }
}
