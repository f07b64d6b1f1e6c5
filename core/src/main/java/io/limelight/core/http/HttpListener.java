package io.limelight.core.http;

import io.limelight.core.tls.ServerTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listening socket with its routes: plain HTTP or TLS, HTTP/1.1 only (the wire knows no other), every limit of
 * {@link Limits} applied. Requests run on virtual threads.
 */
public final class HttpListener implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpListener.class);
    private static final Duration STOP = Duration.ofSeconds(5);
    /** Kept-alive connections on which nothing is being answered are closed at once; a stop need not wait for them. */
    private static final Duration STOP_IDLE = Duration.ofMillis(50);

    private static final UriCompliance OPAQUE_PATHS = UriCompliance.DEFAULT.with(
            "opaque",
            UriCompliance.Violation.AMBIGUOUS_PATH_SEPARATOR,
            UriCompliance.Violation.AMBIGUOUS_EMPTY_SEGMENT);

    private final String name;
    private final Server server;
    private final ServerConnector connector;
    private final SslContextFactory.@Nullable Server tls;
    private final SlowConnections slowConnections;
    private final ScheduledExecutorService sweeper;

    private HttpListener(
            String name,
            Server server,
            ServerConnector connector,
            SslContextFactory.@Nullable Server tls,
            SlowConnections slowConnections,
            ScheduledExecutorService sweeper) {
        this.name = name;
        this.server = server;
        this.connector = connector;
        this.tls = tls;
        this.slowConnections = slowConnections;
        this.sweeper = sweeper;
    }

    /**
     * Opens the socket and starts answering.
     *
     * @param name for threads and errors, for example {@code registrar}
     * @param address where to listen; port 0 picks a free one
     * @param tls empty for plain HTTP
     * @throws IOException if the socket cannot be opened; the message names the address and the likely cause
     */
    public static HttpListener start(
            String name,
            InetSocketAddress address,
            Optional<ServerTls> tls,
            Routes routes,
            JsonStyle style,
            Limits limits)
            throws IOException {
        QueuedThreadPool threads = new QueuedThreadPool(16, 4);
        threads.setName(name);
        threads.setVirtualThreadsExecutor(Executors.newVirtualThreadPerTaskExecutor());
        Server server = new Server(threads);
        server.setStopTimeout(STOP.toMillis());
        server.setErrorHandler(new UnreadableRequests(style));
        SslContextFactory.Server sslContext =
                tls.map(HttpListener::contextFactory).orElse(null);
        HttpConfiguration configuration = configuration(limits, sslContext != null);
        if (routes.opaquePaths()) {
            configuration.setUriCompliance(OPAQUE_PATHS);
        }
        HttpConnectionFactory http = new HttpConnectionFactory(configuration);
        ConnectionFactory[] factories = sslContext == null
                ? new ConnectionFactory[] {http}
                : new ConnectionFactory[] {new SslConnectionFactory(sslContext, http.getProtocol()), http};
        ServerConnector connector = new ServerConnector(server, 1, 1, factories);
        InetAddress host = address.getAddress();
        connector.setHost(host == null ? address.getHostString() : host.getHostAddress());
        connector.setPort(address.getPort());
        connector.setAcceptQueueSize(1024);
        connector.setIdleTimeout(limits.idleTime().toMillis());
        connector.setShutdownIdleTimeout(STOP_IDLE.toMillis());
        connector.setAcceptedTcpNoDelay(true);
        server.addConnector(connector);
        server.addBean(new NetworkConnectionLimit(limits.connections(), connector));
        SlowConnections slow = new SlowConnections(limits.headTime(), limits.connections());
        Predicate<X509Certificate> observers = tls.isEmpty() ? _ -> false : tls.get()::isObserver;
        server.setHandler(new RouteHandler(routes, style, sslContext != null, observers, limits, slow));
        ScheduledExecutorService sweeper = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name(name + "-sweeper").factory());
        try {
            server.start();
        } catch (Exception e) {
            sweeper.shutdownNow();
            throw new IOException(
                    "cannot listen on " + connector.getHost() + ":" + address.getPort() + ": " + reason(e)
                            + ". Is another program using the port, or is the address not of this machine?",
                    e);
        }
        slow.start(connector, sweeper);
        return new HttpListener(name, server, connector, sslContext, slow, sweeper);
    }

    private static String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof UnresolvedAddressException
                ? "there is no such address"
                : String.valueOf(cause.getMessage());
    }

    private static HttpConfiguration configuration(Limits limits, boolean secure) {
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        configuration.setSendXPoweredBy(false);
        configuration.setSendDateHeader(false);
        configuration.setRequestHeaderSize(limits.headerBytes());
        configuration.setInputBufferSize(4096);
        configuration.setUriCompliance(UriCompliance.DEFAULT);
        configuration.setIdleTimeout(limits.idleTime().toMillis());
        if (secure) {
            SecureRequestCustomizer customizer = new SecureRequestCustomizer();
            // Clients come by address; the certificate's names are not what trust rests on.
            customizer.setSniHostCheck(false);
            configuration.addCustomizer(customizer);
        }
        return configuration;
    }

    private static SslContextFactory.Server contextFactory(ServerTls tls) {
        SslContextFactory.Server factory = new SslContextFactory.Server();
        apply(factory, tls);
        return factory;
    }

    private static void apply(SslContextFactory.Server factory, ServerTls tls) {
        factory.setSslContext(tls.context());
        factory.setSniRequired(false);
        factory.setIncludeProtocols("TLSv1.3", "TLSv1.2");
        switch (tls.clientAuth()) {
            case REQUIRED -> factory.setNeedClientAuth(true);
            case REQUESTED -> factory.setWantClientAuth(true);
            case NONE -> factory.setWantClientAuth(false);
        }
    }

    /** The port that was opened. */
    public int port() {
        return connector.getLocalPort();
    }

    /**
     * Serves new connections with other key or trust material; open ones go on with the old. Observers stay those of the
     * start.
     *
     * @throws IllegalStateException on a plain listener
     */
    public void reload(ServerTls material) throws IOException {
        if (tls == null) {
            throw new IllegalStateException("a plain listener has no TLS to reload");
        }
        try {
            tls.reload(factory -> apply((SslContextFactory.Server) factory, material));
        } catch (Exception e) {
            throw new IOException("the new TLS material was refused: " + reason(e), e);
        }
    }

    /** Stops accepting, lets requests in flight end within seconds, closes. */
    @Override
    public void close() {
        slowConnections.close();
        sweeper.shutdownNow();
        try {
            server.stop();
        } catch (TimeoutException e) {
            LOG.warn("{}: requests that were not answered within {} s are cut off", name, STOP.toSeconds());
        } catch (Exception e) {
            throw new IllegalStateException("the listener did not stop in order", e);
        }
    }
}
