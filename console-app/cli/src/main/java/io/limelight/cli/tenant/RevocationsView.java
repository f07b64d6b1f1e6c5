package io.limelight.cli.tenant;

import io.limelight.core.api.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import tools.jackson.databind.JsonNode;

/** Notices and the brake, for a person. */
final class RevocationsView {
    private RevocationsView() {}

    /** One line or two for each notice, the newest first. */
    static List<String> lines(Endpoint verifier, JsonNode results, JsonNode brake) {
        List<String> lines = new ArrayList<>();
        JsonNode notices = results.path("revocations");
        lines.add(
                notices.isEmpty()
                        ? "The " + verifier + " has told nobody of a failure."
                        : "The " + verifier + " has told of " + notices.size()
                                + (notices.size() == 1 ? " failure:" : " failures, the newest first:"));
        for (JsonNode notice : notices) {
            lines.add("  " + text(notice, "issued_at") + "  " + text(notice, "agent_id") + "  " + text(notice, "type")
                    + "  " + text(notice, "event_id") + " (" + text(notice, "severity_label") + ")");
            lines.add("      " + told(notice) + (notice.path("signed").asBoolean(true) ? "" : "; unsigned"));
        }
        if (brake.path("engaged").asBoolean(false)) {
            lines.add("The brake is on since " + text(brake, "engaged_at") + ": "
                    + brake.path("held").asLong(0) + " notices are held. limelight tenant -c releaserevocations sends"
                    + " them, -c discardrevocations does not.");
        }
        return lines;
    }

    private static String told(JsonNode notice) {
        String state = text(notice, "state");
        if (state.equals("held") || state.equals("discarded")) {
            return state;
        }
        StringJoiner channels = new StringJoiner("; ");
        for (Map.Entry<String, JsonNode> channel : notice.path("deliveries").properties()) {
            StringJoiner outcomes = new StringJoiner(", ");
            for (Map.Entry<String, JsonNode> outcome : channel.getValue().properties()) {
                outcomes.add(outcome.getValue().asLong(0) + " " + outcome.getKey());
            }
            channels.add(channel.getKey() + ": " + outcomes);
        }
        return channels.length() == 0 ? "nobody is to be told" : channels.toString();
    }

    private static String text(JsonNode object, String member) {
        return object.path(member).asString("");
    }
}
