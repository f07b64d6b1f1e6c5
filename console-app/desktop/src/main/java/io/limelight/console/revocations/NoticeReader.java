package io.limelight.console.revocations;

import io.limelight.console.machines.evidence.Printable;
import io.limelight.console.revocations.Notice.Outcome;
import io.limelight.console.revocations.NoticeDetail.Action;
import io.limelight.console.revocations.NoticeDetail.Delivery;
import io.limelight.console.revocations.NoticeDetail.Receipt;
import io.limelight.console.revocations.NoticeDetail.Result;
import io.limelight.core.json.WireJson;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads what a Limelight verifier tells of revocations. Whatever is odd is left out, cut or made printable; texts come from machines. */
final class NoticeReader {
    private static final int LONGEST = 300;
    private static final int MOST_ACTIONS = 64;

    private NoticeReader() {}

    static List<Notice> notices(JsonNode results, int most) {
        List<Notice> notices = new ArrayList<>();
        for (JsonNode each : results.path("revocations")) {
            if (notices.size() == most) {
                break;
            }
            if (each.isObject()) {
                notices.add(notice(each));
            }
        }
        return notices;
    }

    static OptionalLong next(JsonNode results) {
        Optional<Long> next = WireJson.number(results, "next_before");
        return next.isPresent() ? OptionalLong.of(next.get()) : OptionalLong.empty();
    }

    private static Notice notice(JsonNode each) {
        Map<Channel.Kind, Map<Outcome, Long>> deliveries = new EnumMap<>(Channel.Kind.class);
        for (Channel.Kind kind : List.of(Channel.Kind.AGENT, Channel.Kind.WEBHOOK, Channel.Kind.ZEROMQ)) {
            Map<Outcome, Long> counts = new EnumMap<>(Outcome.class);
            for (Outcome outcome : Outcome.values()) {
                long count = number(each.path("deliveries").path(kind.key()), outcome.key());
                if (count > 0) {
                    counts.put(outcome, count);
                }
            }
            if (!counts.isEmpty()) {
                deliveries.put(kind, counts);
            }
        }
        JsonNode said = each.path("receipts");
        return new Notice(
                number(each, "sequence"),
                text(each, "notice_id"),
                state(text(each, "state")),
                text(each, "type"),
                text(each, "agent_id"),
                text(each, "event_id"),
                text(each, "severity_label"),
                time(each, "issued_at"),
                each.path("signed").asBoolean(false),
                each.path("handed_in").asBoolean(false),
                deliveries,
                new Notice.Said(
                        number(said, "acted"),
                        number(said, "failed"),
                        number(said, "nothing_run"),
                        number(said, "unknown")));
    }

    private static Notice.State state(String word) {
        return switch (word) {
            case "new" -> Notice.State.NEW;
            case "open" -> Notice.State.OPEN;
            case "held" -> Notice.State.HELD;
            case "discarded" -> Notice.State.DISCARDED;
            default -> Notice.State.DONE;
        };
    }

    static Brake brake(JsonNode results) {
        return new Brake(
                results.path("engaged").asBoolean(false),
                time(results, "engaged_at"),
                number(results, "held"),
                number(results, "failing"),
                number(results, "threshold"),
                number(results, "window_seconds"));
    }

    static List<Channel> channels(JsonNode results) {
        Map<Channel.Kind, Channel> found = new EnumMap<>(Channel.Kind.class);
        for (JsonNode each : results.path("notifiers")) {
            Channel.Kind.named(text(each, "name")).ifPresent(kind -> {
                long waiting = number(each, "waiting");
                Instant success = time(each, "last_success");
                Instant failure = time(each, "last_failure");
                found.put(
                        kind,
                        new Channel(
                                kind,
                                Channel.light(each.path("enabled").asBoolean(false), waiting, success, failure),
                                text(each, "to"),
                                waiting,
                                success,
                                failure,
                                text(each, "last_problem")));
            });
        }
        List<Channel> channels = new ArrayList<>();
        for (Channel.Kind kind : List.of(Channel.Kind.AGENT, Channel.Kind.WEBHOOK, Channel.Kind.ZEROMQ)) {
            channels.add(found.getOrDefault(kind, new Channel(kind, Channel.Light.OFF, "", 0, null, null, "")));
        }
        return channels;
    }

    static List<Delivery> deliveries(JsonNode results) {
        List<Delivery> deliveries = new ArrayList<>();
        for (JsonNode each : results.path("deliveries")) {
            Channel.Kind.named(text(each, "channel"))
                    .ifPresent(kind -> deliveries.add(new Delivery(
                            kind,
                            text(each, "receiver"),
                            outcome(text(each, "outcome")),
                            number(each, "tries"),
                            time(each, "changed_at"),
                            time(each, "next_try"),
                            text(each, "detail"))));
        }
        return deliveries;
    }

    private static Outcome outcome(String word) {
        for (Outcome outcome : Outcome.values()) {
            if (outcome.key().equals(word)) {
                return outcome;
            }
        }
        return Outcome.UNKNOWN;
    }

    static List<Receipt> receipts(JsonNode results) {
        List<Receipt> receipts = new ArrayList<>();
        for (JsonNode each : results.path("receipts")) {
            List<Action> actions = new ArrayList<>();
            for (JsonNode action : each.path("actions")) {
                if (actions.size() == MOST_ACTIONS) {
                    break;
                }
                String outcome = text(action, "outcome");
                actions.add(new Action(
                        text(action, "name"),
                        outcome,
                        outcome.equals("succeeded"),
                        WireJson.number(action, "exit").orElse(null),
                        number(action, "milliseconds")));
            }
            receipts.add(new Receipt(
                    text(each, "receiver"),
                    switch (text(each, "result")) {
                        case "acted" -> Result.ACTED;
                        case "failed" -> Result.FAILED;
                        case "nothing_run" -> Result.NOTHING_RUN;
                        default -> Result.OTHER;
                    },
                    text(each, "trouble"),
                    actions,
                    number(each, "actions_left_out")
                            + Math.max(0, each.path("actions").size() - actions.size())));
        }
        return receipts;
    }

    /** The cursor of the next page, taken as it is. */
    static Optional<String> nextAfter(JsonNode results) {
        return WireJson.nonEmptyText(results, "next_after").filter(cursor -> cursor.length() <= LONGEST);
    }

    private static long number(JsonNode object, String member) {
        return Math.max(0, WireJson.number(object, member).orElse(0L));
    }

    private static String text(JsonNode object, String member) {
        return Printable.text(WireJson.text(object, member).orElse(""), LONGEST);
    }

    private static @Nullable Instant time(JsonNode object, String member) {
        try {
            return WireJson.text(object, member).map(Instant::parse).orElse(null);
        } catch (DateTimeException e) {
            return null;
        }
    }
}
