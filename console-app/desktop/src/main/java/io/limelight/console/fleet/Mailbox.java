package io.limelight.console.fleet;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One listener: told one snapshot after the other on a thread that lives for as long as there is something to tell. */
final class Mailbox implements FleetService.Subscription {
    private static final Logger LOG = LoggerFactory.getLogger(Mailbox.class);

    private final Consumer<FleetSnapshot> listener;
    private final Consumer<Mailbox> gone;
    private final AtomicReference<@Nullable FleetSnapshot> next = new AtomicReference<>();
    private boolean telling;
    private volatile boolean closed;

    Mailbox(Consumer<FleetSnapshot> listener, Consumer<Mailbox> gone) {
        this.listener = listener;
        this.gone = gone;
    }

    void tell(FleetSnapshot snapshot) {
        next.set(snapshot);
        synchronized (this) {
            if (telling || closed) {
                return;
            }
            telling = true;
        }
        Thread.ofVirtual().name("fleet-listener").start(this::deliver);
    }

    private void deliver() {
        while (true) {
            FleetSnapshot snapshot = next.getAndSet(null);
            if (snapshot == null || closed) {
                synchronized (this) {
                    if (closed || next.get() == null) {
                        telling = false;
                        return;
                    }
                }
                continue;
            }
            try {
                listener.accept(snapshot);
            } catch (RuntimeException e) {
                LOG.error("a listener of the fleet failed", e);
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        next.set(null);
        gone.accept(this);
    }
}
