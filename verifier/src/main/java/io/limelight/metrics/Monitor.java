package io.limelight.metrics;

import io.limelight.core.config.ComponentConfig;
import io.limelight.core.config.ConfigException;
import io.limelight.core.http.HttpListener;
import io.limelight.core.http.HttpReply;
import io.limelight.core.http.JsonStyle;
import io.limelight.core.http.Limits;
import io.limelight.core.http.Routes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET /metrics} and {@code GET /health}, in plain HTTP on loopback: who runs programs on this machine may read them, nobody
 * else can. Whoever wants them elsewhere puts a proxy of his in front.
 */
public final class Monitor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Monitor.class);
    /** A handful of readers, which send no bodies. */
    private static final Limits LIMITS =
            new Limits(32, 4, 4 << 10, 8 << 10, Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(90));

    private final HttpListener listener;

    private Monitor(HttpListener listener) {
        this.listener = listener;
    }

    /**
     * Options {@code metrics} and {@code metrics_port}.
     *
     * @param on whether there is anything to read
     * @param port 0 for any free one
     * @param portIsDefault whether nobody chose the port; then the service does without if another program has it
     */
    public record Options(boolean on, int port, boolean portIsDefault) {
        /** As configured. */
        public static Options of(ComponentConfig config) throws ConfigException {
            return new Options(
                    config.bool("metrics"),
                    config.port("metrics_port"),
                    config.value("metrics_port").isDefault());
        }
    }

    /**
     * Begins to answer.
     *
     * @return empty if the default port is taken, which the log says
     * @throws IOException if a port that somebody chose cannot be opened
     */
    public static Optional<Monitor> start(String service, Options options, Meters meters, Health health)
            throws IOException {
        Routes routes = Routes.builder()
                .get("/metrics", _ -> metrics(meters))
                .get("/health", _ -> health.reply())
                .build();
        InetSocketAddress address =
                new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), options.port());
        try {
            HttpListener listener = HttpListener.start(
                    service + "-metrics", address, Optional.empty(), routes, JsonStyle.COMPACT, LIMITS);
            LOG.info(
                    "metrics and health of the {} at http://127.0.0.1:{}/metrics and /health",
                    service,
                    listener.port());
            return Optional.of(new Monitor(listener));
        } catch (IOException e) {
            if (!options.portIsDefault()) {
                throw e;
            }
            LOG.warn(
                    "no metrics and health of the {}: {} Choose another metrics_port, or say metrics = False",
                    service,
                    e.getMessage());
            return Optional.empty();
        }
    }

    private static HttpReply metrics(Meters meters) {
        return new HttpReply.Content(
                200,
                Meters.CONTENT_TYPE,
                ByteBuffer.wrap(meters.text().getBytes(StandardCharsets.UTF_8)),
                Map.of("Cache-Control", "no-store"));
    }

    /** Where it listens. */
    public int port() {
        return listener.port();
    }

    @Override
    public void close() {
        listener.close();
    }
}
