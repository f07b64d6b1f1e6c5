package io.limelight.metrics;

import io.limelight.store.Database;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The meters of a service. Their labels have few values that are known beforehand; none names a machine, since a time series for
 * each of 100,000 machines is what stops a Prometheus.
 */
public final class Meters implements AutoCloseable {
    /** What {@link #text} is. */
    static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private static final Logger LOG = LoggerFactory.getLogger(Meters.class);
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(1),
        Duration.ofMillis(5),
        Duration.ofMillis(20),
        Duration.ofMillis(100),
        Duration.ofMillis(500),
        Duration.ofSeconds(2),
        Duration.ofSeconds(10),
        Duration.ofSeconds(60)
    };

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();
    /** The registry holds what it asks by weak references. */
    private final List<Object> asked = new ArrayList<>();

    /**
     * With what is to be known of any JVM, and of which build this is.
     *
     * @param service {@code verifier} or {@code registrar}
     */
    public Meters(String service) {
        new ClassLoaderMetrics().bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        collections.bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        String version = Meters.class.getPackage().getImplementationVersion();
        Gauge.builder("limelight.build", () -> 1)
                .description("Which build this is; always 1")
                .tags("service", service, "version", version == null ? "development" : version)
                .tags("java", Runtime.version().toString())
                .strongReference(true)
                .register(registry);
    }

    /** Something that is counted elsewhere and only grows; one time series of several that differ by the label's value. */
    public void counter(String name, String help, String label, String value, LongSupplier count) {
        asked.add(count);
        FunctionCounter.builder(name, count, LongSupplier::getAsLong)
                .description(help)
                .tags(Tags.of(label, value))
                .register(registry);
    }

    /** Something that goes up and down. While it cannot be found out it is not a number. */
    public void gauge(String name, String help, DoubleSupplier value) {
        gauge(name, help, Tags.empty(), value);
    }

    /** One time series of several that differ by the label's value. */
    public void gauge(String name, String help, String label, String labelValue, DoubleSupplier value) {
        gauge(name, help, Tags.of(label, labelValue), value);
    }

    private void gauge(String name, String help, Tags tags, DoubleSupplier value) {
        Gauge.builder(name, () -> known(name, value))
                .description(help)
                .tags(tags)
                .strongReference(true)
                .register(registry);
    }

    private static double known(String name, DoubleSupplier value) {
        try {
            return value.getAsDouble();
        } catch (RuntimeException e) {
            LOG.debug("{} cannot be found out", name, e);
            return Double.NaN;
        }
    }

    /** Takes nanoseconds. */
    public LongConsumer timer(String name, String help) {
        return timer(name, help, Tags.empty());
    }

    /** Takes nanoseconds; one time series of several that differ by the label's value. */
    public LongConsumer timer(String name, String help, String label, String value) {
        return timer(name, help, Tags.of(label, value));
    }

    private LongConsumer timer(String name, String help, Tags tags) {
        Timer timer = Timer.builder(name)
                .description(help)
                .tags(tags)
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
        return nanos -> timer.record(nanos, TimeUnit.NANOSECONDS);
    }

    /** How long the database takes. */
    public void database(Database database) {
        String help = "A query with its wait for a connection; a group of writes until it is on disk";
        database.timed(
                timer("limelight.database", help, "operation", "read"),
                timer("limelight.database", help, "operation", "commit"));
    }

    /** All of them, as Prometheus reads them. */
    String text() {
        return registry.scrape();
    }

    /** Counts no more. */
    @Override
    public void close() {
        collections.close();
        registry.close();
    }
}
