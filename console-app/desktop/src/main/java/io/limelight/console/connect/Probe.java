package io.limelight.console.connect;

import io.limelight.core.api.Endpoint;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Looks at a server from outside: name, port, and the certificate it shows. It trusts nobody and tells nobody anything: no
 * certificate of ours is shown and no request is sent. Every step ends at its limit, also with a peer that drips bytes.
 */
final class Probe {
    private final Endpoint endpoint;
    private final Duration limit;
    private final Cancellation cancellation;

    Probe(Endpoint endpoint, Duration limit, Cancellation cancellation) {
        this.endpoint = endpoint;
        this.limit = limit;
        this.cancellation = cancellation;
    }

    /**
     * What the handshake showed.
     *
     * @param chain the server's certificate first
     * @param protocol {@code TLSv1.3}; empty where the server gave up after showing its certificate, as one does that asks for ours
     */
    record Shown(List<X509Certificate> chain, String protocol) {}

    /** Addresses of the name. */
    List<InetAddress> addresses() throws IOException, CancelledException {
        FutureTask<InetAddress[]> lookup = new FutureTask<>(() -> InetAddress.getAllByName(endpoint.host()));
        Thread thread = Thread.ofVirtual().name("doctor-name").start(lookup);
        try (Cancellation.Registration _ = cancellation.onCancel(() -> lookup.cancel(true))) {
            return List.of(lookup.get(limit.toMillis(), TimeUnit.MILLISECONDS));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownHostException unknown) {
                throw unknown;
            }
            throw new IOException(e.getCause());
        } catch (TimeoutException e) {
            thread.interrupt();
            throw new SocketTimeoutException("no answer from the name service");
        } catch (java.util.concurrent.CancellationException e) {
            throw new CancelledException();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException();
        }
    }

    /** Connects to the first address that takes it, and closes again. */
    InetAddress connect(List<InetAddress> addresses) throws IOException, CancelledException {
        IOException last = new IOException("no address");
        for (InetAddress address : addresses) {
            cancellation.throwIfCancelled();
            try (Socket socket = new Socket()) {
                within(socket, () -> {
                    socket.connect(new InetSocketAddress(address, endpoint.port()), (int) limit.toMillis());
                    return true;
                });
                return address;
            } catch (IOException e) {
                last = e;
            }
        }
        throw last;
    }

    /** Lets the server show its certificate. */
    Shown handshake(InetAddress address) throws IOException, CancelledException {
        AtomicReference<List<X509Certificate>> seen = new AtomicReference<>(List.of());
        try (Socket plain = new Socket()) {
            return within(plain, () -> {
                plain.connect(new InetSocketAddress(address, endpoint.port()), (int) limit.toMillis());
                plain.setSoTimeout((int) limit.toMillis());
                try (SSLSocket tls = (SSLSocket)
                        context(seen).getSocketFactory().createSocket(plain, endpoint.host(), endpoint.port(), true)) {
                    tls.startHandshake();
                    return new Shown(seen.get(), tls.getSession().getProtocol());
                } catch (IOException e) {
                    if (!seen.get().isEmpty()) {
                        return new Shown(seen.get(), "");
                    }
                    throw e;
                }
            });
        }
    }

    private interface Exchange<T> {
        T run() throws IOException;
    }

    private <T> T within(Socket socket, Exchange<T> exchange) throws IOException, CancelledException {
        AtomicBoolean late = new AtomicBoolean();
        AtomicBoolean done = new AtomicBoolean();
        Executor later = CompletableFuture.delayedExecutor(limit.toMillis(), TimeUnit.MILLISECONDS);
        later.execute(() -> {
            if (!done.get()) {
                late.set(true);
                close(socket);
            }
        });
        try (Cancellation.Registration _ = cancellation.onCancel(() -> close(socket))) {
            return exchange.run();
        } catch (IOException e) {
            cancellation.throwIfCancelled();
            if (late.get()) {
                SocketTimeoutException timeout = new SocketTimeoutException("not done in time");
                timeout.initCause(e);
                throw timeout;
            }
            throw e;
        } finally {
            done.set(true);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // Closed is closed.
        }
    }

    private static SSLContext context(AtomicReference<List<X509Certificate>> seen) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[0], new TrustManager[] {new Recording(seen)}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has TLS", e);
        }
    }

    /** Writes down what the server shows. Nothing is ever sent over such a connection, so there is nothing to protect. */
    private static final class Recording extends X509ExtendedTrustManager {
        private final AtomicReference<List<X509Certificate>> seen;

        Recording(AtomicReference<List<X509Certificate>> seen) {
            this.seen = seen;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            seen.set(List.of(chain));
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
            seen.set(List.of(chain));
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
            seen.set(List.of(chain));
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
            throw new UnsupportedOperationException();
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
