package io.limelight.agent.actions;

import io.limelight.core.json.WireJson;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How one action went.
 *
 * @param name as listed
 * @param outcome how it ended
 * @param exit its exit status, 128 + the signal if one ended it; empty if it was not run or lost sight of
 * @param milliseconds how long it took
 * @param reason a sentence; empty if there is nothing to say
 * @param output beginning of what it said, only where the administrator has it reported
 * @param outputEnd end of it, likewise
 */
public record ActionReceipt(
        String name,
        Outcome outcome,
        OptionalInt exit,
        long milliseconds,
        String reason,
        Optional<String> output,
        Optional<String> outputEnd) {
    /** How an action ended. */
    public enum Outcome {
        /** Exit status 0. */
        SUCCEEDED,
        /** Another one, or it could not be started. */
        FAILED,
        /** It was ended at the end of its time. */
        TIMED_OUT,
        /** Its name, its file or its place is none that is run. */
        REFUSED,
        /** It was ended together with what watched over it. */
        UNKNOWN;

        /** The word in JSON. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static ActionReceipt notRun(String name, Outcome outcome, String reason) {
        return new ActionReceipt(name, outcome, OptionalInt.empty(), 0, reason, Optional.empty(), Optional.empty());
    }

    ObjectNode toJson() {
        ObjectNode json = WireJson.object();
        json.put("name", name);
        json.put("outcome", outcome.wireName());
        exit.ifPresentOrElse(status -> json.put("exit", status), () -> json.putNull("exit"));
        json.put("milliseconds", milliseconds);
        json.put("reason", reason);
        output.ifPresent(text -> json.put("output", text));
        outputEnd.ifPresent(text -> json.put("output_end", text));
        return json;
    }

    static ActionReceipt from(JsonNode json) throws IOException {
        String word = Receipt.required(json, "outcome");
        for (Outcome outcome : Outcome.values()) {
            if (outcome.wireName().equals(word)) {
                Optional<Long> exit = WireJson.number(json, "exit");
                return new ActionReceipt(
                        Receipt.required(json, "name"),
                        outcome,
                        exit.isPresent() ? OptionalInt.of(exit.get().intValue()) : OptionalInt.empty(),
                        WireJson.number(json, "milliseconds").orElse(0L),
                        WireJson.text(json, "reason").orElse(""),
                        WireJson.text(json, "output"),
                        WireJson.text(json, "output_end"));
            }
        }
        throw new IOException("no outcome of an action is called " + word);
    }
}
