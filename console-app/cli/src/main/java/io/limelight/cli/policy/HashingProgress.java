package io.limelight.cli.policy;

import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** How far hashing is, counted by many threads; shown in one line that is overwritten, on a terminal only. */
final class HashingProgress {
    private static final long PERIOD_NANOS = 250_000_000;

    private final PrintStream err;
    private final boolean shown;
    private final LongAdder files = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final AtomicLong next = new AtomicLong(System.nanoTime() + PERIOD_NANOS);

    HashingProgress(PrintStream err, boolean shown) {
        this.err = err;
        this.shown = shown;
    }

    void file() {
        files.increment();
        show();
    }

    void bytes(long more) {
        bytes.add(more);
        show();
    }

    long files() {
        return files.sum();
    }

    long bytes() {
        return bytes.sum();
    }

    private void show() {
        if (!shown) {
            return;
        }
        long due = next.get();
        long now = System.nanoTime();
        if (now - due >= 0 && next.compareAndSet(due, now + PERIOD_NANOS)) {
            err.print("\r" + line());
            err.flush();
        }
    }

    private String line() {
        return String.format(Locale.ROOT, "hashed %,d files, %,d MiB ", files(), bytes() >> 20);
    }

    void done() {
        if (shown) {
            err.print("\r" + line() + "\n");
        }
    }
}
