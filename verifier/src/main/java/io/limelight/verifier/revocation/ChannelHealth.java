package io.limelight.verifier.revocation;

import io.limelight.verifier.state.Delivery.Outcome;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How one channel has been doing since the start of the program. */
public final class ChannelHealth {
    private @Nullable Instant lastSuccess;
    private @Nullable Instant lastFailure;
    private String lastProblem = "";

    /**
     * As of now.
     *
     * @param lastSuccess when a notice was delivered last
     * @param lastFailure when one was not
     * @param lastProblem why; empty if that never happened
     */
    public record Seen(Optional<Instant> lastSuccess, Optional<Instant> lastFailure, String lastProblem) {}

    synchronized void saw(Tried tried, Instant now) {
        if (tried.outcome() == Outcome.DELIVERED) {
            lastSuccess = now;
        } else {
            lastFailure = now;
            lastProblem = tried.detail();
        }
    }

    /** What there is to tell. */
    public synchronized Seen seen() {
        return new Seen(Optional.ofNullable(lastSuccess), Optional.ofNullable(lastFailure), lastProblem);
    }
}
