package io.limelight.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.limelight.core.api.HttpClients;
import io.limelight.core.api.OperationalState;
import io.limelight.core.json.WireJson;
import io.limelight.core.policy.boot.BootPolicy;
import io.limelight.core.tls.CertificatePins;
import io.limelight.core.tls.KeyMaterial;
import io.limelight.core.tpm.Fixtures;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import io.limelight.core.tpm.PcrValues;
import io.limelight.core.uefi.BootReplay;
import io.limelight.core.uefi.LogEditor;
import io.limelight.verifier.testkit.TestList;
import io.limelight.verifier.testkit.TestMachine;
import io.limelight.verifier.testkit.VerifierUnderTest.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import okhttp3.Call;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What machines proved is kept and told, and drafts of policies are tried on it. */
class EvidenceTest extends VerifierTestBase {
    private static final String LS = "/usr/bin/ls";
    private static final String CAT = "/usr/bin/cat";
    private static final String GOOD = TestList.policy("boot_aggregate", "boot", LS, "ls", CAT, "cat");
    private static final String STATE = Fixtures.text("real-boot/boot-a.mb_refstate.json");

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private TestMachine measuring() throws Exception {
        return machine().measures("boot_aggregate", "boot").measures(LS, "ls");
    }

    private static ObjectNode judged(TestMachine machine) {
        return machine.enrolment().put("runtime_policy", base64(GOOD));
    }

    private JsonNode evidence(String id, String query) throws IOException {
        Reply reply = verifier.get("/limelight/v1/agents/" + id + "/evidence" + query);
        return reply.status() == 200 ? reply.results() : WireJson.object();
    }

    private JsonNode awaitEntries(String id, int entries) {
        return await().atMost(Duration.ofSeconds(60))
                .until(
                        () -> evidence(id, ""),
                        kept -> kept.path("ima").path("entries").asInt(-1) == entries);
    }

    private List<JsonNode> timeline(String id) throws IOException {
        Reply reply = verifier.get("/limelight/v1/agents/" + id + "/timeline?limit=200");
        assertThat(reply.status()).isEqualTo(200);
        return reply.results().path("happenings").valueStream().toList().reversed();
    }

    private List<String> kinds(String id) throws IOException {
        return timeline(id).stream().map(one -> one.path("kind").asString()).toList();
    }

    private long count(String sql) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + verifier.database());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.getLong(1);
        }
    }

    // --- who may ask, and what for ---

    @Test
    void strangersGetNothingAndObserversReadAlone() throws Exception {
        KeyMaterial identity = TestMachine.newIdentity();
        verifier("observers = ['sha256:" + CertificatePins.fingerprint(identity.certificate()) + "']");
        verifier.add("m", judged(measuring()));
        awaitEntries("m", 2);
        OkHttpClient observer = verifier.clientAs(identity);
        try {
            for (String path : List.of("agents/m/timeline", "agents/m/evidence")) {
                assertThat(verifier.callAnonymously("GET", "/limelight/v1/" + path, null)
                                .status())
                        .isEqualTo(403);
                assertThat(verifier.call(observer, "GET", "/limelight/v1/" + path, null)
                                .status())
                        .isEqualTo(200);
            }
            assertThat(verifier.call(observer, "POST", "/limelight/v1/dry-runs", new byte[0])
                            .status())
                    .isEqualTo(403);
        } finally {
            HttpClients.close(observer);
        }
        for (String query : List.of("limit=0", "limit=x", "before=-1")) {
            assertThat(verifier.get("/limelight/v1/agents/m/timeline?" + query).status())
                    .as(query)
                    .isEqualTo(400);
        }
        assertThat(verifier.get("/limelight/v1/agents/m/evidence?ima_from=x").status())
                .isEqualTo(400);
        for (String what : List.of("timeline", "evidence")) {
            assertThat(verifier.get("/limelight/v1/agents/none/" + what).status())
                    .isEqualTo(404);
            assertThat(verifier.get("/limelight/v1/agents/..%2f/" + what).status())
                    .isIn(400, 404);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"runtime_policy\": \"%%\"}",
                "{\"runtime_policy\": \"e30=\"}",
                "{\"mb_policy\": \"{\"}",
                "{\"mb_policy\": \"{}\", \"runtime_policy\": \"e30=\"}",
                "{\"mb_policy\": \"{}\", \"agents\": 5}",
                "{\"mb_policy\": \"{}\", \"agents\": [\"../\"]}"
            })
    void whatIsNoDraftIsRefused(String body) throws Exception {
        verifier();
        Reply reply = verifier.call("POST", "/limelight/v1/dry-runs", body.getBytes(StandardCharsets.UTF_8));
        assertThat(reply.status()).as(reply.reason()).isEqualTo(400);
        assertThat(reply.reason()).isNotEmpty();
    }

    // --- what is kept ---

    @Test
    void whatAMachineProvedIsKeptAndGrowsWithIt() throws Exception {
        verifier();
        TestMachine machine = measuring();
        verifier.add("m", judged(machine));
        JsonNode kept = awaitEntries("m", 2);
        assertThat(kept.path("verdict").asString()).isEqualTo("passed");
        assertThat(kept.path("quote").asString()).startsWith("r");
        assertThat(kept.path("nonce").asString()).isNotEmpty();
        assertThat(kept.path("ak_name").asString()).startsWith("000b");
        assertThat(kept.path("boot_log").isNull()).isTrue();
        assertThat(kept.path("ima").path("rows").path(1).asString()).endsWith(LS);

        machine.measures(CAT, "cat");
        awaitEntries("m", 3);
        JsonNode page = evidence("m", "?ima_from=1&limit=1");
        assertThat(page.path("ima").path("rows").size()).isEqualTo(1);
        assertThat(page.path("ima").path("rows").path(0).asString()).endsWith(LS);
        assertThat(page.path("ima").path("next_from").asInt()).isEqualTo(2);
        assertThat(page.has("boot_log")).isFalse();
        assertThat(evidence("m", "?ima_from=2").path("ima").path("next_from").isNull())
                .isTrue();
    }

    @Test
    void aRowThatManyMachinesHaveIsStoredOnce() throws Exception {
        verifier();
        verifier.add("one", judged(measuring()));
        verifier.add("two", judged(machine().measures(LS, "ls").measures("boot_aggregate", "boot")));
        awaitEntries("one", 2);
        awaitEntries("two", 2);
        assertThat(count("SELECT COUNT(*) FROM ima_row")).isEqualTo(2);
        assertThat(evidence("two", "").path("ima").path("rows").path(0).asString())
                .endsWith(LS);
        verifier.delete("one");
        assertThat(count("SELECT COUNT(*) FROM evidence")).isEqualTo(1);
    }

    @Test
    void anotherBootBeginsAnew() throws Exception {
        verifier();
        TestMachine machine = measuring();
        verifier.add("m", judged(machine));
        awaitEntries("m", 2);
        machine.rebooted().measures("boot_aggregate", "boot");
        awaitEntries("m", 1);
        await().until(() -> kinds("m").contains("rebooted"));
        assertThat(kinds("m")).containsExactly("added", "passed", "rebooted");
    }

    @Test
    void aListWhoseBeginningIsNotKeptIsAskedForFromItsFirstEntry() throws Exception {
        verifier();
        TestMachine machine = measuring();
        verifier.add("m", judged(machine));
        awaitEntries("m", 2);
        verifier.stop();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + verifier.database());
                Statement statement = connection.createStatement()) {
            statement.execute("DELETE FROM ima_list");
            statement.execute("DELETE FROM evidence");
        }
        int before = machine.asks().size();
        verifier.begin();
        awaitEntries("m", 2);
        assertThat(machine.asks().get(before).imaEntry()).isZero();
        verifier.awaitPasses("m", 2);
        assertThat(machine.asks().getLast().imaEntry()).isEqualTo(2);
    }

    @Test
    void whereNothingIsToBeKeptNothingIs() throws Exception {
        verifier("evidence_max_size = 0");
        verifier.add("m", judged(measuring()));
        verifier.awaitPasses("m", 3);
        assertThat(verifier.get("/limelight/v1/agents/m/evidence").status()).isEqualTo(404);
        assertThat(count("SELECT COUNT(*) FROM ima_row")).isZero();
    }

    // --- what happened ---

    @Test
    void aFailureIsToldWithItsRowItsQuoteAndWhatToDo() throws Exception {
        verifier();
        TestMachine machine = measuring();
        verifier.add("m", judged(machine));
        awaitEntries("m", 2);
        machine.measures("/tmp/evil.sh", "rm -rf /");
        verifier.awaitState("m", OperationalState.INVALID_QUOTE);

        JsonNode failed = timeline("m").getLast();
        assertThat(failed.path("kind").asString()).isEqualTo("failed");
        assertThat(failed.path("times").asInt()).isEqualTo(1);
        assertThat(failed.path("answer").path("quote").asString()).startsWith("r");
        JsonNode failure = failed.path("failures").path(0);
        assertThat(failure.path("id").asString()).isEqualTo("ima.validation.ima-ng.not_in_allowlist");
        assertThat(failure.path("severity_label").asString()).isEqualTo("emergency");
        assertThat(failure.path("sentence").asString()).contains("/tmp/evil.sh");
        assertThat(failure.path("likely_causes").size()).isPositive();
        assertThat(failure.path("actions").size()).isPositive();
        assertThat(failure.path("evidence").path(0).toString()).isEqualTo("{\"in\":\"ima_list\",\"entry\":3}");
        assertThat(failure.path("context").path("line").asString()).contains("/tmp/evil.sh");

        JsonNode kept = awaitEntries("m", 3);
        assertThat(kept.path("verdict").asString()).isEqualTo("failed");
        assertThat(kept.path("ima").path("rows").path(2).asString()).endsWith("/tmp/evil.sh");

        verifier.reactivate("m");
        await().until(() -> kinds("m").size() > 4);
        assertThat(kinds("m")).containsExactly("added", "passed", "failed", "reactivated", "failed");
    }

    @Test
    void aMachineThatGoesOnFailingIsCountedAndToldWhenItPassesAgain() throws Exception {
        verifier("severity_policy = [{'event_id': '.*', 'severity_label': 'warning'}]");
        assertThat(verifier.call(
                                "POST",
                                "/v2.6/allowlists/p",
                                WireJson.compact(WireJson.object()
                                        .put("runtime_policy", base64(TestList.policy("boot_aggregate", "boot")))))
                        .status())
                .isEqualTo(201);
        TestMachine machine = measuring();
        verifier.add("m", machine.enrolment().put("runtime_policy_name", "p"));
        await().until(() -> timeline("m").getLast().path("times").asInt() > 2);
        assertThat(kinds("m")).containsExactly("added", "failed");
        verifier.call(
                "PUT", "/v2.6/allowlists/p", WireJson.compact(WireJson.object().put("runtime_policy", base64(GOOD))));
        await().until(() -> kinds("m").contains("passed"));
        verifier.call(
                "PUT",
                "/v2.6/allowlists/p",
                WireJson.compact(WireJson.object().put("runtime_policy", base64(GOOD + "\n"))));
        await().until(() -> kinds("m").contains("judged_by"));
        verifier.stopAgent("m");
        assertThat(kinds("m")).containsExactly("added", "failed", "passed", "judged_by", "stopped");
    }

    @Test
    void aMachineThatCannotBeReachedIsGivenUp() throws Exception {
        verifier();
        TestMachine machine = measuring();
        verifier.add("m", judged(machine));
        verifier.awaitPasses("m", 1);
        machine.down();
        verifier.awaitState("m", OperationalState.FAILED);
        JsonNode last = timeline("m").getLast();
        assertThat(last.path("kind").asString()).isEqualTo("given_up");
        assertThat(last.path("failures").path(0).path("id").asString()).isEqualTo("internal.verifier.not_reachable");
    }

    // --- what would become of them ---

    private record Event(String kind, JsonNode data) {}

    private Call dryRun(ObjectNode body) {
        return verifier.client()
                .newCall(new Request.Builder()
                        .url("https://127.0.0.1:" + verifier.port() + "/limelight/v1/dry-runs")
                        .post(RequestBody.create(WireJson.compact(body), (MediaType) null))
                        .build());
    }

    private List<Event> run(ObjectNode body) throws Exception {
        try (Response response = dryRun(body).execute()) {
            assertThat(response.code()).isEqualTo(200);
            List<Event> events = new ArrayList<>();
            BufferedSource source = response.body().source();
            String kind = "";
            while (!source.exhausted()) {
                String line = source.readUtf8LineStrict();
                if (line.startsWith("event: ")) {
                    kind = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    events.add(new Event(kind, WireJson.parse(line.substring(6))));
                }
            }
            return events;
        }
    }

    @Test
    void aDraftIsTriedOnWhatIsKeptAndEqualListsAreJudgedOnce() throws Exception {
        verifier();
        verifier.add("a", judged(measuring()));
        verifier.add("b", judged(measuring()));
        verifier.add("c", judged(measuring().measures(CAT, "cat")));
        verifier.add("d", machine().enrolment());
        awaitEntries("a", 2);
        awaitEntries("b", 2);
        awaitEntries("c", 3);
        awaitEntries("d", 0);

        String draft = base64(TestList.policy("boot_aggregate", "boot", LS, "ls"));
        List<Event> events = run(WireJson.object().put("runtime_policy", draft));
        assertThat(events.getFirst().kind()).isEqualTo("begin");
        assertThat(events.getFirst().data().path("agents").asInt()).isEqualTo(4);
        Map<String, JsonNode> results = new HashMap<>();
        events.stream()
                .filter(event -> event.kind().equals("result"))
                .forEach(event -> results.put(event.data().path("agent_id").asString(), event.data()));
        assertThat(results.get("a").path("verdict").asString()).isEqualTo("pass");
        assertThat(results.get("b").path("verdict").asString()).isEqualTo("pass");
        assertThat(results.get("c").path("verdict").asString()).isEqualTo("fail");
        assertThat(results.get("c").path("failures").path(0).path("sentence").asString())
                .contains(CAT);
        assertThat(results.get("d").path("verdict").asString()).isEqualTo("unknown");
        assertThat(results.get("d").path("reason").asString()).contains("measurement list is not kept");
        JsonNode end = events.getLast().data();
        assertThat(end.path("passed").asInt()).isEqualTo(2);
        assertThat(end.path("failed").asInt()).isEqualTo(1);
        assertThat(end.path("unknown").asInt()).isEqualTo(1);
        assertThat(end.path("judged").asInt()).isEqualTo(2);
        assertThat(verifier.state("c")).as("nothing becomes of it").isEqualTo(OperationalState.GET_QUOTE);

        ObjectNode some = WireJson.object().put("runtime_policy", draft);
        some.putArray("agents").add("c");
        assertThat(run(some)).hasSize(3);
        some.putArray("agents").add("c").add("none");
        assertThat(verifier.call("POST", "/limelight/v1/dry-runs", WireJson.compact(some))
                        .status())
                .isEqualTo(404);
    }

    @Test
    void aReaderThatLeavesHasCancelledItsRun() throws Exception {
        verifier();
        verifier.add("a", judged(measuring()));
        awaitEntries("a", 2);
        ObjectNode draft = WireJson.object().put("runtime_policy", base64(GOOD));
        for (int i = 0; i < 6; i++) {
            Call call = dryRun(draft);
            call.execute();
            call.cancel();
        }
        await().until(() -> {
            try (Response response = dryRun(draft).execute()) {
                return response.code() == 200 && response.body().string().contains("event: end");
            }
        });
    }

    @Test
    void keptEvidenceThatWasChangedProvesNothing() throws Exception {
        verifier();
        TestMachine machine = measuring();
        verifier.add("m", judged(machine));
        awaitEntries("m", 2);
        verifier.stopAgent("m");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + verifier.database());
                Statement statement = connection.createStatement()) {
            statement.execute("UPDATE evidence SET nonce = 'another'");
        }
        ObjectNode draft = WireJson.object().put("runtime_policy", base64(GOOD));
        assertThat(run(draft).get(1).data().path("reason").asString()).contains("does not prove");
    }

    @Test
    void aDraftOfAReferenceStateIsTriedOnBootLogs() throws Exception {
        verifier("measured_boot_policy_name = uefi-linux");
        PcrValues replay = BootReplay.of(LogEditor.log(LogEditor.REAL))
                .bank(HashAlgorithm.SHA256)
                .orElseThrow();
        Map<Integer, Octets> values = new HashMap<>();
        BootPolicy.MEASURED_BOOT_PCRS
                .pcrs()
                .forEach(pcr -> values.put(pcr, replay.value(pcr).orElseGet(() -> Octets.copyOf(new byte[32]))));
        TestMachine machine =
                machine().booted(LogEditor.bytes(LogEditor.REAL), PcrValues.of(HashAlgorithm.SHA256, values));
        verifier.add("m", machine.enrolment().put("mb_policy", STATE));
        await().until(() -> !evidence("m", "").path("boot_log").asString("").isEmpty());
        assertThat(Base64.getDecoder().decode(evidence("m", "").path("boot_log").asString()))
                .isEqualTo(LogEditor.bytes(LogEditor.REAL));

        assertThat(run(WireJson.object().put("mb_policy", STATE))
                        .get(1)
                        .data()
                        .path("verdict")
                        .asString())
                .isEqualTo("pass");
        JsonNode failed = run(WireJson.object().put("mb_policy", STATE.replace("root=", "root=x")))
                .get(1)
                .data();
        assertThat(failed.path("verdict").asString()).isEqualTo("fail");
        assertThat(failed.path("failures").path(0).path("id").asString()).isEqualTo("measured_boot.policy_uefi-linux");
    }
}
