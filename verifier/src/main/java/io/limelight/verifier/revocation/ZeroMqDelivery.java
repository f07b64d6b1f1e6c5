package io.limelight.verifier.revocation;

import io.limelight.core.api.RevocationMessage;
import io.limelight.core.bus.Publisher;
import io.limelight.core.json.WireJson;
import io.limelight.store.StoreException;
import io.limelight.verifier.state.Delivery;
import io.limelight.verifier.state.Delivery.Channel;
import io.limelight.verifier.state.Delivery.Outcome;
import io.limelight.verifier.state.DeliveryStore;
import io.limelight.verifier.state.StoredNotice;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Publishes notices: written down before, and then sent once, since subscribers would act on a second one as on the first. */
final class ZeroMqDelivery {
    private static final String NOT_TAKEN = "the publisher could not take it";

    private final Publisher publisher;
    private final DeliveryStore deliveries;
    private final Outcomes outcomes;
    private final Tasks tasks;
    private final InstantSource clock;

    ZeroMqDelivery(Publisher publisher, DeliveryStore deliveries, Outcomes outcomes, Tasks tasks, InstantSource clock) {
        this.publisher = publisher;
        this.deliveries = deliveries;
        this.outcomes = outcomes;
        this.tasks = tasks;
        this.clock = clock;
    }

    /** What publishes. */
    Publisher publisher() {
        return publisher;
    }

    /**
     * Publishes a notice; blocks.
     *
     * @param begun completes once it is written down that it is being published
     */
    void publish(StoredNotice notice, RevocationMessage message, CompletableFuture<Boolean> begun) {
        boolean mine;
        try {
            mine = !tasks.closing() && deliveries.begin(notice.sequence(), Channel.ZEROMQ);
        } catch (StoreException e) {
            begun.completeExceptionally(e);
            return;
        }
        begun.complete(mine);
        if (!mine) {
            return;
        }
        Tried tried = send(message);
        Instant now = clock.instant();
        outcomes.of(Channel.ZEROMQ).saw(tried, now);
        outcomes.store(new Delivery(
                notice.sequence(),
                Channel.ZEROMQ,
                "",
                tried.outcome() == Outcome.DELIVERED ? Outcome.DELIVERED : Outcome.DEAD,
                false,
                1,
                Optional.empty(),
                now,
                tried.detail()));
    }

    /** Hands one message to the publisher; blocks until it is out. */
    Tried send(RevocationMessage message) {
        return publisher.publish(WireJson.compactText(message.toJson())).join()
                ? Tried.delivered()
                : Tried.refused(NOT_TAKEN);
    }
}
