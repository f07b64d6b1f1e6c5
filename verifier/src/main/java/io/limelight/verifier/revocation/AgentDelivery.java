package io.limelight.verifier.revocation;

import io.limelight.core.api.RevocationMessage;
import io.limelight.verifier.attest.RetryRule;
import io.limelight.verifier.state.Delivery;
import io.limelight.verifier.state.Delivery.Channel;
import io.limelight.verifier.state.Delivery.Outcome;
import io.limelight.verifier.state.DeliveryStore;
import io.limelight.verifier.state.Receiver;
import io.limelight.verifier.state.ReceiverStore;
import io.limelight.verifier.state.StoredNotice;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells every agent of a notice: written down first and then told, so that one that would act twice is not told twice.
 * Agents whose connections are open come first, so that the dead do not delay the living.
 */
final class AgentDelivery {
    private static final Logger LOG = LoggerFactory.getLogger(AgentDelivery.class);

    /** Requests at once over connections that are open, over new ones (handshakes are work), and to those tried again. */
    private static final int QUICK = 192;

    private static final int SLOW = 64;
    private static final int AGAIN = 64;
    /** A notice that carries a large policy takes the places of several. */
    private static final int CHARACTERS_A_PLACE = 32 << 10;

    private static final int BATCH = 128;
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

    private final AgentNotifier notifier;
    private final ReceiverStore receivers;
    private final DeliveryStore deliveries;
    private final Outcomes outcomes;
    private final Tasks tasks;
    private final LongConsumer silent;
    private final boolean failedToo;
    private final RetryRule retries;
    private final InstantSource clock;
    private final Semaphore quick = new Semaphore(QUICK, true);
    private final Semaphore slow = new Semaphore(SLOW, true);
    private final Semaphore again = new Semaphore(AGAIN, true);

    /**
     * By this notifier.
     *
     * @param silent hears the number of every agent that has a notice and will show no quotes from now on, as the one that
     *     failed; returns at once
     * @param failedToo whether the agent that failed is told as well
     * @param retries after which waits an agent is tried again
     */
    AgentDelivery(
            AgentNotifier notifier,
            ReceiverStore receivers,
            DeliveryStore deliveries,
            Outcomes outcomes,
            Tasks tasks,
            LongConsumer silent,
            boolean failedToo,
            RetryRule retries,
            InstantSource clock) {
        this.notifier = notifier;
        this.receivers = receivers;
        this.deliveries = deliveries;
        this.outcomes = outcomes;
        this.tasks = tasks;
        this.silent = silent;
        this.failedToo = failedToo;
        this.retries = retries;
        this.clock = clock;
    }

    /** Whom this tells. */
    AgentNotifier notifier() {
        return notifier;
    }

    /** Begins to tell everybody who has not been; returns when the last has begun. */
    void spread(StoredNotice notice, RevocationMessage message) {
        List<Long> order = quickFirst(receivers.untold(notice, failedToo));
        for (int from = 0; from < order.size() && !tasks.closing(); from += BATCH) {
            List<Long> numbers = order.subList(from, Math.min(from + BATCH, order.size()));
            for (Receiver receiver : deliveries.begin(notice.sequence(), inOrder(numbers))) {
                begin(notice, message, receiver);
            }
        }
    }

    private List<Long> quickFirst(List<Long> numbers) {
        List<Long> order = new ArrayList<>(numbers.size());
        List<Long> others = new ArrayList<>();
        for (Long number : numbers) {
            (notifier.quick(number) ? order : others).add(number);
        }
        order.addAll(others);
        return order;
    }

    private List<Receiver> inOrder(List<Long> numbers) {
        Map<Long, Receiver> there = new HashMap<>();
        receivers.receivers(numbers).forEach(receiver -> there.put(receiver.number(), receiver));
        List<Receiver> batch = new ArrayList<>(numbers.size());
        for (Long number : numbers) {
            Receiver receiver = there.get(number);
            if (receiver != null) {
                batch.add(receiver);
            }
        }
        return batch;
    }

    private void begin(StoredNotice notice, RevocationMessage message, Receiver receiver) {
        boolean open = notifier.quick(receiver.number());
        Semaphore gate = open ? quick : slow;
        int places = places(message, open ? QUICK : SLOW);
        gate.acquireUninterruptibly(places);
        boolean begun = tasks.begin(() -> {
            try {
                tell(notice, message, receiver, 0, false);
            } finally {
                gate.release(places);
            }
        });
        if (!begun) {
            gate.release(places);
            outcomes.untold(notice.sequence(), receiver.id(), 0, false);
        }
    }

    /** Tells an agent again; blocks. */
    void again(StoredNotice notice, RevocationMessage message, Receiver receiver, Delivery before) {
        int places = places(message, AGAIN);
        again.acquireUninterruptibly(places);
        try {
            tell(notice, message, receiver, before.tries(), before.unsure());
        } finally {
            again.release(places);
        }
    }

    private static int places(RevocationMessage message, int all) {
        return Math.min(all, 1 + message.msg().length() / CHARACTERS_A_PLACE);
    }

    private void tell(
            StoredNotice notice, RevocationMessage message, Receiver receiver, int triesBefore, boolean unsure) {
        if (tasks.closing()) {
            outcomes.untold(notice.sequence(), receiver.id(), triesBefore, unsure);
            return;
        }
        Optional<Tried> tried = notifier.tell(receiver, message, unsure);
        if (tried.isEmpty()) {
            return;
        }
        Tried result = tried.get();
        Instant now = clock.instant();
        outcomes.of(Channel.AGENT).saw(result, now);
        int tries = triesBefore + 1;
        Optional<Instant> next = Optional.empty();
        Outcome outcome = result.outcome();
        if (outcome == Outcome.DELIVERED
                && (receiver.number() == notice.agent() || !notifier.watches(receiver.number()))) {
            silent.accept(receiver.number());
        }
        if (outcome == Outcome.WAITING) {
            Duration wait = retries.delay(tries);
            Instant at = now.plus(wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait);
            if (at.isBefore(notice.expiresAt())) {
                next = Optional.of(at);
            } else {
                outcome = Outcome.EXPIRED;
            }
            if (tries == 1) {
                LOG.info(
                        "{} was not told of the failure of {} yet: {}",
                        receiver.id(),
                        notice.agentId(),
                        result.detail());
            }
        } else if (outcome != Outcome.DELIVERED) {
            LOG.warn("{} was not told of the failure of {}: {}", receiver.id(), notice.agentId(), result.detail());
        }
        outcomes.store(new Delivery(
                notice.sequence(),
                Channel.AGENT,
                receiver.id(),
                outcome,
                result.unsure(),
                tries,
                next,
                now,
                result.detail()));
    }
}
