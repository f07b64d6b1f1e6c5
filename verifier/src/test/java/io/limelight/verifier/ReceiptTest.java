package io.limelight.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.core.http.HttpHandler;
import io.limelight.core.http.HttpReply;
import io.limelight.core.json.WireJson;
import io.limelight.verifier.testkit.TestMachine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What machines say they did about a notice, and what is made of it. */
class ReceiptTest extends RevocationTestBase {
    private static final String FAILED = "failed";

    private TestMachine failed;

    private void oneThatFails() throws Exception {
        verifier();
        failed = machine();
        verifier.add(FAILED, judged(failed));
        verifier.awaitPasses(FAILED, 1);
    }

    /** The id of the notice, once everybody is told. */
    private String told() throws Exception {
        fail(FAILED, failed);
        return settled().path("notice_id").asString();
    }

    private static ObjectNode receipt(long number, String key, String about, String outcome) {
        ObjectNode receipt = WireJson.object()
                .put("sequence", number)
                .put("notice", key)
                .put("type", "revocation")
                .put("agent_id", about)
                .put("received_at", "2026-08-03T07:14:14Z")
                .put("finished_at", "2026-08-03T07:14:15Z")
                .put("outcome", outcome)
                .put("reason", "");
        receipt.putArray("actions");
        return receipt;
    }

    private static ObjectNode with(ObjectNode receipt, String name, String outcome, int exit) {
        ((ArrayNode) receipt.get("actions"))
                .addObject()
                .put("name", name)
                .put("outcome", outcome)
                .put("exit", exit)
                .put("milliseconds", 12)
                .put("reason", "");
        return receipt;
    }

    private static HttpReply page(long newest, JsonNode... receipts) {
        ObjectNode results = WireJson.object().put("newest", newest);
        results.putArray("receipts").addAll(List.of(receipts));
        return HttpReply.success(results);
    }

    private JsonNode receipts(String notice) throws Exception {
        return verifier.get("/limelight/v1/revocations/" + notice + "/receipts").results();
    }

    /** Each of these is asked, and nothing of what it says of this notice is kept. */
    private static Map<String, HttpHandler> hostile(String notice) {
        String key = "id:" + notice;
        ObjectNode two = WireJson.object().put("newest", 2);
        two.putArray("receipts").add(receipt(2, key, FAILED, "ran")).add(receipt(1, key, FAILED, "ran"));
        Map<String, HttpHandler> hostile = new LinkedHashMap<>();
        hostile.put("garbage", _ -> HttpReply.success(WireJson.object().put("newest", "x")));
        hostile.put(
                "no-list",
                _ -> HttpReply.success(WireJson.object().put("newest", 1).put("receipts", "all")));
        hostile.put("error", _ -> HttpReply.refusal(500, "no"));
        hostile.put("huge", _ -> page(1, receipt(1, key, FAILED, "ran").put("reason", "x".repeat(5 << 20))));
        hostile.put("backwards", _ -> HttpReply.success(two));
        hostile.put("beyond", _ -> page(1, receipt(7, key, FAILED, "ran")));
        hostile.put("stranger", _ -> page(1, receipt(1, "id:0123456789abcdef", FAILED, "ran")));
        hostile.put("nameless", _ -> page(1, receipt(1, notice, FAILED, "ran")));
        hostile.put("about-other", _ -> page(1, receipt(1, key, "somebody", "ran")));
        hostile.put("other-type", _ -> page(1, receipt(1, key, FAILED, "ran").put("type", "comm_error")));
        hostile.put("made-up", _ -> page(1, receipt(1, key, FAILED, "saved the world")));
        return hostile;
    }

    @Test
    void whatIsNoReceiptOfAMachineForANoticeItWasToldOfIsLeftOut() throws Exception {
        oneThatFails();
        TestMachine all = machine();
        List<String> names = new ArrayList<>(hostile("").keySet());
        Map<String, TestMachine> liars = new LinkedHashMap<>();
        for (String name : names) {
            TestMachine liar = machine();
            liars.put(name, liar);
            verifier.add(name, liar.enrolment());
        }
        verifier.add("honest", all.enrolment());
        String notice = told();
        TestMachine late = machine();
        verifier.add("late", late.enrolment());
        late.receipts(1, _ -> page(1, receipt(1, "id:" + notice, FAILED, "ran")));
        hostile(notice)
                .forEach((name, answer) ->
                        java.util.Objects.requireNonNull(liars.get(name)).receipts(1, answer));
        // What is no number makes no good quote a bad one.
        all.nextQuotes(ask -> HttpReply.success(all.results(ask).toJson().put("newest_receipt", "many")));
        ObjectNode busy = receipt(2, "id:" + notice, FAILED, "ran");
        for (int i = 0; i < 400; i++) {
            with(busy, "action-" + i + "\u001b[2J" + "n".repeat(1000), i == 399 ? "timed_out" : "succeeded", 0);
        }
        all.receipts(
                2,
                call -> call.query("after").orElseThrow().equals("0")
                        ? page(2, busy, receipt(2, "id:" + notice, FAILED, "ran"))
                        : page(2));
        until(() ->
                liars.values().stream().noneMatch(liar -> liar.receiptsAsked().isEmpty())
                        && !late.receiptsAsked().isEmpty()
                        && !all.receiptsAsked().isEmpty());
        assertThat(receipts(notice).path("receipts"))
                .as("a page with a number twice is none")
                .isEmpty();
        all.receipts(3, _ -> page(3, busy, receipt(3, "id:" + notice, FAILED, "no_actions")));
        // The same machine again, as reactivating it forgets for how long it was not to be asked.
        verifier.reactivate("honest");
        until(() -> receipts(notice).path("receipts").size() == 1);
        JsonNode kept = receipts(notice).path("receipts").path(0);
        assertThat(kept.path("receiver").asString()).isEqualTo("honest");
        assertThat(kept.path("result").asString()).isEqualTo("failed");
        assertThat(kept.path("trouble").asString())
                .startsWith("action-399?[2J")
                .contains("timed out")
                .hasSizeLessThan(400);
        assertThat(kept.path("actions_left_out").intValue()
                        + kept.path("actions").size())
                .isEqualTo(400);
        assertThat(kept.path("actions").toString()).hasSizeLessThan(10_000).doesNotContain("\u001b");
        for (TestMachine liar : liars.values()) {
            assertThat(liar.receiptsAsked().size())
                    .as("asked again only after a while")
                    .isLessThan(4);
        }
        for (String name : names) {
            verifier.awaitPasses(name, 1);
        }
        JsonNode sums = revocations().path(0).path("receipts");
        assertThat(sums.path("failed").intValue()).isEqualTo(1);
        assertThat(sums.path("acted").intValue()).isZero();
        assertThat(sums.path("unknown").intValue()).as("%s", sums).isEqualTo(names.size() + 1);
    }

    @Test
    void receiptsAreFetchedOnceCountedAndSurviveARestart() throws Exception {
        oneThatFails();
        TestMachine acts = machine();
        TestMachine fails = machine();
        TestMachine other = machine();
        verifier.add("acts", acts.enrolment());
        verifier.add("fails", fails.enrolment());
        verifier.add("other", other.enrolment());
        String notice = told();
        String key = "id:" + notice;
        acts.receipts(1, _ -> page(1, with(receipt(1, key, FAILED, "ran"), "local_action_rm_ssh", "succeeded", 0)));
        fails.receipts(1, _ -> page(1, with(receipt(1, key, FAILED, "ran"), "local_action_rm_ssh", "failed", 1)));
        until(() -> receipts(notice).path("receipts").size() == 2);
        JsonNode sums = revocations().path(0).path("receipts");
        assertThat(sums)
                .isEqualTo(
                        WireJson.parse(
                                "{\"acted\": 1, \"failed\": 1, \"nothing_run\": 0, \"unknown\": 2, \"failures\":"
                                        + " [{\"receiver\": \"fails\", \"trouble\": \"local_action_rm_ssh: failed, exit status 1\"}]}"));
        assertThat(verifier.get("/limelight/v1/revocations/" + notice).results().path("receipts"))
                .isEqualTo(sums);
        JsonNode first = verifier.get("/limelight/v1/revocations/" + notice + "/receipts?limit=1")
                .results();
        assertThat(first.path("next_after").asString()).isEqualTo("acts");
        assertThat(first.path("receipts")
                        .path(0)
                        .path("actions")
                        .path(0)
                        .path("name")
                        .asString())
                .isEqualTo("local_action_rm_ssh");
        assertThat(verifier.get("/limelight/v1/revocations/" + notice + "/receipts?limit=2&after=acts")
                        .results()
                        .path("receipts")
                        .path(0)
                        .path("receiver")
                        .asString())
                .isEqualTo("fails");
        verifier.awaitPasses("acts", 3);
        assertThat(acts.receiptsAsked()).containsExactly(0L);

        verifier.restart();
        acts.receipts(2, _ -> page(2, receipt(2, key, FAILED, "no_actions")));
        until(() -> acts.receiptsAsked().size() > 1);
        verifier.awaitPasses("acts", 3);
        assertThat(acts.receiptsAsked().getLast()).as("goes on where it was").isEqualTo(1L);
        assertThat(revocations().path(0).path("receipts"))
                .as("the first one stands")
                .isEqualTo(sums);
    }

    @Test
    void aMachineThatCountsAnewIsReadFromTheFirst() throws Exception {
        oneThatFails();
        TestMachine machine = machine();
        verifier.add("machine", machine.enrolment());
        String notice = told();
        machine.receipts(9, _ -> page(9));
        until(() -> machine.receiptsAsked().size() == 1);
        machine.receipts(
                1,
                call -> call.query("after").orElseThrow().equals("0")
                        ? page(1, receipt(1, "id:" + notice, FAILED, "expired"))
                        : page(1));
        until(() -> receipts(notice).path("receipts").size() == 1);
        assertThat(machine.receiptsAsked()).containsExactly(0L, 9L, 0L);
        assertThat(receipts(notice).path("receipts").path(0).path("result").asString())
                .isEqualTo("nothing_run");
    }

    @Test
    void theMachineThatFailedIsAskedToo() throws Exception {
        oneThatFails();
        String notice = told();
        // Nobody asks it for quotes any more, so it cannot show that it has one.
        failed.receipts(1, _ -> page(1, receipt(1, "id:" + notice, FAILED, "ran")));
        until(() -> receipts(notice).path("receipts").size() == 1);
        assertThat(revocations().path(0).path("receipts").path("acted").intValue())
                .isEqualTo(1);
    }
}
