package io.limelight.verifier.revocation;

import io.limelight.store.StoreException;
import io.limelight.verifier.state.Delivery;
import io.limelight.verifier.state.Delivery.Channel;
import io.limelight.verifier.state.Delivery.Outcome;
import io.limelight.verifier.state.DeliveryStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What came of tries: stored, also when the database is in trouble for a while, and counted for each channel. */
final class Outcomes {
    private static final Logger LOG = LoggerFactory.getLogger(Outcomes.class);

    private final DeliveryStore store;
    private final Runnable news;
    private final Signal loop;
    private final InstantSource clock;
    private final Queue<Delivery> unstored = new ConcurrentLinkedQueue<>();
    private final Map<Channel, ChannelHealth> health = new EnumMap<>(Channel.class);

    /**
     * Into this store.
     *
     * @param news is run when readers of events may be told something
     * @param loop is signalled when there is something to try again
     */
    Outcomes(DeliveryStore store, Runnable news, Signal loop, InstantSource clock) {
        this.store = store;
        this.news = news;
        this.loop = loop;
        this.clock = clock;
        for (Channel channel : Channel.values()) {
            health.put(channel, new ChannelHealth());
        }
    }

    /** How a channel has been doing. */
    ChannelHealth of(Channel channel) {
        return Objects.requireNonNull(health.get(channel));
    }

    /** On the way to the disk when this returns. */
    void store(Delivery delivery) {
        var _ = store.outcome(delivery).handle((_, failure) -> {
            // On the writer's thread: nothing here may wait.
            if (failure != null) {
                keep(delivery, failure);
            } else {
                news.run();
            }
            if (failure != null || delivery.outcome() == Outcome.WAITING) {
                loop.give();
            }
            return true;
        });
    }

    /** Nothing more comes of a delivery. */
    void over(Delivery before, Outcome outcome, String detail) {
        store(new Delivery(
                before.notice(),
                before.channel(),
                before.receiver(),
                outcome,
                before.unsure(),
                before.tries(),
                Optional.empty(),
                clock.instant(),
                detail));
    }

    /** Written down and then not told, because the program is being stopped: the next start begins with it. */
    void untold(long notice, String receiver, int tries, boolean unsure) {
        Instant now = clock.instant();
        store(new Delivery(
                notice,
                Channel.AGENT,
                receiver,
                Outcome.WAITING,
                unsure,
                tries,
                Optional.of(now),
                now,
                "the verifier was stopped before"));
    }

    private void keep(Delivery delivery, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof StoreException e && e.kind() == StoreException.Kind.CLOSED) {
            return;
        }
        LOG.error("what came of a delivery cannot be stored yet: {}", cause.getMessage());
        unstored.add(delivery);
    }

    /** Tries again what could not be stored. */
    void storeAgain() {
        List<Delivery> again = new ArrayList<>();
        for (Delivery one = unstored.poll(); one != null; one = unstored.poll()) {
            again.add(one);
        }
        again.forEach(this::store);
    }
}
