package io.limelight.verifier;

import io.limelight.core.http.Access;
import io.limelight.core.http.HttpCall;
import io.limelight.core.http.HttpReply;
import io.limelight.core.http.Route;
import io.limelight.core.http.Routes;
import io.limelight.core.json.WireJson;
import io.limelight.store.StoreAnswers;
import io.limelight.verifier.state.HistoryEntry;
import io.limelight.verifier.state.HistoryStore;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code /limelight/v1/history}: what was counted over time, step by step. Shapes stand in {@code docs/api.md}. */
final class HistoryRoute {
    private static final long DAY = 86_400;
    private static final int STEPS = 1_500;
    private static final int USUAL_STEPS = 288;
    private static final long EARLIEST = Instant.parse("2000-01-01T00:00:00Z").getEpochSecond();
    private static final long LATEST = Instant.parse("2200-01-01T00:00:00Z").getEpochSecond();

    private final HistoryStore store;
    private final InstantSource clock;

    HistoryRoute(HistoryStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    void addTo(Routes.Builder routes) {
        routes.add(new Route(
                "GET",
                "/limelight/v1/history",
                Access.OBSERVER,
                "read_history",
                0,
                StoreAnswers.guarded("verifier", this::history)));
    }

    /** A parameter that is none; the message says what it would have to be. */
    private static final class Bad extends Exception {
        private static final long serialVersionUID = 1L;

        Bad(String message) {
            super(message);
        }
    }

    private record Range(long from, long to, long step) {
        /** Whole steps, as they lie in every answer. */
        static Range of(long from, long to, long step) {
            long first = from - Math.floorMod(from, step);
            return new Range(first, first + Math.ceilDiv(to - first, step) * step, step);
        }
    }

    private HttpReply history(HttpCall call) {
        Range range;
        try {
            range = range(call);
        } catch (Bad e) {
            return HttpReply.refusal(400, String.valueOf(e.getMessage()));
        }
        List<HistoryEntry> entries = store.between(range.from, range.to);
        if (range.step < HistoryStore.HOUR && entries.stream().anyMatch(entry -> entry.span() == HistoryStore.HOUR)) {
            // Hours are not cut into minutes that nobody counted.
            range = Range.of(range.from, range.to, HistoryStore.HOUR);
            entries = store.between(range.from, range.to);
        }
        Map<Long, HistoryEntry> steps = new TreeMap<>();
        for (HistoryEntry entry : entries) {
            long at = entry.at() - Math.floorMod(entry.at(), range.step);
            steps.merge(at, entry.within(at, Math.toIntExact(range.step)), HistoryEntry::plus);
        }
        ObjectNode results = WireJson.object()
                .put("from", text(range.from))
                .put("to", text(range.to))
                .put("step", range.step);
        ArrayNode array = results.putArray("steps");
        steps.values().forEach(step -> array.add(json(step)));
        return HttpReply.success(results);
    }

    private Range range(HttpCall call) throws Bad {
        long to = time(call, "to").orElse(clock.instant().getEpochSecond() + 1);
        long from = time(call, "from").orElse(to - DAY);
        if (from >= to) {
            throw new Bad("from has to be before to");
        }
        Optional<String> wanted = single(call, "step");
        if (wanted.isEmpty()) {
            return Range.of(from, to, usualStep(to - from));
        }
        long step = wanted.get().matches("[0-9]{1,8}") ? Long.parseLong(wanted.get()) : 0;
        boolean divides =
                step >= HistoryStore.MINUTE && step % HistoryStore.MINUTE == 0 && HistoryStore.HOUR % step == 0;
        if (!divides && (step < HistoryStore.HOUR || step % HistoryStore.HOUR != 0)) {
            throw new Bad(
                    "step is a number of seconds: whole minutes of which an hour has a whole number, or whole hours");
        }
        if (Math.ceilDiv(to - from, step) > STEPS) {
            throw new Bad("that would be more than " + STEPS + " steps; ask for a shorter time or a longer step");
        }
        return Range.of(from, to, step);
    }

    private static long usualStep(long length) {
        for (long minutes : new long[] {1, 2, 5, 10, 30}) {
            if (length <= minutes * HistoryStore.MINUTE * USUAL_STEPS) {
                return minutes * HistoryStore.MINUTE;
            }
        }
        return Math.ceilDiv(length, (long) HistoryStore.HOUR * USUAL_STEPS) * HistoryStore.HOUR;
    }

    private static Optional<String> single(HttpCall call, String name) throws Bad {
        if (call.repeated(name)) {
            throw new Bad(name + " is there more than once");
        }
        return call.query(name);
    }

    private static Optional<Long> time(HttpCall call, String name) throws Bad {
        Optional<String> text = single(call, name);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            if (text.get().length() <= 40) {
                long seconds = Instant.parse(text.get()).getEpochSecond();
                if (seconds >= EARLIEST && seconds <= LATEST) {
                    return Optional.of(seconds);
                }
            }
        } catch (DateTimeException e) {
            throw new Bad(name + " is a time such as 2026-08-03T07:14:00Z");
        }
        throw new Bad(name + " is a time such as 2026-08-03T07:14:00Z");
    }

    private static String text(long epochSeconds) {
        return Instant.ofEpochSecond(epochSeconds).toString();
    }

    private static ObjectNode json(HistoryEntry step) {
        ObjectNode json = WireJson.object()
                .put("at", text(step.at()))
                .put("recorded_seconds", Math.round(step.recordedMillis() / 1000.0))
                .put("passed", step.passed())
                .put("failed", step.failed())
                .put("unanswered", step.unanswered())
                .put("given_up", step.givenUp());
        ObjectNode machines = json.putObject("machines");
        new TreeMap<>(step.machines()).forEach(machines::put);
        return json;
    }
}
