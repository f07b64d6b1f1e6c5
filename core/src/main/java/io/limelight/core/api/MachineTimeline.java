package io.limelight.core.api;

import io.limelight.core.json.WireJson;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What happened to a machine, as a Limelight verifier recorded it ({@code docs/api.md}).
 *
 * @param happenings the newest first
 * @param nextBefore asks for the next page; empty on the last
 */
public record MachineTimeline(List<Happening> happenings, OptionalLong nextBefore) {
    private static final Set<String> KNOWN =
            Set.of("number", "at", "last_at", "kind", "times", "failures", "left_out", "answer");
    private static final int MOST_FAILURES = 100;
    private static final int MOST_DETAILS = 16;

    /** Copies. */
    public MachineTimeline {
        happenings = List.copyOf(happenings);
    }

    /**
     * Something that happened.
     *
     * @param number of the record
     * @param at first, by the verifier's clock
     * @param lastAt last, by the verifier's clock
     * @param times how often
     * @param kind {@code added}, {@code passed}, {@code failed}…
     * @param failures of those kinds that have them
     * @param leftOut how many failures more there were
     * @param details other members by name, printable and bounded
     */
    public record Happening(
            long number,
            Instant at,
            Instant lastAt,
            int times,
            String kind,
            List<ToldFailure> failures,
            int leftOut,
            Map<String, String> details) {
        /** Copies. */
        public Happening {
            failures = List.copyOf(failures);
            details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
        }

        private static Happening from(JsonNode json) throws WireFormatException {
            ObjectNode object = Members.object(json, "a happening");
            Instant at = time(Members.requiredText(object, "at"), "at");
            String last = Members.text(object, "last_at");
            List<ToldFailure> failures = new ArrayList<>();
            for (JsonNode failure : object.path("failures")) {
                if (failures.size() < MOST_FAILURES) {
                    failures.add(ToldFailure.from(failure));
                }
            }
            Map<String, String> details = new LinkedHashMap<>();
            for (Map.Entry<String, JsonNode> entry : object.properties()) {
                JsonNode value = entry.getValue();
                if (!KNOWN.contains(entry.getKey()) && value.isValueNode() && !value.isNull()
                        && details.size() < MOST_DETAILS) {
                    details.put(Texts.printable(entry.getKey(), 80), Texts.printable(value.asString(), 1_000));
                }
            }
            return new Happening(
                    Members.numberOr(object, "number", 0),
                    at,
                    last == null ? at : time(last, "last_at"),
                    Math.clamp(Members.numberOr(object, "times", 1), 1, Integer.MAX_VALUE),
                    Texts.printable(Members.requiredText(object, "kind"), 40),
                    failures,
                    Math.clamp(Members.numberOr(object, "left_out", 0), 0, Integer.MAX_VALUE),
                    details);
        }
    }

    static MachineTimeline from(JsonNode results, int limit) throws WireFormatException {
        ObjectNode object = Members.object(results, "the timeline");
        JsonNode list = object.get("happenings");
        if (list == null || !list.isArray() || list.size() > limit) {
            throw new WireFormatException("the member happenings is no list of at most " + limit);
        }
        List<Happening> happenings = new ArrayList<>(list.size());
        for (JsonNode happening : list) {
            happenings.add(Happening.from(happening));
        }
        return new MachineTimeline(
                happenings,
                WireJson.number(object, "next_before").map(OptionalLong::of).orElse(OptionalLong.empty()));
    }

    static Instant time(String text, String member) throws WireFormatException {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new WireFormatException("the member " + member + " is no time", e);
        }
    }
}
