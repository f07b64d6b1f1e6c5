package io.limelight.core.http;

import java.net.SocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes connections that have begun a request, or a TLS handshake, and do not finish its head, or its body, in time.
 *
 * <p>An idle time-out does not catch them: it starts anew with every byte, so a client that sends one byte a second holds
 * a connection for hours ("slow loris"). Here the clock starts with the first byte after the last answer and only a whole
 * head stops it. A connection on which nothing has been sent since the last answer is merely idle and left to the idle
 * time-out. A sweep a few times per limit costs one pass over the open connections.
 *
 * <p>When most places are taken, those who hold one and have never sent a whole request go after a second: opening sockets
 * costs a stranger nothing and must not keep out who has something to say.
 */
final class SlowConnections implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SlowConnections.class);
    private static final Duration PATIENCE_WHEN_CROWDED = Duration.ofSeconds(1);
    private static final long LOOK_MILLIS = 250;

    private final Duration headTime;
    private final int crowd;
    private final Map<SocketAddress, Progress> connections = new ConcurrentHashMap<>();
    private @Nullable ScheduledFuture<?> sweeps;
    private long nextSweep;
    private boolean crowded;

    /**
     * For one listener.
     *
     * @param places connections it takes at once
     */
    SlowConnections(Duration headTime, int places) {
        this.headTime = headTime;
        this.crowd = places * 3 / 4;
    }

    private static final class Progress {
        /** Bytes received when the last answer was given; -1 while a request is being answered. */
        private long settled;
        /** When bytes beyond {@link #settled} were first seen, 0 when there are none. */
        private long partialSince;
        /** When a body must have arrived, while one is awaited. */
        private long bodyDeadline;

        private boolean bodyAwaited;
    }

    void start(Connector connector, ScheduledExecutorService scheduler) {
        long period = Math.max(50, headTime.toMillis() / 4);
        long look = Math.min(period, LOOK_MILLIS);
        nextSweep = System.nanoTime();
        sweeps = scheduler.scheduleWithFixedDelay(() -> look(connector, period), look, look, TimeUnit.MILLISECONDS);
    }

    private void look(Connector connector, long periodMillis) {
        int open = connector.getConnectedEndPoints().size();
        boolean now = open >= crowd;
        if (now && !crowded) {
            LOG.warn(
                    "{} connections are open on {}; those without a request are closed after {} s",
                    open,
                    connector.getTransport(),
                    PATIENCE_WHEN_CROWDED.toSeconds());
        }
        crowded = now;
        if (crowded || System.nanoTime() - nextSweep >= 0) {
            nextSweep = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(periodMillis);
            sweep(connector);
        }
    }

    void headArrived(Request request) {
        Progress progress = connections.computeIfAbsent(address(request), _ -> new Progress());
        synchronized (progress) {
            progress.settled = -1;
            progress.partialSince = 0;
        }
    }

    void bodyAwaited(Request request, Duration bodyTime) {
        Progress progress = connections.computeIfAbsent(address(request), _ -> new Progress());
        synchronized (progress) {
            progress.bodyDeadline = System.nanoTime() + bodyTime.toNanos();
            progress.bodyAwaited = true;
        }
    }

    void bodyEnded(Request request) {
        Progress progress = connections.get(address(request));
        if (progress != null) {
            synchronized (progress) {
                progress.bodyAwaited = false;
            }
        }
    }

    void answered(Request request) {
        Progress progress = connections.get(address(request));
        if (progress != null) {
            synchronized (progress) {
                // What the connection has received by the next sweep counts as settled: see sweep().
                progress.settled = Long.MAX_VALUE;
            }
        }
    }

    private static SocketAddress address(Request request) {
        return request.getConnectionMetaData().getRemoteSocketAddress();
    }

    private void sweep(Connector connector) {
        long now = System.nanoTime();
        // Taken before looking at what is open: a connection that comes during the sweep must not lose its progress.
        Set<SocketAddress> gone = new HashSet<>(connections.keySet());
        for (EndPoint endPoint : connector.getConnectedEndPoints()) {
            SocketAddress remote = endPoint.getRemoteSocketAddress();
            Connection connection = endPoint.getConnection();
            if (remote == null || connection == null) {
                continue;
            }
            gone.remove(remote);
            Progress progress = connections.computeIfAbsent(remote, _ -> new Progress());
            if (overdue(progress, connection.getBytesIn(), now)) {
                endPoint.close();
            }
        }
        gone.forEach(connections::remove);
    }

    private boolean overdue(Progress progress, long received, long now) {
        synchronized (progress) {
            if (progress.settled < 0) {
                return progress.bodyAwaited && now - progress.bodyDeadline > 0;
            }
            if (progress.settled == Long.MAX_VALUE) {
                progress.settled = received;
                progress.partialSince = 0;
                return false;
            }
            // A TLS or plain connection that never sent a whole head counts from when it was first seen.
            boolean neverAnswered = progress.settled == 0;
            if (received <= progress.settled && !neverAnswered) {
                progress.partialSince = 0;
                return false;
            }
            if (progress.partialSince == 0) {
                progress.partialSince = now;
                return false;
            }
            Duration patience = crowded && neverAnswered && headTime.compareTo(PATIENCE_WHEN_CROWDED) > 0
                    ? PATIENCE_WHEN_CROWDED
                    : headTime;
            return now - progress.partialSince > patience.toNanos();
        }
    }

    @Override
    public void close() {
        if (sweeps != null) {
            sweeps.cancel(false);
        }
        connections.clear();
    }
}
