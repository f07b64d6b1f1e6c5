package io.limelight.verifier.revocation;

import io.limelight.core.api.RevocationMessage;
import io.limelight.core.task.Cancellation;
import io.limelight.store.StoreException;
import io.limelight.verifier.state.Delivery;
import io.limelight.verifier.state.Delivery.Channel;
import io.limelight.verifier.state.Delivery.Outcome;
import io.limelight.verifier.state.DeliveryStore;
import io.limelight.verifier.state.DeliveryStore.Due;
import io.limelight.verifier.state.NoticeStore;
import io.limelight.verifier.state.Outbox;
import io.limelight.verifier.state.Receiver;
import io.limelight.verifier.state.ReceiverStore;
import io.limelight.verifier.state.StoredNotice;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers what is in the outbox: by webhook, over ZeroMQ and to agents, each on threads of its own, so that nobody waits for
 * anybody. Attestation hands a notice over and goes on.
 *
 * <p>Nothing is lost when the program is killed: a notice stays {@code new} until every receiver has its row, and a row that
 * says {@code sending} is found by the next start.
 */
public final class Dispatcher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    private static final int BATCH = 128;
    private static final int MOST_RETRIES_TAKEN = 4 * BATCH;
    private static final Duration IDLE = Duration.ofSeconds(30);
    private static final Duration STORE_TROUBLE = Duration.ofSeconds(2);
    private static final Duration LEAST_WAIT = Duration.ofMillis(10);
    private static final Duration SUBSCRIBERS_RETURN = Duration.ofSeconds(1);
    private static final Duration CANCELLED_WITHIN = Duration.ofSeconds(5);
    private static final String SWITCHED_OFF = "this notifier is switched off";

    private final NoticeStore notices;
    private final DeliveryStore deliveries;
    private final ReceiverStore receivers;
    private final Channels channels;
    private final Outcomes outcomes;
    private final Tasks tasks;
    private final Signal signal;
    private final Runnable news;
    private final Duration drain;
    private final Cancellation cancellation;
    private final InstantSource clock;
    private final Set<Long> spreading = ConcurrentHashMap.newKeySet();
    private final AtomicInteger retriesTaken = new AtomicInteger();

    /**
     * Delivers by the channels that are there.
     *
     * @param signal wakes it when there is something to try again
     * @param news is run when there is something for readers of events; returns at once
     * @param drain how long a stop waits for deliveries under way
     * @param cancellation ends calls of the webhook's client
     */
    Dispatcher(
            Outbox outbox,
            Channels channels,
            Outcomes outcomes,
            Tasks tasks,
            Signal signal,
            Runnable news,
            Duration drain,
            Cancellation cancellation,
            InstantSource clock) {
        this.notices = outbox.notices();
        this.deliveries = outbox.deliveries();
        this.receivers = outbox.receivers();
        this.channels = channels;
        this.outcomes = outcomes;
        this.tasks = tasks;
        this.signal = signal;
        this.news = news;
        this.drain = drain;
        this.cancellation = cancellation;
        this.clock = clock;
    }

    /** Takes up what another start has left, and goes on. */
    public void begin() {
        deliveries.resume();
        tasks.begin(this::loop);
    }

    /** Whether notices travel so. */
    public boolean uses(Channel channel) {
        return channels.uses(channel);
    }

    /** Where the webhook is; empty without one. */
    public Optional<String> webhookAddress() {
        return channels.webhook().map(webhook -> webhook.client().shown());
    }

    /** Port of the publisher; empty without one. */
    public Optional<Integer> publisherPort() {
        return channels.zeroMq().map(bus -> bus.publisher().port());
    }

    /** How a channel has been doing. */
    public ChannelHealth.Seen health(Channel channel) {
        return outcomes.of(channel).seen();
    }

    // --- notices ---

    /** Sends a notice that was just stored. Returns at once. */
    public void offer(StoredNotice notice) {
        tasks.begin(() -> spread(notice, true));
    }

    /** Sends notices that were released. Returns at once. */
    public void offer(Collection<StoredNotice> released) {
        released.forEach(this::offer);
    }

    private void spread(StoredNotice notice, boolean justStored) {
        if (!spreading.add(notice.sequence())) {
            return;
        }
        news.run();
        try {
            RevocationMessage message = message(notice);
            channels.webhook()
                    .filter(_ -> justStored || !deliveries.begun(notice.sequence(), Channel.WEBHOOK))
                    .ifPresent(webhook -> tasks.begin(() -> webhook.call(notice.sequence(), message, 0)));
            CompletableFuture<Boolean> published = CompletableFuture.completedFuture(true);
            if (channels.zeroMq().isPresent()) {
                ZeroMqDelivery bus = channels.zeroMq().get();
                CompletableFuture<Boolean> begun = new CompletableFuture<>();
                published = tasks.begin(() -> bus.publish(notice, message, begun)) ? begun : published;
            }
            if (channels.agents().isPresent() && clock.instant().isBefore(notice.expiresAt())) {
                channels.agents().get().spread(notice, message);
            }
            published.join();
            if (!tasks.closing()) {
                deliveries.spread(
                        notice.sequence(), channels.webhook().isPresent() ? List.of(Channel.WEBHOOK) : List.of());
                news.run();
            }
        } catch (StoreException | CompletionException e) {
            // The loop finds it again.
            LOG.error("a notice cannot be sent to everybody yet: {}", e.getMessage());
        } finally {
            spreading.remove(notice.sequence());
        }
    }

    private static RevocationMessage message(StoredNotice notice) {
        return new RevocationMessage(notice.msg(), notice.signature());
    }

    // --- retries ---

    private void loop() {
        boolean troubled = false;
        if (channels.zeroMq().isPresent()) {
            // What was left is published once; subscribers should have found their way back by then.
            signal.await(signal.given(), SUBSCRIBERS_RETURN);
        }
        while (!tasks.closing()) {
            long seen = signal.given();
            Duration wait;
            try {
                outcomes.storeAgain();
                for (StoredNotice notice : notices.fresh()) {
                    if (!spreading.contains(notice.sequence())) {
                        tasks.begin(() -> spread(notice, false));
                    }
                }
                wait = retry();
                troubled = false;
            } catch (StoreException e) {
                if (!troubled && e.kind() != StoreException.Kind.CLOSED) {
                    LOG.error("deliveries wait until the database can be used: {}", e.getMessage());
                }
                troubled = true;
                wait = STORE_TROUBLE;
            } catch (RuntimeException e) {
                LOG.error("deliveries could not be looked after", e);
                wait = STORE_TROUBLE;
            }
            signal.await(seen, wait);
        }
    }

    /** Begins what is due; how long until there is more. */
    private Duration retry() {
        Optional<Instant> next = deliveries.nextDue();
        if (next.isEmpty()) {
            return IDLE;
        }
        Duration until = Duration.between(clock.instant(), next.get());
        if (until.isPositive()) {
            return until;
        }
        int room = Math.min(BATCH, MOST_RETRIES_TAKEN - retriesTaken.get());
        if (room <= 0) {
            return IDLE;
        }
        List<Due> due = deliveries.takeDue(room);
        Map<Long, Optional<StoredNotice>> stored = new HashMap<>();
        for (Due one : due) {
            stored.computeIfAbsent(one.delivery().notice(), notices::notice);
        }
        Map<Long, Receiver> there = new HashMap<>();
        receivers
                .receivers(due.stream()
                        .map(Due::agent)
                        .filter(number -> number > 0)
                        .toList())
                .forEach(receiver -> there.put(receiver.number(), receiver));
        for (Due one : due) {
            stored.getOrDefault(one.delivery().notice(), Optional.empty())
                    .ifPresent(notice -> retry(one.delivery(), notice, there.get(one.agent())));
        }
        return LEAST_WAIT;
    }

    private void retry(Delivery before, StoredNotice notice, @Nullable Receiver receiver) {
        switch (before.channel()) {
            case WEBHOOK ->
                channels.webhook()
                        .ifPresentOrElse(
                                webhook -> beginRetry(
                                        () -> webhook.call(notice.sequence(), message(notice), before.tries())),
                                () -> outcomes.over(before, Outcome.DEAD, SWITCHED_OFF));
            case AGENT -> {
                if (channels.agents().isEmpty()) {
                    outcomes.over(before, Outcome.DEAD, SWITCHED_OFF);
                } else if (receiver == null) {
                    outcomes.over(before, Outcome.GONE, "the agent was deleted");
                } else if (!clock.instant().isBefore(notice.expiresAt())) {
                    outcomes.over(before, Outcome.EXPIRED, before.detail());
                } else {
                    AgentDelivery agents = channels.agents().get();
                    beginRetry(() -> agents.again(notice, message(notice), receiver, before));
                }
            }
            case ZEROMQ -> outcomes.over(before, Outcome.UNKNOWN, before.detail());
        }
    }

    private void beginRetry(Runnable task) {
        retriesTaken.incrementAndGet();
        boolean begun = tasks.begin(() -> {
            try {
                task.run();
            } finally {
                retriesTaken.decrementAndGet();
                signal.give();
            }
        });
        if (!begun) {
            retriesTaken.decrementAndGet();
        }
    }

    /** Begins nothing more, gives requests under way some time, then cancels them; the next start takes up the rest. */
    @Override
    public void close() {
        tasks.stop();
        signal.close();
        if (!tasks.idleWithin(drain)) {
            LOG.warn("receivers of notices that did not answer within {} are told after the next start", drain);
            cancellation.cancel();
            channels.agents().ifPresent(agents -> agents.notifier().close());
            if (!tasks.idleWithin(CANCELLED_WITHIN)) {
                LOG.warn("some deliveries did not end");
            }
        }
        tasks.shutdown();
        channels.zeroMq().ifPresent(bus -> bus.publisher().close());
    }
}
