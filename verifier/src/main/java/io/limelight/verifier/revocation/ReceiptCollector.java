package io.limelight.verifier.revocation;

import io.limelight.core.api.ApiException;
import io.limelight.core.http.RefusalLog;
import io.limelight.store.StoreException;
import io.limelight.verifier.attest.AgentConnections;
import io.limelight.verifier.attest.AgentConnections.Contact;
import io.limelight.verifier.attest.InvalidEnrolmentException;
import io.limelight.verifier.attest.Machine;
import io.limelight.verifier.attest.Receipts;
import io.limelight.verifier.attest.Trouble;
import io.limelight.verifier.revocation.ReceiptPage.NoPageException;
import io.limelight.verifier.state.ReceiptStore;
import io.limelight.verifier.state.Receiver;
import io.limelight.verifier.state.ReceiverStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Fetches receipts from agents whose quote answers show that there are new ones: a few agents at a time, one request after
 * the other, on threads of its own.
 *
 * <p>Machines that are not asked for quotes, as the one that failed, show no numbers. After one of them was told of something
 * it is asked a few times, if it is one of ours.
 *
 * <p>Nothing waits for a receipt. When one cannot be had now, the next quote answer asks for it again, but not before a while
 * has passed, so that an agent which shows numbers and has no receipts costs next to nothing.
 */
final class ReceiptCollector implements Receipts, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReceiptCollector.class);

    private static final int AT_ONCE = 8;
    /** Agents keep 500 receipts and answer a hundred at a time; what is left comes with the next quote. */
    private static final int PAGES = 6;

    /** Waits before a machine is asked that shows no numbers. */
    private static final List<Duration> FOLLOW_UPS =
            List.of(Duration.ofSeconds(2), Duration.ofSeconds(10), Duration.ofSeconds(60));

    private static final int MOST_FOLLOWED = 1000;
    private static final Duration BETWEEN = Duration.ofSeconds(1);
    private static final Duration AFTER_TROUBLE = Duration.ofSeconds(10);
    private static final Duration ENDED_WITHIN = Duration.ofSeconds(5);
    private static final Duration LONGEST = Duration.ofMinutes(10);

    private final AgentConnections connections;
    private final ReceiverStore receivers;
    private final ReceiptStore store;
    private final Runnable news;
    /** A machine decides how often it shows new numbers, and must not fill the log with them. */
    private final RefusalLog told;

    private final Semaphore places = new Semaphore(AT_ONCE, true);
    private final Set<Contact> open = ConcurrentHashMap.newKeySet();
    private final ExecutorService work = Executors.newVirtualThreadPerTaskExecutor();
    private final Set<Long> followed = ConcurrentHashMap.newKeySet();
    private volatile boolean closing;

    /**
     * Fetches over these connections.
     *
     * @param news is run when there is something for readers of events; returns at once
     */
    ReceiptCollector(
            AgentConnections connections,
            ReceiverStore receivers,
            ReceiptStore store,
            Runnable news,
            InstantSource clock) {
        this.connections = connections;
        this.receivers = receivers;
        this.store = store;
        this.news = news;
        this.told = new RefusalLog(LOG, clock);
    }

    @Override
    public Watch of(long agent) {
        return new OneAgent(agent);
    }

    /** What is known of one agent's receipts, for as long as a run of it lasts. */
    private final class OneAgent implements Watch {
        private final long agent;
        private long had = -1;
        private volatile long wanted;
        private boolean busy;
        private long notBefore = System.nanoTime();
        private int troubles;

        OneAgent(long agent) {
            this.agent = agent;
        }

        @Override
        public void shown(long newest) {
            synchronized (this) {
                if (closing || busy || newest == had || System.nanoTime() - notBefore < 0) {
                    return;
                }
                busy = true;
                wanted = newest;
            }
            try {
                work.execute(() -> fetch(this));
            } catch (RejectedExecutionException e) {
                ended(-1, false);
            }
        }

        /** Fetched up to there; -1 if that is not known. */
        synchronized void ended(long upTo, boolean well) {
            busy = false;
            had = upTo;
            troubles = well ? 0 : Math.min(troubles + 1, 10);
            Duration wait =
                    well ? BETWEEN : AFTER_TROUBLE.multipliedBy(1L << troubles).dividedBy(2);
            notBefore = System.nanoTime() + (wait.compareTo(LONGEST) > 0 ? LONGEST : wait).toNanos();
        }
    }

    /** A machine was told of a notice. Returns at once. */
    void told(long agent) {
        if (followed.size() < MOST_FOLLOWED && followed.add(agent)) {
            askLater(agent, 0);
        }
    }

    private void askLater(long agent, int tries) {
        if (closing || tries == FOLLOW_UPS.size()) {
            followed.remove(agent);
            return;
        }
        CompletableFuture.delayedExecutor(FOLLOW_UPS.get(tries).toMillis(), TimeUnit.MILLISECONDS, work)
                .execute(() -> {
                    if (connections.watched(agent) || hasNothingMore(agent)) {
                        followed.remove(agent);
                    } else {
                        askLater(agent, tries + 1);
                    }
                });
    }

    /** Asks for what a machine has; whether there is no use in asking it again. */
    private boolean hasNothingMore(long agent) {
        places.acquireUninterruptibly();
        try {
            Optional<Receiver> receiver = closing
                    ? Optional.empty()
                    : receivers.receivers(List.of(agent)).stream().findFirst();
            return receiver.isEmpty() || fetch(receiver.get(), Long.MAX_VALUE).well;
        } catch (Unfetched e) {
            LOG.debug("{} gives no receipts: {}", e.receiver, e.getMessage());
            return e.refused;
        } catch (RuntimeException e) {
            LOG.debug("receipts of an agent that nobody watches could not be fetched", e);
            return true;
        } finally {
            places.release();
        }
    }

    private void fetch(OneAgent one) {
        Fetched fetched = Fetched.NOTHING;
        places.acquireUninterruptibly();
        try {
            Optional<Receiver> receiver = closing
                    ? Optional.empty()
                    : receivers.receivers(List.of(one.agent)).stream().findFirst();
            if (receiver.isPresent()) {
                fetched = fetch(receiver.get(), one.wanted);
            }
        } catch (Unfetched e) {
            told.warn(e.receiver, "the receipts of " + e.receiver + " are not fetched now: " + e.getMessage());
        } catch (StoreException e) {
            if (e.kind() != StoreException.Kind.CLOSED) {
                LOG.error("receipts cannot be stored now: {}", e.getMessage());
            }
        } catch (RuntimeException e) {
            LOG.error("receipts of an agent could not be fetched", e);
        } finally {
            places.release();
            one.ended(fetched.upTo, fetched.well);
        }
    }

    /**
     * What came of it.
     *
     * @param upTo number up to which there is nothing more to fetch; -1 if that is not known
     * @param well whether the agent has what it shows
     */
    private record Fetched(long upTo, boolean well) {
        private static final Fetched NOTHING = new Fetched(-1, false);
    }

    /** Why not; half a sentence. */
    private static final class Unfetched extends Exception {
        private static final long serialVersionUID = 1L;
        private final String receiver;
        private final boolean refused;

        Unfetched(String receiver, String why) {
            this(receiver, why, false);
        }

        /** An agent that refuses knows of no receipts. */
        Unfetched(String receiver, String why, boolean refused) {
            super(why);
            this.receiver = receiver;
            this.refused = refused;
        }
    }

    private Fetched fetch(Receiver receiver, long wanted) throws Unfetched {
        long before = store.cursor(receiver.number());
        long cursor = before;
        boolean anew = false;
        try (Contact contact = connections.beside(
                receiver.number(), () -> Machine.place(receiver.ip(), receiver.port(), receiver.certificate()))) {
            open.add(contact);
            try {
                for (int page = 0; page < PAGES && !closing; page++) {
                    ReceiptPage had = ask(contact, receiver, cursor);
                    if (had.newest() < cursor) {
                        if (anew) {
                            throw new Unfetched(receiver.id(), "its numbers go backwards while they are read");
                        }
                        // A machine that was installed anew counts anew; what it had said stays as it is.
                        told.warn(
                                receiver.id(),
                                receiver.id() + " has had receipts up to number " + cursor
                                        + " and now says that its newest is " + had.newest()
                                        + ": it has lost its journal, or is another machine. They are read from the first");
                        anew = true;
                        cursor = 0;
                        continue;
                    }
                    cursor = had.claims().isEmpty() && had.problems().isEmpty() ? had.newest() : had.last();
                    take(receiver, had, cursor);
                    if (cursor >= had.newest()) {
                        break;
                    }
                }
                return new Fetched(cursor, !anew && (cursor >= wanted || cursor > before));
            } finally {
                open.remove(contact);
            }
        } catch (InvalidEnrolmentException e) {
            throw new Unfetched(receiver.id(), "what is stored of the agent cannot be used: " + e.getMessage());
        }
    }

    private static ReceiptPage ask(Contact contact, Receiver receiver, long after) throws Unfetched {
        try {
            return ReceiptPage.read(
                    contact.ask(client -> client.receipts(after)).value(), after);
        } catch (NoPageException e) {
            throw new Unfetched(receiver.id(), "its answer " + e.getMessage());
        } catch (ApiException e) {
            Trouble trouble = contact.trouble(e);
            throw new Unfetched(
                    receiver.id(),
                    trouble instanceof Trouble.Again(String why, boolean _, boolean _)
                            ? why
                            : String.valueOf(e.getMessage()),
                    e instanceof ApiException.Refused);
        }
    }

    private void take(Receiver receiver, ReceiptPage page, long cursor) {
        List<String> refused = new ArrayList<>(page.problems());
        refused.addAll(store.take(receiver.number(), receiver.id(), page.claims(), cursor));
        if (!refused.isEmpty()) {
            told.write(Level.INFO, receiver.id(), "receipts of " + receiver.id() + ": " + ReceiptPage.told(refused));
        }
        news.run();
    }

    /** Ends requests under way; what was not fetched is, after the next start. */
    @Override
    public void close() {
        closing = true;
        open.forEach(Contact::close);
        work.shutdown();
        try {
            if (!work.awaitTermination(ENDED_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                LOG.warn("some requests for receipts did not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
