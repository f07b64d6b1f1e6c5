package io.limelight.verifier.revocation;

import io.limelight.core.json.WireJson;
import io.limelight.verifier.state.StoredReceipt.Claim;
import io.limelight.verifier.state.StoredReceipt.Result;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A page of receipts as an agent answers it. Everything in it is the word of a machine that may be anybody's by now: what is
 * kept of a receipt is bounded, its texts are made harmless, and what is none is left out with a reason.
 *
 * @param newest number of the agent's newest receipt
 * @param last number of the last receipt here; that asked after if there is none
 * @param claims receipts in form
 * @param problems why others are none; half sentences
 */
record ReceiptPage(long newest, long last, List<Claim> claims, List<String> problems) {
    private static final int MOST = 500;
    private static final int TEXT = 300;
    private static final int OUTPUT = 1000;
    /** A receipt names a few actions; a fleet of liars is not to fill the disk. */
    private static final int ACTIONS_BYTES = 8 << 10;

    private static final String RAN = "ran";
    private static final String INTERRUPTED = "interrupted";
    private static final String SUCCEEDED = "succeeded";
    private static final Map<String, Result> RESULTS = Map.of(
            RAN,
            Result.ACTED,
            INTERRUPTED,
            Result.FAILED,
            "recorded",
            Result.NOTHING_RUN,
            "expired",
            Result.NOTHING_RUN,
            "no_actions",
            Result.NOTHING_RUN);
    private static final Set<String> ACTION_OUTCOMES = Set.of(SUCCEEDED, "failed", "timed_out", "refused", "unknown");

    ReceiptPage {
        claims = List.copyOf(claims);
        problems = List.copyOf(problems);
    }

    /** An answer that is no page of receipts; the message is half a sentence. */
    static final class NoPageException extends Exception {
        private static final long serialVersionUID = 1L;

        NoPageException(String message) {
            super(message);
        }
    }

    /**
     * Reads an answer.
     *
     * @param after number that was asked after
     */
    static ReceiptPage read(JsonNode results, long after) throws NoPageException {
        long newest = WireJson.number(results, "newest")
                .filter(number -> number >= 0)
                .orElseThrow(() -> new NoPageException("does not say which receipt is its newest"));
        if (!(results.get("receipts") instanceof ArrayNode list)) {
            throw new NoPageException("has no list of receipts");
        }
        if (list.size() > MOST) {
            throw new NoPageException("has more than " + MOST + " receipts on one page");
        }
        List<Claim> claims = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        long last = after;
        for (JsonNode receipt : list) {
            long number = WireJson.number(receipt, "sequence").orElse(-1L);
            if (number <= last || number > newest) {
                throw new NoPageException(
                        "gives its receipts numbers that do not go up from " + after + " to its newest, " + newest);
            }
            last = number;
            try {
                claims.add(claim(number, receipt));
            } catch (NoPageException e) {
                problems.add("receipt " + number + " " + e.getMessage());
            }
        }
        return new ReceiptPage(newest, last, claims, problems);
    }

    private static Claim claim(long number, JsonNode receipt) throws NoPageException {
        String outcome = required(receipt, "outcome");
        Result result = RESULTS.get(outcome);
        if (result == null) {
            throw new NoPageException("has an outcome that is none");
        }
        Actions actions = new Actions();
        if (receipt.get("actions") instanceof ArrayNode list) {
            for (JsonNode action : list) {
                actions.add(action);
            }
        }
        String trouble = outcome.equals(INTERRUPTED) && actions.trouble.isEmpty()
                ? "its agent ended while actions were under way"
                : actions.trouble;
        return new Claim(
                number,
                noticeId(required(receipt, "notice")),
                required(receipt, "type"),
                required(receipt, "agent_id"),
                outcome.equals(RAN) && !trouble.isEmpty() ? Result.FAILED : result,
                outcome,
                printable(WireJson.text(receipt, "reason").orElse(""), TEXT),
                trouble,
                instant(receipt, "finished_at"),
                WireJson.compactText(actions.kept),
                actions.leftOut);
    }

    /** Agents name a notice by its id, or one without by the SHA-256 of its text, as this verifier does too. */
    private static String noticeId(String key) throws NoPageException {
        for (String kind : List.of("id:", "sha256:")) {
            if (key.startsWith(kind)) {
                return key.substring(kind.length());
            }
        }
        throw new NoPageException("names no notice");
    }

    /** The actions of one receipt, as far as there is room. */
    private static final class Actions {
        private final ArrayNode kept = WireJson.object().putArray("actions");
        private int bytes;
        private int leftOut;
        private String trouble = "";

        void add(JsonNode action) {
            String name = printable(WireJson.text(action, "name").orElse("?"), TEXT);
            String said = WireJson.text(action, "outcome").orElse("");
            String outcome = ACTION_OUTCOMES.contains(said) ? said : "unknown";
            String reason = printable(WireJson.text(action, "reason").orElse(""), TEXT);
            Optional<Long> exit = WireJson.number(action, "exit");
            if (trouble.isEmpty() && !outcome.equals(SUCCEEDED)) {
                trouble = name + ": " + outcome.replace('_', ' ')
                        + (reason.isEmpty()
                                ? exit.map(status -> ", exit status " + status).orElse("")
                                : ", " + reason);
            }
            ObjectNode json = WireJson.object().put("name", name).put("outcome", outcome);
            exit.ifPresentOrElse(status -> json.put("exit", status), () -> json.putNull("exit"));
            json.put("milliseconds", WireJson.number(action, "milliseconds").orElse(0L));
            json.put("reason", reason);
            for (String output : List.of("output", "output_end")) {
                WireJson.text(action, output).ifPresent(text -> json.put(output, cut(text, OUTPUT)));
            }
            int size = WireJson.compact(json).length;
            if (bytes + size > ACTIONS_BYTES) {
                leftOut++;
            } else {
                bytes += size;
                kept.add(json);
            }
        }
    }

    private static String required(JsonNode receipt, String member) throws NoPageException {
        return WireJson.nonEmptyText(receipt, member)
                .filter(text -> text.length() <= TEXT)
                .orElseThrow(() -> new NoPageException("has no " + member + ", or one that is too long"));
    }

    private static Optional<Instant> instant(JsonNode receipt, String member) {
        try {
            return WireJson.text(receipt, member).map(Instant::parse).filter(ReceiptPage::inOurEra);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** Where milliseconds can be counted. */
    private static boolean inOurEra(Instant time) {
        return time.isAfter(Instant.EPOCH) && time.isBefore(Instant.parse("9999-12-31T00:00:00Z"));
    }

    private static String cut(String text, int length) {
        return text.length() > length ? text.substring(0, length) + "..." : text;
    }

    private static String printable(String text, int length) {
        return cut(text, length)
                .replaceAll("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]", "?")
                .strip();
    }

    /** How many are no good, and why the first is not; for a log. */
    static String told(List<String> problems) {
        return String.format(Locale.ROOT, "%d left out, %s", problems.size(), problems.getFirst());
    }
}
