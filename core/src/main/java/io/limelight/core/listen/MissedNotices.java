package io.limelight.core.listen;

import io.limelight.core.api.ApiException;
import io.limelight.core.api.RevocationsClient;
import io.limelight.core.ca.CaException;
import io.limelight.core.json.WireJson;
import io.limelight.core.revocation.RevocationNotice;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads from a verifier's list what its stream of events can no longer tell: the notices after the last one known, the oldest
 * first. What could revoke nothing (no certificate of this CA, one that is revoked, unsigned, long expired) is not fetched, so
 * that a list of years costs its pages.
 */
final class MissedNotices {
    private static final int PAGE = 500;
    private static final int PAGES = 2_000;
    private static final int AT_ONCE = 100_000;
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,79}");

    private final RevocationsClient verifier;
    private final NoticeIntake intake;

    MissedNotices(RevocationsClient verifier, NoticeIntake intake) {
        this.verifier = verifier;
        this.intake = intake;
    }

    private record Wanted(String id, String agentId) {}

    /**
     * Acts on all of them.
     *
     * @return the position after them, with the same cursor
     * @throws CaException if one could not be acted on now; all are to be looked at again
     */
    FeedPosition takeAll(FeedPosition from, Instant now) throws ApiException, CaException {
        FeedPosition position = from.holdingNone();
        Deque<Wanted> wanted = new ArrayDeque<>();
        OptionalLong before = OptionalLong.empty();
        for (int page = 0; page < PAGES; page++) {
            JsonNode results = verifier.revocations(before, PAGE).path("results");
            for (JsonNode summary : results.path("revocations")) {
                long sequence = WireJson.number(summary, "sequence").orElse(0L);
                if (sequence <= from.settled()) {
                    continue;
                }
                if (text(summary, "state").equals("held")) {
                    position = position.holding(sequence);
                } else {
                    position = position.done(sequence);
                    wanted(summary, from.since(), now).ifPresent(wanted::addFirst);
                    if (wanted.size() > AT_ONCE) {
                        throw new CaException("the verifier lists more than " + AT_ONCE + " notices to act on");
                    }
                }
            }
            Optional<Long> next = WireJson.number(results, "next_before");
            boolean further = next.isPresent()
                    && next.get() > from.settled() + 1
                    && (before.isEmpty() || next.get() < before.getAsLong());
            if (!further) {
                break;
            }
            before = OptionalLong.of(next.orElseThrow());
        }
        for (Wanted one : wanted) {
            take(one, from.since());
        }
        return position;
    }

    private Optional<Wanted> wanted(JsonNode summary, Instant since, Instant now) throws CaException {
        String id = text(summary, "notice_id");
        String agentId = text(summary, "agent_id");
        boolean late = time(summary, "expires_at")
                        .filter(end -> !now.isBefore(end))
                        .isPresent()
                && time(summary, "issued_at").filter(at -> !at.isBefore(since)).isEmpty();
        return !late
                        && ID.matcher(id).matches()
                        && text(summary, "type").equals(RevocationNotice.REVOCATION)
                        && !text(summary, "state").equals("discarded")
                        && summary.path("signed").asBoolean(false)
                        && intake.concerns(agentId)
                ? Optional.of(new Wanted(id, agentId))
                : Optional.empty();
    }

    private void take(Wanted one, Instant since) throws ApiException, CaException {
        // An earlier one may have revoked it.
        if (!intake.concerns(one.agentId())) {
            return;
        }
        ObjectNode envelope;
        try {
            envelope = verifier.revocation(one.id());
        } catch (ApiException.Refused e) {
            if (e.notFound()) {
                return;
            }
            throw e;
        }
        JsonNode notice = envelope.path("results");
        String signature = text(notice, "signature");
        if (!signature.isEmpty()) {
            intake.mustTake(new NoticeIntake.Notice("the verifier's list", text(notice, "msg"), signature, since));
        }
    }

    private static String text(JsonNode object, String member) {
        return WireJson.text(object, member).orElse("");
    }

    private static Optional<Instant> time(JsonNode object, String member) {
        try {
            return WireJson.text(object, member).map(Instant::parse);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
