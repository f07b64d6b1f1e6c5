package io.limelight.agent.actions;

import io.limelight.core.json.WireJson;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What this machine says it did about a genuine notice.
 *
 * @param sequence number of the receipt, counted by this machine from 1
 * @param notice which notice
 * @param finished when it was done with
 * @param outcome what was done
 * @param reason a sentence about that; empty if there is nothing to say
 * @param actions the actions in the order of their runs
 */
public record Receipt(
        long sequence,
        NoticeRef notice,
        Instant finished,
        Outcome outcome,
        String reason,
        List<ActionReceipt> actions) {
    public Receipt {
        actions = List.copyOf(actions);
    }

    /** What was done about a notice. */
    public enum Outcome {
        /** Its actions were run, each with an outcome of its own. */
        RAN,
        /** It is of a type that runs nothing. */
        RECORDED,
        /** It came after its time. */
        EXPIRED,
        /** It should have run actions, and there are none. */
        NO_ACTIONS,
        /** The agent ended while its actions were under way. What is not listed may have been begun; nothing is begun again. */
        INTERRUPTED;

        /** The word in JSON. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A notice, without its text.
     *
     * @param key its id, or the SHA-256 of its text
     * @param noticeId its id, if its sender gives any
     * @param type {@code revocation}, {@code comm_error}…
     * @param agentId the machine it is about
     * @param received when it came
     */
    public record NoticeRef(String key, Optional<String> noticeId, String type, String agentId, Instant received) {
        void put(ObjectNode json) {
            json.put("notice", key);
            noticeId.ifPresentOrElse(id -> json.put("notice_id", id), () -> json.putNull("notice_id"));
            json.put("type", type);
            json.put("agent_id", agentId);
            json.put("received_at", received.toString());
        }

        static NoticeRef from(JsonNode json) throws IOException {
            return new NoticeRef(
                    required(json, "notice"),
                    WireJson.text(json, "notice_id"),
                    required(json, "type"),
                    required(json, "agent_id"),
                    instant(json, "received_at"));
        }
    }

    /** For the route and the journal. */
    public ObjectNode toJson() {
        ObjectNode json = WireJson.object();
        json.put("sequence", sequence);
        notice.put(json);
        json.put("finished_at", finished.toString());
        json.put("outcome", outcome.wireName());
        json.put("reason", reason);
        ArrayNode list = json.putArray("actions");
        actions.forEach(action -> list.add(action.toJson()));
        return json;
    }

    static Receipt from(JsonNode json) throws IOException {
        List<ActionReceipt> actions = new ArrayList<>();
        if (json.get("actions") instanceof ArrayNode list) {
            for (JsonNode action : list) {
                actions.add(ActionReceipt.from(action));
            }
        }
        return new Receipt(
                WireJson.number(json, "sequence").orElseThrow(() -> new IOException("a receipt without number")),
                NoticeRef.from(json),
                instant(json, "finished_at"),
                outcome(required(json, "outcome")),
                WireJson.text(json, "reason").orElse(""),
                actions);
    }

    private static Outcome outcome(String word) throws IOException {
        for (Outcome outcome : Outcome.values()) {
            if (outcome.wireName().equals(word)) {
                return outcome;
            }
        }
        throw new IOException("no outcome is called " + word);
    }

    static String required(JsonNode json, String name) throws IOException {
        return WireJson.text(json, name).orElseThrow(() -> new IOException("no " + name));
    }

    static Instant instant(JsonNode json, String name) throws IOException {
        try {
            return Instant.parse(required(json, name));
        } catch (java.time.DateTimeException e) {
            throw new IOException(name + " is no time", e);
        }
    }
}
