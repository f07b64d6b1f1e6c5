package io.limelight.cli.tenant;

import io.limelight.core.task.Cancellation;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Makes Ctrl-C (and SIGTERM) cancel the act instead of cutting it off: requests under way are ended, what is left behind is
 * said, and only then the process ends, with the status of the signal.
 */
final class InterruptedRun implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 5;

    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook;

    InterruptedRun(Cancellation cancellation) {
        this.hook = new Thread(() -> cancel(cancellation), "interrupted");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void cancel(Cancellation cancellation) {
        if (ended.getCount() == 0) {
            return;
        }
        cancellation.cancel();
        try {
            if (!ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("limelight tenant: did not end within " + PATIENCE_SECONDS + " s; cut off.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The act has ended and said what there is to say. */
    @Override
    public void close() {
        ended.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending, by the hook itself.
        }
    }
}
