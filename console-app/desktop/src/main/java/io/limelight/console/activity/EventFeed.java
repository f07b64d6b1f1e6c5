package io.limelight.console.activity;

import io.limelight.console.problem.ProblemException;
import io.limelight.core.api.ApiException;
import io.limelight.core.api.EventsClient;
import io.limelight.core.json.WireJson;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import io.limelight.core.tenant.TenantException;
import io.limelight.core.tenant.TenantServices;
import io.limelight.core.tenant.TenantSettings;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the verifier's events of revocations into the record, going on after the last one that was read, also on another day. What was
 * missed because the verifier keeps no more is said in a row of its own.
 */
public final class EventFeed implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(EventFeed.class);
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LAST = Duration.ofMinutes(2);
    private static final String CURSOR = "events";
    private static final List<String> FACTS = List.of(
            "sequence",
            "notice_id",
            "type",
            "event_id",
            "severity_label",
            "issued_at",
            "expires_at",
            "result",
            "outcome",
            "trouble",
            "engaged",
            "failing",
            "released",
            "discarded");

    private final TenantSettings settings;
    private final ActivityLog log;
    private final InstantSource clock;
    private final BooleanSupplier speaks;
    private final Cancellation closing;
    private Duration delay = FIRST;

    /**
     * Of a fleet's verifier.
     *
     * @param speaks whether it is one that tells events
     * @param closing ends it
     */
    public EventFeed(
            TenantSettings settings,
            ActivityLog log,
            InstantSource clock,
            BooleanSupplier speaks,
            Cancellation closing) {
        this.settings = settings;
        this.log = log;
        this.clock = clock;
        this.speaks = speaks;
        this.closing = closing;
    }

    @Override
    public void run() {
        try {
            while (true) {
                if (speaks.getAsBoolean()) {
                    once();
                }
                closing.sleep(delay);
                delay = delay.multipliedBy(2).compareTo(LAST) < 0 ? delay.multipliedBy(2) : LAST;
            }
        } catch (CancelledException e) {
            LOG.debug("the events are no longer read into the record");
        }
    }

    private void once() {
        try (TenantServices services = new TenantServices(settings, clock, closing)) {
            services.events().follow(log.store().cursor(log.profile(), CURSOR), event -> {
                delay = FIRST;
                take(log, clock.instant(), event);
                log.store().cursor(log.profile(), CURSOR, event.cursor());
            });
        } catch (ApiException | TenantException | ProblemException e) {
            LOG.debug("the events of the verifier cannot be read into the record: {}", e.getMessage());
        }
    }

    /** Keeps one event. */
    static void take(ActivityLog log, Instant now, EventsClient.Event event) {
        ObjectNode data = event.data();
        Instant at = time(data).orElse(now);
        switch (event.kind()) {
            case "revocation", "held" ->
                log.told(
                        at,
                        "verifier." + event.kind(),
                        WireJson.text(data, "agent_id").map(List::of).orElse(List.of()),
                        facts(data),
                        "event " + event.cursor());
            case "receipt" ->
                log.told(
                        at,
                        "verifier.receipt",
                        WireJson.text(data, "receiver").map(List::of).orElse(List.of()),
                        facts(data),
                        "event " + event.cursor());
            case "brake" -> log.told(at, "verifier.brake", List.of(), facts(data), "event " + event.cursor());
            case "reset" -> log.say("console.gap", facts(data));
            default -> LOG.debug("an event {} is not kept", event.kind());
        }
    }

    private static Optional<Instant> time(ObjectNode data) {
        try {
            return WireJson.text(data, "at").map(Instant::parse);
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static Map<String, String> facts(ObjectNode data) {
        Map<String, String> facts = new HashMap<>();
        for (String name : FACTS) {
            tools.jackson.databind.JsonNode value = data.get(name);
            if (value != null && value.isValueNode() && !value.isNull()) {
                facts.put(name, value.asString());
            }
        }
        return facts;
    }
}
