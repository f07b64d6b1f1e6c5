package io.limelight.verifier.attest;

import io.limelight.core.api.AgentClient;
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
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;

/**
 * HTTP clients for agents, each with the one certificate it accepts (decision 0001).
 *
 * <p>A TLS context belongs to one run of one agent, so no session outlives its pin: a resumed session is not shown to the
 * trust manager again. Connection pools are shared by at most {@link #POOL} agents, because a pool is walked linearly.
 */
public final class AgentConnections implements AutoCloseable {
    private static final int POOL = 64;
    private static final Duration LEAST_KEEP_ALIVE = Duration.ofMinutes(5);

    private final OkHttpClient root;
    private final KeyManager[] identity;
    private final InstantSource clock;
    private final long keepAliveMillis;
    private final int maxAnswer;
    private final List<Shard> shards = new ArrayList<>();

    /**
     * Clients that share time-outs and identity.
     *
     * @param requestTimeout for one request as a whole
     * @param interval between two requests to the same agent; connections are kept open longer than that
     * @param identity what the verifier proves itself with; empty where all agents speak plain HTTP
     * @param maxAnswer bytes of an answer to a quote request
     */
    public AgentConnections(
            Duration requestTimeout,
            Duration interval,
            Optional<KeyMaterial> identity,
            InstantSource clock,
            int maxAnswer) {
        this.root = HttpClients.plain(HttpTimeouts.of(requestTimeout));
        this.identity = ClientTls.keyManagers(identity);
        this.clock = clock;
        this.keepAliveMillis =
                Math.max(LEAST_KEEP_ALIVE.toMillis(), interval.multipliedBy(2).toMillis());
        this.maxAnswer = maxAnswer;
    }

    private static final class Shard {
        private final ConnectionPool pool;
        private int members;

        Shard(ConnectionPool pool) {
            this.pool = pool;
        }
    }

    /** A client for one run of one agent; closing gives its place in a pool back. */
    public final class Contact implements AutoCloseable {
        private final Shard shard;
        private final AgentClient client;
        private boolean closed;

        private Contact(Shard shard, AgentClient client) {
            this.shard = shard;
            this.client = client;
        }

        AgentClient client() {
            return client;
        }

        @Override
        public void close() {
            synchronized (shards) {
                if (!closed) {
                    closed = true;
                    shard.members--;
                }
            }
        }
    }

    /**
     * Opens a client; connects only when it is used.
     *
     * @param cancellation ends calls under way, and lets no further one begin
     */
    public Contact open(Machine machine, Cancellation cancellation) {
        Shard shard = place();
        OkHttpClient http = HttpClients.with(root, shard.pool);
        Optional<X509Certificate> certificate = machine.certificate();
        if (certificate.isPresent()) {
            http = HttpClients.with(http, ClientTls.pinned(certificate.get(), identity, clock));
        }
        return new Contact(shard, new AgentClient(machine.endpoint(), http, maxAnswer, cancellation));
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
        synchronized (shards) {
            shards.forEach(shard -> shard.pool.evictAll());
        }
        HttpClients.close(root);
    }
}
