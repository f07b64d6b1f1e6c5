package io.limelight.verifier.revocation;

import io.limelight.core.api.RevocationMessage;
import io.limelight.core.api.WebhookClient;
import io.limelight.core.bus.Publisher;
import io.limelight.core.revocation.RevocationNotice;
import io.limelight.core.task.Cancellation;
import io.limelight.store.StoreException;
import io.limelight.verifier.attest.RetryRule;
import io.limelight.verifier.state.Delivery;
import io.limelight.verifier.state.Delivery.Channel;
import io.limelight.verifier.state.Delivery.Outcome;
import io.limelight.verifier.state.NoticeStore;
import io.limelight.verifier.state.NoticeStore.Due;
import io.limelight.verifier.state.Receiver;
import io.limelight.verifier.state.StoredNotice;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers what is in the outbox: by webhook, over ZeroMQ and to agents, each on threads of its own, so that nobody waits for
 * anybody. Attestation hands a notice over and goes on.
 *
 * <p>Nothing is lost when the program is killed: a notice stays {@code new} until every receiver has its row, and a row that
 * says {@code sending} is found by the next start. Agents are first written down and then told, so that an agent that would
 * act twice is not told twice; a webhook is told first, since being told twice is nothing to it.
 *
 * <p>Agents whose connections are open come first, so that the dead do not delay the living.
 */
public final class Dispatcher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    /** Requests at once over connections that are open, over new ones (handshakes are work), and to those tried again. */
    private static final int QUICK = 192;

    private static final int SLOW = 64;
    private static final int AGAIN = 64;
    /** A notice that carries a large policy takes the places of several. */
    private static final int CHARACTERS_A_PLACE = 32 << 10;

    private static final int CALLS = 16;
    private static final int BATCH = 128;
    private static final int MOST_RETRIES_TAKEN = 4 * BATCH;
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);
    private static final Duration IDLE = Duration.ofSeconds(30);
    private static final Duration STORE_TROUBLE = Duration.ofSeconds(2);
    private static final Duration LEAST_WAIT = Duration.ofMillis(10);
    private static final Duration SUBSCRIBERS_RETURN = Duration.ofSeconds(1);
    private static final Duration CANCELLED_WITHIN = Duration.ofSeconds(5);
    private static final int DEFAULT_WEBHOOK_TRIES = 5;
    private static final String SWITCHED_OFF = "this notifier is switched off";

    private final NoticeStore store;
    private final Optional<AgentNotifier> agents;
    private final Optional<WebhookClient> webhook;
    private final Optional<Publisher> publisher;
    private final Settings settings;
    private final Cancellation cancellation;
    private final InstantSource clock;
    private final EventFeed feed;

    private final ExecutorService work = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore quick = new Semaphore(QUICK, true);
    private final Semaphore slow = new Semaphore(SLOW, true);
    private final Semaphore again = new Semaphore(AGAIN, true);
    private final Semaphore calls = new Semaphore(CALLS, true);
    private final Set<Long> spreading = ConcurrentHashMap.newKeySet();
    private final Queue<Delivery> unstored = new ConcurrentLinkedQueue<>();
    private final Map<Channel, ChannelHealth> health = new EnumMap<>(Channel.class);
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private int underWay;
    private int retriesTaken;
    private boolean woken;
    private volatile boolean closing;

    /**
     * What is configured.
     *
     * @param failedToo whether the agent that failed is told as well
     * @param retries how often and after which waits a receiver is tried again
     * @param drain how long a stop waits for deliveries under way
     */
    public record Settings(boolean failedToo, RetryRule retries, Duration drain) {}

    /**
     * Delivers by the channels that are there.
     *
     * @param cancellation ends calls of the webhook's client
     * @param feed is told when there is something new
     */
    Dispatcher(
            NoticeStore store,
            Optional<AgentNotifier> agents,
            Optional<WebhookClient> webhook,
            Optional<Publisher> publisher,
            Settings settings,
            Cancellation cancellation,
            InstantSource clock,
            EventFeed feed) {
        this.store = store;
        this.agents = agents;
        this.webhook = webhook;
        this.publisher = publisher;
        this.settings = settings;
        this.cancellation = cancellation;
        this.clock = clock;
        this.feed = feed;
        for (Channel channel : Channel.values()) {
            health.put(channel, new ChannelHealth());
        }
    }

    /** Takes up what another start has left, and goes on. */
    public void begin() {
        store.resume();
        begin(this::loop);
    }

    /** Whether notices travel so. */
    public boolean uses(Channel channel) {
        return switch (channel) {
            case AGENT -> agents.isPresent();
            case WEBHOOK -> webhook.isPresent();
            case ZEROMQ -> publisher.isPresent();
        };
    }

    /** Where the webhook is; empty without one. */
    public Optional<String> webhookAddress() {
        return webhook.map(WebhookClient::shown);
    }

    /** Port of the publisher; empty without one. */
    public Optional<Integer> publisherPort() {
        return publisher.map(Publisher::port);
    }

    /** How a channel has been doing. */
    public ChannelHealth.Seen health(Channel channel) {
        return of(channel).seen();
    }

    private ChannelHealth of(Channel channel) {
        return java.util.Objects.requireNonNull(health.get(channel));
    }

    // --- notices ---

    /** Sends a notice that was just stored. Returns at once. */
    public void offer(StoredNotice notice) {
        begin(() -> spread(notice, true));
    }

    /** Sends notices that were released. Returns at once. */
    public void offer(Collection<StoredNotice> notices) {
        notices.forEach(this::offer);
    }

    private void spread(StoredNotice notice, boolean justStored) {
        if (!spreading.add(notice.sequence())) {
            return;
        }
        feed.signal();
        try {
            RevocationMessage message = new RevocationMessage(notice.msg(), notice.signature());
            if (webhook.isPresent() && (justStored || !store.begun(notice.sequence(), Channel.WEBHOOK))) {
                begin(() -> call(notice.sequence(), message, 0));
            }
            CompletableFuture<Boolean> published = CompletableFuture.completedFuture(true);
            if (publisher.isPresent()) {
                CompletableFuture<Boolean> begun = new CompletableFuture<>();
                published = begin(() -> publish(notice, message, begun)) ? begun : published;
            }
            if (agents.isPresent() && clock.instant().isBefore(notice.expiresAt())) {
                tellAgents(agents.get(), notice, message);
            }
            published.join();
            if (!closing) {
                store.spread(notice.sequence(), webhook.isPresent() ? List.of(Channel.WEBHOOK) : List.of());
                feed.signal();
            }
        } catch (StoreException | CompletionException e) {
            // The loop finds it again.
            LOG.error("a notice cannot be sent to everybody yet: {}", e.getMessage());
        } finally {
            spreading.remove(notice.sequence());
        }
    }

    // --- agents ---

    private void tellAgents(AgentNotifier notifier, StoredNotice notice, RevocationMessage message) {
        List<Long> order = quickFirst(store.untold(notice, settings.failedToo), notifier);
        for (int from = 0; from < order.size() && !closing; from += BATCH) {
            List<Long> numbers = order.subList(from, Math.min(from + BATCH, order.size()));
            Map<Long, Receiver> there = new HashMap<>();
            store.receivers(numbers).forEach(receiver -> there.put(receiver.number(), receiver));
            List<Receiver> batch = new ArrayList<>(numbers.size());
            for (Long number : numbers) {
                Receiver receiver = there.get(number);
                if (receiver != null) {
                    batch.add(receiver);
                }
            }
            for (Receiver receiver : store.begin(notice.sequence(), batch)) {
                boolean open = notifier.quick(receiver.number());
                Semaphore first = open ? quick : slow;
                int places = places(message, open ? QUICK : SLOW);
                first.acquireUninterruptibly(places);
                boolean begun = begin(() -> {
                    try {
                        tell(notifier, notice, message, receiver, 0, false);
                    } finally {
                        first.release(places);
                    }
                });
                if (!begun) {
                    first.release(places);
                    store(untold(notice, receiver, 0, false));
                }
            }
        }
    }

    private static List<Long> quickFirst(List<Long> numbers, AgentNotifier notifier) {
        List<Long> order = new ArrayList<>(numbers.size());
        List<Long> slow = new ArrayList<>();
        for (Long number : numbers) {
            (notifier.quick(number) ? order : slow).add(number);
        }
        order.addAll(slow);
        return order;
    }

    private static int places(RevocationMessage message, int all) {
        return Math.min(all, 1 + message.msg().length() / CHARACTERS_A_PLACE);
    }

    private void tell(
            AgentNotifier notifier,
            StoredNotice notice,
            RevocationMessage message,
            Receiver receiver,
            int triesBefore,
            boolean unsure) {
        if (closing) {
            store(untold(notice, receiver, triesBefore, unsure));
            return;
        }
        Optional<Tried> tried = notifier.tell(receiver, message, unsure);
        if (tried.isEmpty()) {
            return;
        }
        Tried result = tried.get();
        Instant now = clock.instant();
        of(Channel.AGENT).saw(result, now);
        int tries = triesBefore + 1;
        Optional<Instant> next = Optional.empty();
        Outcome outcome = result.outcome();
        if (outcome == Outcome.WAITING) {
            Duration wait = settings.retries.delay(tries);
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
        store(new Delivery(
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

    /** Written down and then not told, because the program is being stopped: the next start begins with it. */
    private Delivery untold(StoredNotice notice, Receiver receiver, int tries, boolean unsure) {
        Instant now = clock.instant();
        return new Delivery(
                notice.sequence(),
                Channel.AGENT,
                receiver.id(),
                Outcome.WAITING,
                unsure,
                tries,
                Optional.of(now),
                now,
                "the verifier was stopped before");
    }

    // --- webhook and ZeroMQ ---

    private void call(long notice, RevocationMessage message, int triesBefore) {
        WebhookClient client = webhook.orElseThrow();
        calls.acquireUninterruptibly();
        Tried tried;
        try {
            if (closing) {
                return;
            }
            tried = switch (client.post(message)) {
                case WebhookClient.Result.Accepted _ -> Tried.delivered();
                case WebhookClient.Result.Failed(String why) -> Tried.again(true, why);
            };
        } finally {
            calls.release();
        }
        if (cancellation.cancelled()) {
            return;
        }
        Instant now = clock.instant();
        of(Channel.WEBHOOK).saw(tried, now);
        int tries = triesBefore + 1;
        Outcome outcome = tried.outcome();
        Optional<Instant> next = Optional.empty();
        if (outcome == Outcome.WAITING) {
            int most = settings.retries.maxRetries() <= 0 ? DEFAULT_WEBHOOK_TRIES : settings.retries.maxRetries();
            if (tries > most) {
                outcome = Outcome.DEAD;
                LOG.error(
                        "the webhook did not take a notice after {} tries, and it is not tried again: {}",
                        tries,
                        tried.detail());
            } else {
                next = Optional.of(now.plus(settings.retries.delay(triesBefore)));
                LOG.warn("the webhook did not take a notice: {}; trying again", tried.detail());
            }
        }
        store(new Delivery(notice, Channel.WEBHOOK, "", outcome, tried.unsure(), tries, next, now, tried.detail()));
    }

    /** Written down before, and then sent once: subscribers of Keylime's would act on a second one as on the first. */
    private void publish(StoredNotice notice, RevocationMessage message, CompletableFuture<Boolean> begun) {
        boolean mine;
        try {
            mine = !closing && store.begin(notice.sequence(), Channel.ZEROMQ);
        } catch (StoreException e) {
            begun.completeExceptionally(e);
            return;
        }
        begun.complete(mine);
        if (!mine) {
            return;
        }
        boolean sent = publisher.orElseThrow().publish(text(message)).join();
        Tried tried = sent ? Tried.delivered() : new Tried(Outcome.DEAD, false, "the publisher could not take it");
        Instant now = clock.instant();
        of(Channel.ZEROMQ).saw(tried, now);
        store(new Delivery(
                notice.sequence(),
                Channel.ZEROMQ,
                "",
                tried.outcome(),
                false,
                1,
                Optional.empty(),
                now,
                tried.detail()));
    }

    private static String text(RevocationMessage message) {
        return io.limelight.core.json.WireJson.compactText(message.toJson());
    }

    // --- a test ---

    /**
     * Sends a test notice once.
     *
     * @param receiver which agent, on that channel
     */
    public TestResult test(Channel channel, RevocationNotice notice, @Nullable Receiver receiver) {
        RevocationMessage message = new RevocationMessage(notice.text(), "");
        Tried tried = switch (channel) {
            case AGENT ->
                receiver == null
                        ? Tried.refused("no agent was named")
                        : agents.flatMap(notifier -> notifier.tell(receiver, message, false))
                                .orElse(Tried.refused(SWITCHED_OFF));
            case WEBHOOK ->
                webhook.map(client -> switch (client.post(message)) {
                            case WebhookClient.Result.Accepted _ -> Tried.delivered();
                            case WebhookClient.Result.Failed(String why) -> Tried.refused(why);
                        })
                        .orElse(Tried.refused(SWITCHED_OFF));
            case ZEROMQ ->
                publisher
                        .map(bus -> bus.publish(text(message)).join()
                                ? Tried.delivered()
                                : Tried.refused("the publisher could not take it"))
                        .orElse(Tried.refused(SWITCHED_OFF));
        };
        of(channel).saw(tried, clock.instant());
        return new TestResult(tried.outcome() == Outcome.DELIVERED, tried.detail());
    }

    /**
     * What came of a test.
     *
     * @param delivered whether the receiver has it
     * @param detail why not
     */
    public record TestResult(boolean delivered, String detail) {}

    // --- retries ---

    private void loop() {
        boolean troubled = false;
        if (publisher.isPresent()) {
            // What was left is published once; subscribers should have found their way back by then.
            pause(SUBSCRIBERS_RETURN);
        }
        while (!closing) {
            Duration wait;
            try {
                storeAgain();
                for (StoredNotice notice : store.fresh()) {
                    if (!spreading.contains(notice.sequence())) {
                        begin(() -> spread(notice, false));
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
            pause(wait);
        }
    }

    /** Begins what is due; how long until there is more. */
    private Duration retry() {
        Optional<Instant> next = store.nextDue();
        if (next.isEmpty()) {
            return IDLE;
        }
        Duration until = Duration.between(clock.instant(), next.get());
        if (until.isPositive()) {
            return until;
        }
        int room = room();
        if (room <= 0) {
            return IDLE;
        }
        List<Due> due = store.takeDue(room);
        Map<Long, Optional<StoredNotice>> notices = new HashMap<>();
        for (Due one : due) {
            notices.computeIfAbsent(one.delivery().notice(), store::notice);
        }
        Map<Long, Receiver> receivers = new HashMap<>();
        store.receivers(due.stream()
                        .map(Due::agent)
                        .filter(number -> number > 0)
                        .toList())
                .forEach(receiver -> receivers.put(receiver.number(), receiver));
        for (Due one : due) {
            Optional<StoredNotice> notice = notices.getOrDefault(one.delivery().notice(), Optional.empty());
            notice.ifPresent(found -> retry(one, found, receivers.get(one.agent())));
        }
        return LEAST_WAIT;
    }

    private void retry(Due due, StoredNotice notice, @Nullable Receiver receiver) {
        Delivery before = due.delivery();
        RevocationMessage message = new RevocationMessage(notice.msg(), notice.signature());
        switch (before.channel()) {
            case WEBHOOK -> {
                if (webhook.isPresent()) {
                    beginRetry(() -> call(notice.sequence(), message, before.tries()));
                } else {
                    store(over(before, Outcome.DEAD, SWITCHED_OFF));
                }
            }
            case AGENT -> {
                if (agents.isEmpty()) {
                    store(over(before, Outcome.DEAD, SWITCHED_OFF));
                } else if (receiver == null) {
                    store(over(before, Outcome.GONE, "the agent was deleted"));
                } else if (!clock.instant().isBefore(notice.expiresAt())) {
                    store(over(before, Outcome.EXPIRED, before.detail()));
                } else {
                    AgentNotifier notifier = agents.get();
                    beginRetry(() -> {
                        int places = places(message, AGAIN);
                        again.acquireUninterruptibly(places);
                        try {
                            tell(notifier, notice, message, receiver, before.tries(), before.unsure());
                        } finally {
                            again.release(places);
                        }
                    });
                }
            }
            case ZEROMQ -> store(over(before, Outcome.UNKNOWN, before.detail()));
        }
    }

    private Delivery over(Delivery before, Outcome outcome, String detail) {
        return new Delivery(
                before.notice(),
                before.channel(),
                before.receiver(),
                outcome,
                before.unsure(),
                before.tries(),
                Optional.empty(),
                clock.instant(),
                detail);
    }

    private int room() {
        lock.lock();
        try {
            return Math.min(BATCH, MOST_RETRIES_TAKEN - retriesTaken);
        } finally {
            lock.unlock();
        }
    }

    private void beginRetry(Runnable task) {
        lock.lock();
        try {
            retriesTaken++;
        } finally {
            lock.unlock();
        }
        Runnable counted = () -> {
            try {
                task.run();
            } finally {
                lock.lock();
                try {
                    retriesTaken--;
                    woken = true;
                    changed.signalAll();
                } finally {
                    lock.unlock();
                }
            }
        };
        begin(counted);
    }

    // --- storing what came of it ---

    private void store(Delivery delivery) {
        var _ = store.outcome(delivery).handle((_, failure) -> {
            // On the writer's thread: nothing here may wait.
            if (failure != null) {
                keep(delivery, failure);
            } else {
                feed.signal();
            }
            if (failure != null || delivery.outcome() == Outcome.WAITING) {
                wake();
            }
            return true;
        });
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

    private void storeAgain() {
        List<Delivery> again = new ArrayList<>();
        for (Delivery one = unstored.poll(); one != null; one = unstored.poll()) {
            again.add(one);
        }
        again.forEach(this::store);
    }

    // --- threads ---

    /** Runs a task on a thread of its own; false if the program is being stopped. */
    private boolean begin(Runnable task) {
        lock.lock();
        try {
            if (closing) {
                return false;
            }
            underWay++;
        } finally {
            lock.unlock();
        }
        work.execute(() -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.error("a delivery failed unexpectedly", e);
            } finally {
                lock.lock();
                try {
                    underWay--;
                    changed.signalAll();
                } finally {
                    lock.unlock();
                }
            }
        });
        return true;
    }

    private void wake() {
        lock.lock();
        try {
            woken = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void pause(Duration time) {
        lock.lock();
        try {
            long left = time.toNanos();
            while (!woken && !closing && left > 0) {
                left = changed.awaitNanos(left);
            }
            woken = false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    private boolean idleWithin(Duration time) {
        lock.lock();
        try {
            long left = time.toNanos();
            while (underWay > 0) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Begins nothing more, gives requests under way some time, then cancels them; the next start takes up the rest. */
    @Override
    public void close() {
        lock.lock();
        try {
            closing = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (!idleWithin(settings.drain)) {
            LOG.warn(
                    "receivers of notices that did not answer within {} are told after the next start", settings.drain);
            cancellation.cancel();
            agents.ifPresent(AgentNotifier::close);
            if (!idleWithin(CANCELLED_WITHIN)) {
                LOG.warn("some deliveries did not end");
            }
        }
        work.shutdown();
        publisher.ifPresent(Publisher::close);
    }
}
