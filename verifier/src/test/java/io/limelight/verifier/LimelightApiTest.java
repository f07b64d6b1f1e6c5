package io.limelight.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.core.api.HttpClients;
import io.limelight.core.json.WireJson;
import io.limelight.core.tls.CertificatePins;
import io.limelight.core.tls.KeyMaterial;
import io.limelight.verifier.testkit.TestMachine;
import io.limelight.verifier.testkit.VerifierUnderTest.Reply;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** {@code /limelight/v1}: who may do what, pages, and the stream of events. */
class LimelightApiTest extends RevocationTestBase {
    private static final List<String> READ = List.of("agents", "revocations", "notifiers", "brake");
    private static final List<String> ACT = List.of(
            "revocations",
            "notifiers/test",
            "brake/release",
            "brake/discard",
            "agents/x/pause",
            "agents/x/resume",
            "agents/x/attest");

    /** One reader of the stream. */
    private final class Reader implements AutoCloseable {
        private final Call call;
        private final BufferedSource source;
        private String cursor = "";

        Reader(OkHttpClient client, @Nullable String header, String query) throws IOException {
            Request.Builder request =
                    new Request.Builder().url("https://127.0.0.1:" + verifier.port() + "/limelight/v1/events" + query);
            if (header != null) {
                request.header("Last-Event-ID", header);
            }
            this.call = client.newCall(request.build());
            Response response = call.execute();
            this.source = response.body().source();
        }

        /** The next event: its fields. */
        Map<String, String> next() throws IOException {
            Map<String, String> fields = new LinkedHashMap<>();
            while (true) {
                String line = source.readUtf8LineStrict();
                if (line.isEmpty() && !fields.isEmpty()) {
                    cursor = fields.getOrDefault("id", cursor);
                    return fields;
                }
                int colon = line.indexOf(':');
                if (colon > 0) {
                    fields.put(
                            line.substring(0, colon), line.substring(colon + 1).strip());
                }
            }
        }

        /** The next of that kind; the kinds before it. */
        JsonNode until(String kind, List<String> before) throws Exception {
            for (Map<String, String> event = next(); ; event = next()) {
                if (String.valueOf(event.get("event")).equals(kind)) {
                    return WireJson.parse(String.valueOf(event.get("data")));
                }
                before.add(String.valueOf(event.get("event")));
            }
        }

        @Override
        public void close() {
            // Without a farewell: an orderly end of TLS waits for the other side's, which comes with its next ping.
            call.cancel();
        }
    }

    private Reader reader(@Nullable String header) throws Exception {
        return own(new Reader(verifier.client(), header, ""));
    }

    // --- who may do what ---

    @Test
    void strangersAndMachinesGetNothing() throws Exception {
        verifier();
        for (String path : READ) {
            assertThat(verifier.callAnonymously("GET", "/limelight/v1/" + path, null)
                            .status())
                    .as(path)
                    .isEqualTo(403);
        }
        for (String path : ACT) {
            assertThat(verifier.callAnonymously("POST", "/limelight/v1/" + path, new byte[0])
                            .status())
                    .as(path)
                    .isEqualTo(403);
        }
        assertThat(verifier.callAnonymously("GET", "/limelight/v1/events", null).status())
                .isEqualTo(403);
        OkHttpClient machine = verifier.clientAs(TestMachine.newIdentity());
        try {
            org.assertj.core.api.Assertions.assertThatThrownBy(
                            () -> verifier.call(machine, "GET", "/limelight/v1/brake", null))
                    .isInstanceOf(IOException.class);
        } finally {
            HttpClients.close(machine);
        }
    }

    @Test
    void anObserverReadsAndDoesNothingElse() throws Exception {
        KeyMaterial identity = TestMachine.newIdentity();
        verifier("observers = ['sha256:" + CertificatePins.fingerprint(identity.certificate()) + "']");
        OkHttpClient observer = verifier.clientAs(identity);
        try {
            for (String path : READ) {
                assertThat(verifier.call(observer, "GET", "/limelight/v1/" + path, null)
                                .status())
                        .as(path)
                        .isEqualTo(200);
            }
            for (String path : ACT) {
                assertThat(verifier.call(observer, "POST", "/limelight/v1/" + path, new byte[0])
                                .status())
                        .as(path)
                        .isEqualTo(403);
            }
            // Reads of Keylime's routes show policies, metadata and, with return_v = clear, V.
            for (String path :
                    List.of("agents/", "agents/x", "agents/?bulk=1", "allowlists/", "allowlists/x", "mbpolicies/")) {
                Reply refused = verifier.call(observer, "GET", "/v2.6/" + path, null);
                assertThat(refused.status()).as(path).isEqualTo(403);
                assertThat(refused.body().at("/errors/0/detail").asString(""))
                        .contains("is for administrators; observers read", "/limelight/v1");
            }
            assertThat(verifier.call(observer, "DELETE", "/v2.6/agents/x", null).status())
                    .isEqualTo(403);
            try (Reader events = new Reader(observer, null, "")) {
                assertThat(events.next().get("event")).isEqualTo("open");
            }
        } finally {
            HttpClients.close(observer);
        }
    }

    @Test
    void anObserverUnderTheServicesCaIsNoAdministratorEither() throws Exception {
        verifier();
        KeyMaterial administrator = verifier.clientIdentity();
        verifier.stop();
        verifier.configure(io.limelight.verifier.testkit.VerifierUnderTest.QUICK + "observers = ['"
                + CertificatePins.fingerprint(administrator.certificate()) + "']\n");
        verifier.begin();
        assertThat(verifier.get("/limelight/v1/brake").status()).isEqualTo(200);
        assertThat(act("brake/release").status()).isEqualTo(403);
    }

    // --- pages ---

    @Test
    void badPagesAndUnknownNoticesAreSaidSo() throws Exception {
        verifier();
        for (String query : List.of("limit=0", "limit=501", "limit=x", "before=-1", "before=x")) {
            assertThat(verifier.get("/limelight/v1/revocations?" + query).status())
                    .as(query)
                    .isEqualTo(400);
        }
        assertThat(verifier.get("/limelight/v1/revocations/none").status()).isEqualTo(404);
        for (String part : List.of("deliveries", "receipts")) {
            assertThat(verifier.get("/limelight/v1/revocations/none/" + part).status())
                    .isEqualTo(404);
        }
        assertThat(verifier.get("/limelight/v1/events?after=nonsense").status()).isEqualTo(400);
    }

    @Test
    void pagesFollowEachOther() throws Exception {
        verifier();
        TestMachine failed = machine();
        for (int i = 0; i < 3; i++) {
            verifier.add("m" + i, judged(failed));
            verifier.awaitPasses("m" + i, 1);
        }
        failed.pcr(15, BAD);
        until(() -> revocations().size() == 3);
        JsonNode page = verifier.get("/limelight/v1/revocations?limit=2").results();
        assertThat(page.path("revocations")).hasSize(2);
        JsonNode rest = verifier.get("/limelight/v1/revocations?limit=2&before="
                        + page.path("next_before").longValue())
                .results();
        assertThat(rest.path("revocations")).hasSize(1);
        assertThat(rest.path("next_before").isNull()).isTrue();
        JsonNode notice = settled();
        String id = notice.path("notice_id").asString();
        until(() -> verifier.get("/limelight/v1/revocations/" + id + "/deliveries")
                        .results()
                        .path("deliveries")
                        .size()
                == 3);
        JsonNode first = verifier.get("/limelight/v1/revocations/" + id + "/deliveries?limit=2")
                .results();
        JsonNode second = verifier.get("/limelight/v1/revocations/" + id + "/deliveries?limit=2&after="
                        + first.path("next_after").asString())
                .results();
        assertThat(second.path("deliveries")).hasSize(1);
        assertThat(second.path("deliveries").path(0).path("receiver").asString())
                .isEqualTo("m2");
    }

    // --- events ---

    @Test
    void aReaderMissesNothingWhileItIsAway() throws Exception {
        verifier();
        TestMachine failed = machine();
        verifier.add("first", judged(failed));
        verifier.add("second", judged(failed));
        verifier.awaitPasses("first", 1);
        verifier.awaitPasses("second", 1);
        verifier.stopAgent("second");
        String cursor;
        try (Reader events = reader(null)) {
            assertThat(events.next().get("event")).isEqualTo("open");
            failed.pcr(15, BAD);
            JsonNode told = events.until("revocation", new ArrayList<>());
            assertThat(told.path("agent_id").asString()).isEqualTo("first");
            assertThat(told.path("msg").asString()).contains("\"agent_id\": \"first\"");
            assertThat(told.path("signature").asString()).isNotEmpty();
            JsonNode delivered = events.until("delivery", new ArrayList<>());
            assertThat(delivered.path("deliveries").toString()).isEqualTo("{\"agent\":{\"delivered\":2}}");
            cursor = events.cursor;
        }
        verifier.reactivate("second");
        until(() -> revocations().size() == 2);
        verifier.restart();
        try (Reader events = reader(cursor)) {
            List<String> before = new ArrayList<>();
            assertThat(events.until("revocation", before).path("agent_id").asString())
                    .isEqualTo("second");
            assertThat(before).containsExactly("open");
        }
        try (Reader events = own(new Reader(verifier.client(), null, "?after=start"))) {
            assertThat(events.until("revocation", new ArrayList<>())
                            .path("agent_id")
                            .asString())
                    .isEqualTo("first");
            assertThat(events.until("revocation", new ArrayList<>())
                            .path("agent_id")
                            .asString())
                    .isEqualTo("second");
        }
    }

    @Test
    void aCursorOfSomethingElseOrOfLongAgoIsReset() throws Exception {
        verifier();
        TestMachine failed = machine();
        verifier.add("failed", judged(failed));
        fail("failed", failed);
        settled();
        String epoch;
        try (Reader events = reader(null)) {
            epoch = String.valueOf(events.next().get("id")).substring(0, 8);
        }
        for (String cursor : List.of("00000000-1", epoch + "-999")) {
            try (Reader events = reader(cursor)) {
                assertThat(events.next().get("event")).as(cursor).isEqualTo("reset");
                assertThat(events.next().get("event")).isEqualTo("revocation");
            }
        }
        verifier.stop();
        try (var connection = verifier.sql();
                var statement = connection.createStatement()) {
            statement.execute("DELETE FROM event WHERE sequence = 1");
        }
        verifier.begin();
        try (Reader events = reader(epoch + "-0")) {
            assertThat(events.next().get("event")).isEqualTo("reset");
            assertThat(events.next().get("event")).isEqualTo("delivery");
        }
        try (Reader events = reader(epoch + "-1")) {
            assertThat(events.next().get("event")).isEqualTo("open");
        }
    }

    @Test
    void theVerifierStopsAlthoughSomebodyReads() throws Exception {
        verifier();
        try (Reader events = reader(null)) {
            events.next();
            long before = System.nanoTime();
            verifier.stop();
            assertThat(System.nanoTime() - before).isLessThan(4_000_000_000L);
            org.assertj.core.api.Assertions.assertThatThrownBy(events::next).isInstanceOf(IOException.class);
        }
    }
}
