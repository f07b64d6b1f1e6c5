package io.limelight.core.api;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Results of {@code GET /limelight/v1/history}: what a verifier counted, step by step. A step that is not there was not recorded;
 * nobody knows what happened then, and nothing is to be drawn there.
 *
 * @param from where the first step begins
 * @param to where the last step ends
 * @param step their length; longer than what was asked for where only hours are kept
 * @param steps in their order, gaps left out
 */
public record History(Instant from, Instant to, Duration step, List<Step> steps) {
    private static final long LONGEST_STEP = 100_000_000;

    public History {
        steps = List.copyOf(steps);
    }

    /**
     * What was counted in a step.
     *
     * @param at where it begins
     * @param recorded how much of it the verifier was counting; less than the step where it began, ended or could not store
     * @param passed attestations
     * @param failed attestations
     * @param unanswered questions that were asked again
     * @param givenUp machines that were not asked again, for another reason than their evidence
     * @param machines how many were in each state when it last looked, by the words of {@code /limelight/v1/agents}
     */
    public record Step(
            Instant at,
            Duration recorded,
            long passed,
            long failed,
            long unanswered,
            long givenUp,
            Map<String, Long> machines) {
        public Step {
            machines = Map.copyOf(machines);
        }

        static Step from(JsonNode node) throws WireFormatException {
            JsonNode object = Members.object(node, "a step of the history");
            Map<String, Long> machines = new LinkedHashMap<>();
            if (object.get("machines") instanceof ObjectNode counted) {
                for (String state : counted.propertyNames()) {
                    machines.put(Texts.printable(state, 40), Members.numberOr(counted, state, 0));
                }
            }
            return new Step(
                    Members.requiredTime(object, "at"),
                    Duration.ofSeconds(Members.numberOr(object, "recorded_seconds", 0)),
                    Members.numberOr(object, "passed", 0),
                    Members.numberOr(object, "failed", 0),
                    Members.numberOr(object, "unanswered", 0),
                    Members.numberOr(object, "given_up", 0),
                    machines);
        }
    }

    /** Reads results. */
    public static History from(JsonNode results) throws WireFormatException {
        JsonNode object = Members.object(results, "the history");
        long step = Members.numberOr(object, "step", 0);
        if (step < 1 || step > LONGEST_STEP) {
            throw new WireFormatException("the member step is no length of time");
        }
        JsonNode list = object.get("steps");
        if (list == null || !list.isArray()) {
            throw new WireFormatException("the member steps is no list");
        }
        List<Step> steps = new ArrayList<>(list.size());
        for (JsonNode one : list) {
            steps.add(Step.from(one));
        }
        return new History(
                Members.requiredTime(object, "from"),
                Members.requiredTime(object, "to"),
                Duration.ofSeconds(step),
                steps);
    }
}
