package io.limelight.verifier.attest;

import io.limelight.core.api.AgentClient;
import io.limelight.core.api.AnswerBudget;
import io.limelight.core.api.ApiException;
import io.limelight.core.api.Endpoint;
import io.limelight.core.api.HttpClients;
import io.limelight.core.api.HttpTimeouts;
import io.limelight.core.task.Cancellation;
import io.limelight.core.tls.ClientTls;
import io.limelight.core.tls.KeyMaterial;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * HTTP clients for agents, each with the one certificate it accepts (decision 0001).
 *
 * <p>A TLS context belongs to one run of one agent, so no session outlives its pin: a resumed session is not shown to the
 * trust manager again. Connection pools are shared by at most {@link #POOL} agents, because a pool is walked linearly.
 *
 * <p>Requests are timed here and not by the HTTP client: its timers take a lock and a place in a queue for every read and
 * write, which costs more than parsing the answer. One thread looks a few times per time-out at what is under way.
 */
public final class AgentConnections implements AutoCloseable {
    private static final int POOL = 64;
    /** Keylime's agent closes a connection on which nothing came for 5 s; after less than that one is surely open. */
    private static final long WARM_NANOS = TimeUnit.SECONDS.toNanos(4);

    private static final Duration LEAST_KEEP_ALIVE = Duration.ofMinutes(5);
    private static final int LOOKS_PER_TIMEOUT = 20;

    private final OkHttpClient root;
    private final Duration requestTimeout;
    private final KeyManager[] identity;
    private final InstantSource clock;
    private final long keepAliveMillis;
    private final int maxAnswer;
    private final AnswerBudget budget;
    /** For requests beside those of a run, whose connection may be stale: each makes its own. */
    private final ConnectionPool unkept = new ConnectionPool(0, 1, TimeUnit.SECONDS);

    private final Map<Long, Contact> runs = new ConcurrentHashMap<>();
    /** Runs that ended by a failure a moment ago: the machine is told so over the connection its failure came by. */
    private final Map<Long, Contact> ended = new ConcurrentHashMap<>();

    private final List<Shard> shards = new ArrayList<>();
    private final Set<Contact> contacts = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService looker = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("agent-timeouts").factory());

    /**
     * Clients that share time-outs and identity.
     *
     * @param requestTimeout for one request as a whole
     * @param interval between two requests to the same agent; connections are kept open longer than that
     * @param identity what the verifier proves itself with; empty where all agents speak plain HTTP
     * @param maxAnswer bytes of an answer to a quote request
     * @param budget for large answers of all agents together
     */
    public AgentConnections(
            Duration requestTimeout,
            Duration interval,
            Optional<KeyMaterial> identity,
            InstantSource clock,
            int maxAnswer,
            AnswerBudget budget) {
        this.requestTimeout = requestTimeout;
        this.root = HttpClients.plain(
                new HttpTimeouts(HttpTimeouts.of(requestTimeout).connect(), Duration.ZERO, Duration.ZERO));
        this.identity = ClientTls.keyManagers(identity);
        this.clock = clock;
        this.keepAliveMillis =
                Math.max(LEAST_KEEP_ALIVE.toMillis(), interval.multipliedBy(2).toMillis());
        this.maxAnswer = maxAnswer;
        this.budget = budget;
        long look = Math.clamp(requestTimeout.toMillis() / LOOKS_PER_TIMEOUT, 10, 1000);
        var _ = looker.scheduleWithFixedDelay(this::endOverdue, look, look, TimeUnit.MILLISECONDS);
    }

    private void endOverdue() {
        long latestStart = System.nanoTime() - requestTimeout.toNanos();
        contacts.forEach(contact -> contact.endIfBegunBefore(latestStart));
        ended.values().removeIf(run -> !run.warm());
    }

    private static final class Shard {
        private final ConnectionPool pool;
        private int members;

        Shard(ConnectionPool pool) {
            this.pool = pool;
        }
    }

    /** One request to an agent. */
    @FunctionalInterface
    public interface Request<T> {
        /** Makes it. */
        T send(AgentClient client) throws ApiException;
    }

    /** A client for one run of one agent, or for something beside it. It makes one request at a time. */
    public final class Contact implements AutoCloseable {
        private final Place place;
        private final long agent;
        private final @Nullable Shard shard;
        private final OkHttpClient http;
        private Cancellation cancellation;
        private AgentClient client;
        private boolean asking;
        private long begun;
        private boolean overdue;
        private boolean closed;
        private volatile boolean kept;
        private volatile boolean answered;
        private volatile long lastAnswer;

        private Contact(Place place, long agent, @Nullable Shard shard, OkHttpClient http) {
            this.place = place;
            this.agent = agent;
            this.shard = shard;
            this.http = http;
            this.cancellation = new Cancellation();
            this.client = newClient();
        }

        private AgentClient newClient() {
            return new AgentClient(place.endpoint(), http, maxAnswer, cancellation, budget);
        }

        /**
         * Makes a request; blocks until its answer, its time-out or its cancellation.
         *
         * @throws ApiException as the client has it; {@link ApiException.Stopped} also when time was over, see
         *     {@link #trouble}
         */
        public <T> T ask(Request<T> request) throws ApiException {
            AgentClient now;
            synchronized (this) {
                if (overdue && !closed) {
                    overdue = false;
                    cancellation = new Cancellation();
                    client = newClient();
                }
                now = client;
                begun = System.nanoTime();
                asking = true;
            }
            try {
                T answer = request.send(now);
                lastAnswer = System.nanoTime();
                answered = true;
                return answer;
            } finally {
                synchronized (this) {
                    asking = false;
                }
            }
        }

        /** The agent has just answered and is spoken to once more, although this run ends: its connection is used for that. */
        void keepConnection() {
            kept = true;
        }

        private boolean warm() {
            return answered && System.nanoTime() - lastAnswer < WARM_NANOS;
        }

        /** Whether the last request was ended because its time was over. */
        public boolean timedOut() {
            synchronized (this) {
                return overdue && !closed;
            }
        }

        /** What a failure of the last request means. */
        public Trouble trouble(ApiException failure) {
            synchronized (this) {
                if (failure instanceof ApiException.Stopped && overdue && !closed) {
                    return new Trouble.Again(
                            "No complete answer from the " + place.endpoint() + " within "
                                    + requestTimeout.toMillis() / 1000.0
                                    + " s, which the option request_timeout allows.",
                            false,
                            false);
                }
            }
            return Trouble.of(failure);
        }

        private void endIfBegunBefore(long nanoTime) {
            Cancellation late;
            synchronized (this) {
                if (!asking || overdue || begun - nanoTime > 0) {
                    return;
                }
                overdue = true;
                late = cancellation;
            }
            late.cancel();
        }

        /** Ends the request under way, lets none begin, and gives the place in the pool back. */
        @Override
        public void close() {
            Cancellation last;
            synchronized (this) {
                if (closed) {
                    return;
                }
                closed = true;
                last = cancellation;
            }
            last.cancel();
            contacts.remove(this);
            if (shard != null) {
                if (kept && warm()) {
                    ended.put(agent, this);
                }
                runs.remove(agent, this);
                synchronized (shards) {
                    shard.members--;
                }
            }
        }
    }

    /**
     * Opens the client of a run; connects only when it is used.
     *
     * @param agent number of the agent's row, by which others find its connection
     */
    public Contact open(Machine machine, long agent) {
        Shard shard = place();
        OkHttpClient http = HttpClients.with(root, shard.pool);
        Optional<X509Certificate> certificate = machine.certificate();
        if (certificate.isPresent()) {
            http = HttpClients.with(http, ClientTls.pinned(certificate.get(), identity, clock));
        }
        Contact contact = new Contact(new Place(machine.endpoint(), certificate), agent, shard, http);
        contacts.add(contact);
        runs.put(agent, contact);
        ended.remove(agent);
        return contact;
    }

    /** Whether an agent that a run watches, or watched until now, has answered so lately that its connection is open. */
    public boolean warm(long agent) {
        Contact run = runs.getOrDefault(agent, ended.get(agent));
        return run != null && run.warm();
    }

    /** Whether a run watches this agent. */
    public boolean watched(long agent) {
        return runs.containsKey(agent);
    }

    /** Where an agent is and what it shows, for one that no run watches. */
    @FunctionalInterface
    public interface Address {
        /** Parses it. */
        Place place() throws InvalidEnrolmentException;
    }

    /**
     * Where an agent is.
     *
     * @param endpoint its address
     * @param certificate the only one accepted; empty for plain HTTP
     */
    public record Place(Endpoint endpoint, Optional<X509Certificate> certificate) {}

    /**
     * A client for one or two requests beside the run of an agent: over its connection if that is surely open and free, else
     * over one of its own, since a kept one may have been closed by the agent meanwhile, and then nobody could tell whether
     * the request arrived. The caller closes it.
     *
     * @param address asked only where no run watches the agent
     */
    public Contact beside(long agent, Address address) throws InvalidEnrolmentException {
        Contact run = runs.get(agent);
        Contact contact = run == null ? afresh(agent, address.place()) : over(run, run.place);
        contacts.add(contact);
        return contact;
    }

    /** Over the connection of a run, if it is surely open. */
    private Contact over(Contact run, Place place) {
        return new Contact(place, run.agent, null, run.warm() ? run.http : HttpClients.with(run.http, unkept));
    }

    private Contact afresh(long agent, Place place) {
        Contact before = ended.get(agent);
        // What was pinned then is what is expected now, or the connection is another machine's.
        if (before != null && before.place.equals(place)) {
            return over(before, place);
        }
        OkHttpClient http = HttpClients.with(root, unkept);
        if (place.certificate().isPresent()) {
            http = HttpClients.with(http, ClientTls.pinned(place.certificate().get(), identity, clock));
        }
        return new Contact(place, agent, null, http);
    }

    private Shard place() {
        synchronized (shards) {
            // From the back: the newest is the one with room, unless others have left.
            for (int i = shards.size() - 1; i >= 0; i--) {
                Shard shard = shards.get(i);
                if (shard.members < POOL) {
                    shard.members++;
                    return shard;
                }
            }
            Shard shard = new Shard(new ConnectionPool(POOL, keepAliveMillis, TimeUnit.MILLISECONDS));
            shard.members = 1;
            shards.add(shard);
            return shard;
        }
    }

    /** Closes idle connections. */
    @Override
    public void close() {
        looker.shutdownNow();
        synchronized (shards) {
            shards.forEach(shard -> shard.pool.evictAll());
        }
        HttpClients.close(root);
    }
}
