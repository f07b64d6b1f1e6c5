package io.limelight.core.api;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A page of what a Limelight verifier keeps of a machine's evidence ({@code docs/api.md}).
 *
 * @param receivedAt when the quote came, by the verifier's clock
 * @param verdict {@code passed} or {@code failed}
 * @param nonce the question
 * @param quote the answer, as it came
 * @param hashAlg its hash algorithm
 * @param clock its clock; null where none is told
 * @param bootLog base64; empty without, and on later pages
 * @param entries how many rows the list has
 * @param cut whether the list is longer than what is kept
 * @param rows of this page, as they came
 * @param nextFrom asks for the next page; empty on the last
 */
public record ProvedEvidence(
        Instant receivedAt,
        String verdict,
        String nonce,
        String quote,
        String hashAlg,
        @Nullable Clock clock,
        String bootLog,
        long entries,
        boolean cut,
        List<String> rows,
        OptionalLong nextFrom) {
    /** Copies. */
    public ProvedEvidence {
        rows = List.copyOf(rows);
    }

    /**
     * A quote's clock.
     *
     * @param clock milliseconds
     * @param resetCount boots
     * @param restartCount suspends
     */
    public record Clock(long clock, long resetCount, long restartCount) {}

    static ProvedEvidence from(JsonNode results, int limit) throws WireFormatException {
        ObjectNode object = Members.object(results, "the evidence");
        JsonNode ima = object.path("ima");
        JsonNode list = ima.path("rows");
        if (list.size() > limit) {
            throw new WireFormatException("the page has " + list.size() + " rows where " + limit + " were asked for");
        }
        List<String> rows = new ArrayList<>(list.size());
        for (JsonNode row : list) {
            if (!row.isString()) {
                throw new WireFormatException("the list rows holds something that is no text");
            }
            rows.add(row.stringValue());
        }
        Long next = ima.isObject() ? Members.number(ima, "next_from") : null;
        JsonNode clock = object.path("clock");
        return new ProvedEvidence(
                MachineTimeline.time(Members.requiredText(object, "received_at"), "received_at"),
                Texts.printable(Members.requiredText(object, "verdict"), 40),
                text(object, "nonce"),
                text(object, "quote"),
                text(object, "hash_alg"),
                clock.isObject()
                        ? new Clock(
                                Members.numberOr(clock, "clock", 0),
                                Members.numberOr(clock, "reset_count", 0),
                                Members.numberOr(clock, "restart_count", 0))
                        : null,
                text(object, "boot_log"),
                ima.isObject() ? Math.max(0, Members.numberOr(ima, "entries", 0)) : 0,
                ima.path("cut").asBoolean(false),
                rows,
                next == null ? OptionalLong.empty() : OptionalLong.of(next));
    }

    private static String text(ObjectNode object, String key) throws WireFormatException {
        String text = Members.textOnly(object, key);
        return text == null ? "" : text;
    }
}
