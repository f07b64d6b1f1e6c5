package io.limelight.console.work;

import io.limelight.console.problem.Problem;
import io.limelight.console.problem.ProblemException;
import io.limelight.core.task.Cancellation;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Does one thing for each of many, a few at once, and tells on the screen's thread how each ended. Used on the screen's thread. */
public final class FewAtOnce {
    /** Polite to a server that may be Keylime's: more at once only queue there. */
    private static final int AT_ONCE = 4;

    private final Executor work;
    private final Executor screen;
    private @Nullable Stop stop;

    /** Nothing to do yet. */
    public FewAtOnce(Executor work, Executor screen) {
        this.work = work;
        this.screen = screen;
    }

    /** The thing that is done; blocks. */
    @FunctionalInterface
    public interface Part {
        /** Does it for one of them. */
        void run(int index, Cancellation cancellation) throws ProblemException;
    }

    /** How one ended. */
    public enum Ending {
        /** Done. */
        DONE,
        /** Not done; there is a problem. */
        FAILED,
        /** Not begun or broken off, since all was cancelled. */
        CANCELLED
    }

    /** Hears how it goes, on the screen's thread. */
    public interface Heard {
        /** One is under way. */
        void begun(int index);

        /** One has ended. */
        void ended(int index, Ending ending, @Nullable Problem problem);

        /** All have. */
        void over();
    }

    /** Does it for these; at most once at a time. */
    public void run(List<Integer> due, Part part, Heard heard) {
        Stop mine = new Stop(new AtomicBoolean(), new Cancellation());
        stop = mine;
        if (due.isEmpty()) {
            heard.over();
            return;
        }
        Semaphore atOnce = new Semaphore(AT_ONCE);
        Remaining remaining = new Remaining(due.size());
        for (int index : due) {
            work.execute(() -> {
                End end = one(index, part, heard, mine, atOnce);
                screen.execute(() -> {
                    heard.ended(index, end.ending(), end.problem());
                    if (remaining.oneLess()) {
                        heard.over();
                    }
                });
            });
        }
    }

    /** Begins nothing more and breaks off what is under way. */
    public void cancel() {
        Stop now = stop;
        if (now != null) {
            now.said().set(true);
            // Tears down sockets, which may wait: not on the screen's thread.
            work.execute(now.cancellation()::cancel);
        }
    }

    private record Stop(AtomicBoolean said, Cancellation cancellation) {}

    private record End(Ending ending, @Nullable Problem problem) {}

    private End one(int index, Part part, Heard heard, Stop stop, Semaphore atOnce) {
        try {
            atOnce.acquire();
            try {
                if (stop.said().get()) {
                    return new End(Ending.CANCELLED, null);
                }
                screen.execute(() -> heard.begun(index));
                part.run(index, stop.cancellation());
                return new End(Ending.DONE, null);
            } catch (ProblemException e) {
                return new End(stop.said().get() ? Ending.CANCELLED : Ending.FAILED, e.problem());
            } finally {
                atOnce.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new End(Ending.CANCELLED, null);
        }
    }

    /** Counted on the screen's thread only. */
    private static final class Remaining {
        private int left;

        Remaining(int left) {
            this.left = left;
        }

        boolean oneLess() {
            left--;
            return left == 0;
        }
    }
}
