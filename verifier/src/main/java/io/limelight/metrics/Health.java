package io.limelight.metrics;

import io.limelight.core.http.HttpReply;
import io.limelight.core.json.WireJson;
import io.limelight.store.Database;
import io.limelight.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Whether a service can do its work, part by part. A part is looked at once a second at most, whoever asks how often, and what is
 * said holds no path, address or name: those stand in the log.
 */
public final class Health {
    private static final Logger LOG = LoggerFactory.getLogger(Health.class);
    private static final Duration FRESH = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    /** Below that the next large policy or list may not find room. */
    private static final long LEAST_SPACE = 64L << 20;

    private final LongSupplier nanoTime;
    private final Map<String, Supplier<Condition>> parts = new LinkedHashMap<>();
    private HttpReply last = HttpReply.empty(503, "Service Unavailable");
    private long lastAt;
    private boolean looked;

    /** Without parts. */
    public Health() {
        this(System::nanoTime);
    }

    Health(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * How a part is.
     *
     * @param up whether it does its work
     * @param details figures and, where it does not, a sentence
     */
    public record Condition(boolean up, ObjectNode details) {
        /** It does its work. */
        public static Condition up(ObjectNode details) {
            return new Condition(true, details);
        }

        /** It does not; the sentence says what is wrong. */
        public static Condition down(String problem, ObjectNode details) {
            return new Condition(false, details.put("problem", problem));
        }
    }

    /** Adds a part. What it throws means that it is down. */
    public Health part(String name, Supplier<Condition> look) {
        parts.put(name, look);
        return this;
    }

    /** Adds the database: it is read from, and written to as far as that costs no disk. */
    public Health database(Database database) {
        return part("database", () -> {
            long begun = nanoTime.getAsLong();
            try {
                database.probe(PATIENCE);
            } catch (StoreException e) {
                LOG.debug("the database does not answer", e);
                return Condition.down(
                        "the database cannot be used (" + e.kind().name().toLowerCase(java.util.Locale.ROOT)
                                + "); the log says more",
                        WireJson.object());
            }
            return Condition.up(WireJson.object()
                    .put(
                            "milliseconds",
                            Duration.ofNanos(nanoTime.getAsLong() - begun).toMillis()));
        });
    }

    /** Adds the disk under a folder. */
    public Health disk(Path folder) {
        return part("disk", () -> {
            try {
                long free = Files.getFileStore(folder).getUsableSpace();
                ObjectNode details = WireJson.object().put("free_bytes", free);
                return free < LEAST_SPACE
                        ? Condition.down("less than " + (LEAST_SPACE >> 20) + " MiB are free; make room", details)
                        : Condition.up(details);
            } catch (IOException e) {
                LOG.warn("the disk under {} cannot be asked for its free space", folder, e);
                return Condition.down(
                        "the disk cannot be asked for its free space; the log says more", WireJson.object());
            }
        });
    }

    /** 200 if every part is up, else 503; which, stands in the body. */
    synchronized HttpReply reply() {
        long now = nanoTime.getAsLong();
        if (!looked || now - lastAt >= FRESH.toNanos()) {
            last = look();
            // What took long to find out is not old at once.
            lastAt = nanoTime.getAsLong();
            looked = true;
        }
        return last;
    }

    private HttpReply look() {
        boolean up = true;
        ObjectNode body = WireJson.object();
        ObjectNode components = WireJson.object();
        for (Map.Entry<String, Supplier<Condition>> part : parts.entrySet()) {
            Condition condition;
            try {
                condition = part.getValue().get();
            } catch (RuntimeException e) {
                LOG.warn("the health of part {} cannot be found out", part.getKey(), e);
                condition = Condition.down("it cannot be found out; the log says more", WireJson.object());
            }
            up &= condition.up();
            components.set(
                    part.getKey(),
                    WireJson.object().put("status", word(condition.up())).setAll(condition.details()));
        }
        body.put("status", word(up));
        body.set("components", components);
        return new HttpReply.Json(up ? 200 : 503, body, Map.of("Cache-Control", "no-store"));
    }

    private static String word(boolean up) {
        return up ? "up" : "down";
    }
}
