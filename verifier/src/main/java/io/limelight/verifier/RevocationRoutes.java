package io.limelight.verifier;

import io.limelight.core.api.AgentId;
import io.limelight.core.api.RevocationMessage;
import io.limelight.core.api.WireFormatException;
import io.limelight.core.http.Access;
import io.limelight.core.http.HttpCall;
import io.limelight.core.http.HttpHandler;
import io.limelight.core.http.HttpReply;
import io.limelight.core.http.Route;
import io.limelight.core.http.Routes;
import io.limelight.core.json.WireJson;
import io.limelight.core.revocation.RevocationNotice;
import io.limelight.store.StoreAnswers;
import io.limelight.store.StoreException;
import io.limelight.verifier.revocation.ChannelHealth;
import io.limelight.verifier.revocation.Dispatcher;
import io.limelight.verifier.revocation.NoticeIntake;
import io.limelight.verifier.revocation.Revocations;
import io.limelight.verifier.revocation.TrialResult;
import io.limelight.verifier.state.BrakeState;
import io.limelight.verifier.state.BrakeStore;
import io.limelight.verifier.state.Delivery;
import io.limelight.verifier.state.Delivery.Channel;
import io.limelight.verifier.state.NoticeStore;
import io.limelight.verifier.state.Outbox;
import io.limelight.verifier.state.Receiver;
import io.limelight.verifier.state.StoredNotice;
import io.limelight.verifier.state.StoredReceipt;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code /limelight/v1}: notices, notifiers, the brake and the stream of events. Shapes stand in {@code docs/api.md};
 * answers have Keylime's envelope. Observers may read, administrators may act too.
 */
final class RevocationRoutes {
    private static final int SMALL_BODY = 4 * 1024;
    /** The largest notice, each character of which may be escaped. */
    private static final int NOTICE_BODY = 2 * RevocationNotice.MAX_TEXT + (64 << 10);

    private static final int PAGE = 50;
    private static final int LARGEST_PAGE = 500;
    private static final String BASE = "/limelight/v1/";

    private final Revocations revocations;
    private final Outbox outbox;
    private final VerifierSettings settings;
    private final int noticeBody;

    /** Takes bodies of that many bytes at most, also where a route would take more. */
    RevocationRoutes(Revocations revocations, VerifierSettings settings, int largestBody) {
        this.revocations = revocations;
        this.outbox = revocations.outbox();
        this.settings = settings;
        this.noticeBody = Math.min(NOTICE_BODY, largestBody);
    }

    void addTo(Routes.Builder routes) {
        routes.add(read("revocations", "list_revocations", this::list))
                .add(act("revocations", "hand_in_revocation", noticeBody, this::handIn))
                .add(read("revocations/{notice}", "read_revocation", this::show))
                .add(read("revocations/{notice}/deliveries", "list_deliveries", this::deliveries))
                .add(read("revocations/{notice}/receipts", "list_receipts", this::receipts))
                .add(read("notifiers", "list_notifiers", _ -> notifiers()))
                .add(act("notifiers/test", "test_notifier", this::test))
                .add(read("brake", "read_brake", _ -> brake()))
                .add(act("brake/release", "release_brake", _ -> release()))
                .add(act("brake/discard", "discard_notices", _ -> discard()))
                .add(read("events", "read_events", this::events));
    }

    private static Route read(String path, String action, HttpHandler handler) {
        return new Route("GET", BASE + path, Access.OBSERVER, action, 0, StoreAnswers.guarded("verifier", handler));
    }

    private static Route act(String path, String action, HttpHandler handler) {
        return act(path, action, SMALL_BODY, handler);
    }

    private static Route act(String path, String action, int body, HttpHandler handler) {
        return new Route(
                "POST", BASE + path, Access.ADMINISTRATOR, action, body, StoreAnswers.guarded("verifier", handler));
    }

    // --- notices ---

    private HttpReply list(HttpCall call) {
        Optional<Integer> limit = limit(call);
        Optional<Long> before =
                call.query("before").map(RevocationRoutes::number).orElse(Optional.of(Long.MAX_VALUE));
        if (limit.isEmpty() || before.isEmpty()) {
            return badPage();
        }
        List<NoticeStore.Listed> page = outbox.notices().before(before.get(), limit.get());
        ObjectNode results = WireJson.object();
        ArrayNode notices = results.putArray("revocations");
        for (NoticeStore.Listed listed : page) {
            ObjectNode notice = summary(listed.notice());
            notices.add(sums(notice, listed));
        }
        if (page.size() == limit.get()) {
            results.put("next_before", page.getLast().notice().sequence());
        } else {
            results.putNull("next_before");
        }
        return HttpReply.success(results);
    }

    private static ObjectNode sums(ObjectNode notice, NoticeStore.Listed listed) {
        notice.set("deliveries", listed.deliveries());
        notice.set("receipts", listed.receipts());
        return notice;
    }

    private static ObjectNode summary(StoredNotice notice) {
        return WireJson.object()
                .put("sequence", notice.sequence())
                .put("notice_id", notice.id())
                .put("state", notice.state().word())
                .put("type", notice.type())
                .put("agent_id", notice.agentId())
                .put("event_id", notice.eventId())
                .put("severity_label", notice.severityLabel())
                .put("issued_at", notice.issuedAt().toString())
                .put("expires_at", notice.expiresAt().toString())
                .put("signed", !notice.signature().isEmpty())
                .put("handed_in", notice.handedIn());
    }

    /** What the brake holds must not leave by this way either: whoever has text and signature has the notice. */
    private HttpReply show(HttpCall call) {
        Optional<StoredNotice> found = outbox.notices().notice(call.variable("notice"));
        if (found.isEmpty()) {
            return unknown();
        }
        StoredNotice notice = found.get();
        ObjectNode results = summary(notice);
        results.put("msg", notice.msg());
        if (notice.withheld()) {
            results.putNull("signature");
        } else {
            results.put("signature", notice.signature());
        }
        return HttpReply.success(sums(results, outbox.notices().listed(notice)));
    }

    private HttpReply handIn(HttpCall call) {
        RevocationMessage message;
        try {
            message = RevocationMessage.from(call.json());
        } catch (IOException | WireFormatException e) {
            return HttpReply.refusal(400, "the body is no notice: a JSON object with the texts msg and signature");
        }
        return switch (revocations.take(message)) {
            case NoticeIntake.Outcome.Taken(StoredNotice notice, boolean known) ->
                HttpReply.success(summary(notice).put("known", known));
            case NoticeIntake.Outcome.Refused(boolean conflict, String reason) ->
                HttpReply.refusal(conflict ? 409 : 400, reason);
        };
    }

    private HttpReply deliveries(HttpCall call) {
        Optional<Integer> limit = limit(call);
        if (limit.isEmpty()) {
            return badPage();
        }
        Optional<StoredNotice> notice = outbox.notices().notice(call.variable("notice"));
        if (notice.isEmpty()) {
            return unknown();
        }
        String[] after = call.query("after").orElse("").split("/", 2);
        List<Delivery> page = outbox.deliveries()
                .deliveries(notice.get().sequence(), after[0], after.length > 1 ? after[1] : "", limit.get());
        ObjectNode results = WireJson.object();
        ArrayNode deliveries = results.putArray("deliveries");
        for (Delivery delivery : page) {
            ObjectNode one = deliveries.addObject();
            one.put("channel", delivery.channel().word());
            one.put("receiver", delivery.receiver());
            one.put("outcome", delivery.outcome().word());
            one.put("tries", delivery.tries());
            one.put("changed_at", delivery.changedAt().toString());
            nullable(one, "next_try", delivery.nextTry());
            one.put("detail", delivery.detail());
        }
        if (page.size() == limit.get()) {
            results.put(
                    "next_after",
                    page.getLast().channel().word() + "/" + page.getLast().receiver());
        } else {
            results.putNull("next_after");
        }
        return HttpReply.success(results);
    }

    private HttpReply receipts(HttpCall call) {
        Optional<Integer> limit = limit(call);
        if (limit.isEmpty()) {
            return badPage();
        }
        Optional<StoredNotice> notice = outbox.notices().notice(call.variable("notice"));
        if (notice.isEmpty()) {
            return unknown();
        }
        List<StoredReceipt> page = outbox.receipts()
                .receipts(notice.get().sequence(), call.query("after").orElse(""), limit.get());
        ObjectNode results = WireJson.object();
        ArrayNode receipts = results.putArray("receipts");
        page.forEach(receipt -> receipts.add(receipt(receipt)));
        if (page.size() == limit.get()) {
            results.put("next_after", page.getLast().receiver());
        } else {
            results.putNull("next_after");
        }
        return HttpReply.success(results);
    }

    private static ObjectNode receipt(StoredReceipt receipt) {
        StoredReceipt.Claim claim = receipt.claim();
        ObjectNode json = WireJson.object()
                .put("receiver", receipt.receiver())
                .put("number", claim.number())
                .put("result", claim.result().word())
                .put("outcome", claim.outcome())
                .put("reason", claim.reason())
                .put("trouble", claim.trouble());
        nullable(json, "finished_at", claim.finishedAt());
        json.put("received_at", receipt.receivedAt().toString());
        try {
            json.set("actions", WireJson.parse(claim.actions()));
        } catch (IOException e) {
            throw new StoreException("the actions of a receipt are damaged");
        }
        return json.put("actions_left_out", claim.leftOut());
    }

    private static HttpReply unknown() {
        return HttpReply.refusal(404, "notice not found");
    }

    private static Optional<Integer> limit(HttpCall call) {
        return call.query("limit")
                .map(text -> number(text)
                        .filter(limit -> limit >= 1 && limit <= LARGEST_PAGE)
                        .map(Math::toIntExact))
                .orElse(Optional.of(PAGE));
    }

    private static HttpReply badPage() {
        return HttpReply.refusal(
                400, "limit is a number from 1 to " + LARGEST_PAGE + ", before the sequence number of a notice");
    }

    private static Optional<Long> number(String text) {
        return text.matches("[0-9]{1,18}") ? Optional.of(Long.parseLong(text)) : Optional.empty();
    }

    private static void nullable(ObjectNode object, String name, Optional<Instant> time) {
        if (time.isPresent()) {
            object.put(name, time.get().truncatedTo(ChronoUnit.MILLIS).toString());
        } else {
            object.putNull(name);
        }
    }

    // --- notifiers ---

    private HttpReply notifiers() {
        Dispatcher dispatcher = revocations.dispatcher();
        Map<Channel, Long> waiting = outbox.deliveries().waiting();
        ObjectNode results = WireJson.object();
        ArrayNode notifiers = results.putArray("notifiers");
        for (Channel channel : Channel.values()) {
            ChannelHealth.Seen seen = dispatcher.health(channel);
            ObjectNode one = notifiers.addObject();
            one.put("name", channel.word());
            one.put("enabled", dispatcher.uses(channel));
            one.put("to", to(channel));
            one.put("waiting", waiting.getOrDefault(channel, 0L));
            nullable(one, "last_success", seen.lastSuccess());
            nullable(one, "last_failure", seen.lastFailure());
            one.put("last_problem", seen.lastProblem());
        }
        return HttpReply.success(results);
    }

    private String to(Channel channel) {
        Dispatcher dispatcher = revocations.dispatcher();
        return switch (channel) {
            case AGENT ->
                settings.notices().failedToo()
                        ? "every agent of this verifier"
                        : "every agent of this verifier but the one that failed";
            case WEBHOOK -> dispatcher.webhookAddress().orElse("");
            case ZEROMQ ->
                dispatcher
                        .publisherPort()
                        .map(port -> "tcp://" + settings.notices().zmqIp() + ":" + port)
                        .orElse("");
        };
    }

    private HttpReply test(HttpCall call) {
        ObjectNode body;
        try {
            body = call.json();
        } catch (IOException e) {
            return HttpReply.refusal(400, "the body is no JSON object");
        }
        Optional<Channel> channel = WireJson.text(body, "notifier").flatMap(Channel::named);
        if (channel.isEmpty()) {
            return HttpReply.refusal(400, "notifier is agent, webhook or zeromq");
        }
        if (!revocations.dispatcher().uses(channel.get())) {
            return HttpReply.refusal(
                    409,
                    "the notifier " + channel.get().word() + " is not switched on in this verifier's configuration");
        }
        Optional<Receiver> receiver = Optional.empty();
        if (channel.get() == Channel.AGENT) {
            Optional<String> id = WireJson.text(body, "agent_id");
            if (id.isEmpty() || AgentId.problem(id.get()).isPresent()) {
                return HttpReply.refusal(400, "agent_id names the agent to tell");
            }
            receiver = outbox.receivers().receiver(id.get());
            if (receiver.isEmpty()) {
                return HttpReply.refusal(404, "agent id not found");
            }
        }
        TrialResult result = revocations.test(channel.get(), receiver.orElse(null));
        return HttpReply.success(WireJson.object()
                .put("notifier", channel.get().word())
                .put("delivered", result.delivered())
                .put("detail", result.detail()));
    }

    // --- the brake ---

    private HttpReply brake() {
        BrakeState state = outbox.brake().state(settings.id());
        ObjectNode results = WireJson.object();
        results.put("engaged", state.engagedAt().isPresent());
        nullable(results, "engaged_at", state.engagedAt());
        results.put("held", state.held());
        results.put("failing", state.failing());
        results.put("threshold", state.threshold());
        results.put("window_seconds", BrakeStore.WINDOW.toSeconds());
        return HttpReply.success(results);
    }

    private HttpReply release() {
        return HttpReply.success(WireJson.object().put("released", revocations.release()));
    }

    private HttpReply discard() {
        return HttpReply.success(WireJson.object().put("discarded", revocations.discard()));
    }

    // --- events ---

    /** A browser sends the cursor as a header; who begins with one of an earlier day, as a parameter. */
    private HttpReply events(HttpCall call) {
        return revocations.feed().open(call.header("Last-Event-ID").or(() -> call.query("after")));
    }
}
