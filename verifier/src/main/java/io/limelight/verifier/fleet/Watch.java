package io.limelight.verifier.fleet;

import io.limelight.verifier.attest.Next;
import io.limelight.verifier.attest.Run;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that a run has one cycle at a time, and none once it has been closed. Closing cancels the cycle under way;
 * {@link #ended} tells when that has really stopped, from when on the run can do nothing any more.
 */
final class Watch {
    private final CompletableFuture<Void> before;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private @Nullable Run run;
    private boolean running;
    private boolean closed;

    /**
     * Watches a run.
     *
     * @param before completes when the run before this one has really stopped; this one has not ended earlier than that
     */
    Watch(Run run, CompletableFuture<Void> before) {
        this.run = run;
        this.before = before;
    }

    /** Runs a cycle unless one is running or the watch was closed. */
    Next cycle(Function<Run, Next> procedure) {
        Run mine;
        synchronized (this) {
            mine = run;
            if (closed || running || mine == null) {
                return Next.ENDED;
            }
            running = true;
        }
        Next next = Next.ENDED;
        try {
            next = procedure.apply(mine);
        } finally {
            synchronized (this) {
                running = false;
                if (closed) {
                    end();
                    next = Next.ENDED;
                }
            }
        }
        return next;
    }

    /** Lets no further cycle begin and cancels the one under way. */
    void close() {
        Run under;
        synchronized (this) {
            closed = true;
            under = running ? run : null;
            if (!running) {
                end();
            }
        }
        if (under != null) {
            under.end();
        }
    }

    /** Lets no further cycle begin and leaves the one under way to end by itself. */
    void finish() {
        synchronized (this) {
            closed = true;
            if (!running) {
                end();
            }
        }
    }

    private void end() {
        Run over = run;
        run = null;
        if (over != null) {
            over.end();
        }
        var _ = before.whenComplete((_, _) -> ended.complete(null));
    }

    /** Completes when the watch is closed, no cycle runs, and the same is true of the watch before it. */
    CompletableFuture<Void> ended() {
        return ended;
    }
}
