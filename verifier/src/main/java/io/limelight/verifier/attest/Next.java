package io.limelight.verifier.attest;

import java.time.Duration;

/** What comes after a cycle. */
public sealed interface Next {
    /** The next one, when the interval is over. */
    record AtInterval() implements Next {}

    /** Another one, without waiting. */
    record AtOnce() implements Next {}

    /** Another one, after this time. */
    record After(Duration time) implements Next {}

    /** None: stopped for good, or another run has taken over. */
    record Ended() implements Next {}

    /** See {@link AtInterval}. */
    Next AT_INTERVAL = new AtInterval();
    /** See {@link AtOnce}. */
    Next AT_ONCE = new AtOnce();
    /** See {@link Ended}. */
    Next ENDED = new Ended();
}
