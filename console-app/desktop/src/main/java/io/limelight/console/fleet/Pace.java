package io.limelight.console.fleet;

import java.time.Duration;

/**
 * How often a server is asked. It doubles when an answer takes more than a fifth of it or does not come, and returns by halves. A server
 * in trouble is not asked less than every half minute, so that its recovery is seen; one that is slow every two minutes.
 */
final class Pace {
    private static final int SHARE = 5;
    private static final Duration LONGEST_SLOW = Duration.ofMinutes(2);
    private static final Duration LONGEST_SILENT = Duration.ofSeconds(30);

    private Duration wanted;
    private Duration every;

    Pace(Duration wanted) {
        this.wanted = wanted;
        this.every = wanted;
    }

    /** What a person chose; zero switches it off. What a server taught is forgotten. */
    synchronized void wanted(Duration chosen) {
        wanted = chosen;
        every = chosen;
    }

    /** From the end of one question to the next; zero: never. */
    synchronized Duration every() {
        return every;
    }

    /** An answer came, or none. */
    synchronized void after(Duration took, boolean answered) {
        if (wanted.isZero()) {
            return;
        }
        if (took.multipliedBy(SHARE).compareTo(every) > 0) {
            every = least(every.multipliedBy(2), LONGEST_SLOW);
        } else if (!answered) {
            every = least(every.multipliedBy(2), LONGEST_SILENT);
        } else if (every.compareTo(wanted) > 0) {
            Duration half = every.dividedBy(2);
            // Not to a pace at which this very answer would have been a slow one.
            if (took.multipliedBy(SHARE).compareTo(half) <= 0) {
                every = half.compareTo(wanted) < 0 ? wanted : half;
            }
        }
    }

    private Duration least(Duration longer, Duration longest) {
        Duration limit = longest.compareTo(wanted) < 0 ? wanted : longest;
        return longer.compareTo(limit) < 0 ? longer : limit;
    }
}
