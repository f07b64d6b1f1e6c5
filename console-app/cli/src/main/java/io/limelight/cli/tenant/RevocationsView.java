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
                        ? nobody(verifier, results)
                        : "The " + verifier + " has told of " + notices.size()
                                + (notices.size() == 1 ? " failure:" : " failures, the newest first:"));
        for (JsonNode notice : notices) {
            lines.add("  " + text(notice, "issued_at") + "  " + text(notice, "agent_id") + "  " + text(notice, "type")
                    + "  " + text(notice, "event_id") + " (" + text(notice, "severity_label") + ")");
            lines.add("      " + told(notice)
                    + (notice.path("signed").asBoolean(true) ? "" : "; unsigned")
                    + (notice.path("handed_in").asBoolean(false) ? "; handed in" : ""));
            String said = said(notice.path("receipts"));
            if (!said.isEmpty()) {
                lines.add("      machines say: " + said);
            }
        }
        if (brake.path("engaged").asBoolean(false)) {
            lines.add("The brake is on since " + text(brake, "engaged_at") + ": "
                    + brake.path("held").asLong(0) + " notices are held. limelight tenant -c releaserevocations sends"
                    + " them, -c discardrevocations does not.");
        }
        return lines;
    }

    private static String nobody(Endpoint verifier, JsonNode results) {
        String machine = text(results, "agent_id");
        return machine.isEmpty()
                ? "The " + verifier + " has told nobody of a failure."
                : "None of the newest notices of the " + verifier + " is about machine " + machine + ".";
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

    /** Each machine speaks for itself, and those that keep no receipts say nothing. */
    private static String said(JsonNode receipts) {
        StringJoiner said = new StringJoiner("; ");
        count(said, receipts, "acted", "acted");
        long failed = receipts.path("failed").asLong(0);
        if (failed > 0) {
            StringJoiner named = new StringJoiner(", ");
            for (JsonNode failure : receipts.path("failures")) {
                named.add(text(failure, "receiver") + " (" + text(failure, "trouble") + ")");
            }
            long more = failed - receipts.path("failures").size();
            if (more > 0) {
                named.add(named.length() == 0 ? "which ones is no longer known" : more + " more");
            }
            said.add(failed + " failed: " + named);
        }
        count(said, receipts, "nothing_run", "had nothing to run");
        count(said, receipts, "unknown", "accepted, outcome unknown");
        return said.toString();
    }

    private static void count(StringJoiner said, JsonNode receipts, String member, String words) {
        long number = receipts.path(member).asLong(0);
        if (number > 0) {
            said.add(number + " " + words);
        }
    }

    private static String text(JsonNode object, String member) {
        return object.path(member).asString("");
    }
}
