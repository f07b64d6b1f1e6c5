package io.limelight.console.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.limelight.console.fleet.FleetSnapshot.ServerKind;
import io.limelight.core.api.AgentId;
import io.limelight.core.ca.CertificateSubject;
import io.limelight.core.ca.ServiceCa;
import io.limelight.core.testkit.HostileServer;
import io.limelight.core.testkit.TestAuthority;
import io.limelight.core.tls.KeyMaterial;
import io.limelight.core.tls.ServerTls;
import io.limelight.core.tls.TrustedCas;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Verifiers that are not there, lie, answer half or too late: each is named as what it is, and nothing of it is believed. */
@Timeout(300)
class HostileServersTest {
    @TempDir
    static Path common;

    @TempDir
    Path folder;

    private HostileServer verifier;
    private FleetUnderTest console;

    @BeforeAll
    static void certificates() throws Exception {
        new ServiceCa(
                        new CertificateSubject("US", "MA", "Lexington", "Test", "53", "Test CA", 30, 2048, ""),
                        new SecureRandom(),
                        InstantSource.system())
                .ensure(common.resolve("cv_ca"), List.of("127.0.0.1"), new char[0], new char[0]);
    }

    @AfterEach
    void end() throws Exception {
        if (console != null) {
            console.close();
        }
        if (verifier != null) {
            verifier.close();
        }
    }

    private static ServerTls tls() throws Exception {
        Path ca = common.resolve("cv_ca");
        return new ServerTls(
                KeyMaterial.read(ca.resolve("server-private.pem"), ca.resolve("server-cert.crt"), new char[0]),
                TrustedCas.read(List.of(ca.resolve("cacert.crt"))),
                ServerTls.ClientAuth.REQUIRED);
    }

    private static int closedPort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void connect(int port, int timeout) throws Exception {
        Path file = folder.resolve("tenant.conf");
        Files.writeString(file, String.format(Locale.ROOT, """
                        [tenant]
                        verifier_ip = 127.0.0.1
                        verifier_port = %d
                        registrar_ip = 127.0.0.1
                        registrar_port = %d
                        tls_dir = %s
                        trusted_server_ca = ['cacert.crt']
                        request_timeout = %d
                        """, port, closedPort(), common.resolve("cv_ca"), timeout));
        console = new FleetUnderTest(file);
    }

    private void serve(HostileServer.Script script) throws Exception {
        verifier = HostileServer.tls(tls(), script);
        connect(verifier.port(), 30);
    }

    private FleetSnapshot down() {
        return console.await(FleetUnderTest::down);
    }

    private static String results(String json) {
        return "{\"code\": 200, \"status\": \"Success\", \"results\": " + json + "}";
    }

    private static String machine(String id, String more) {
        return "{\"agent_id\": \"" + id + "\", \"ip\": \"10.0.0.1\", \"port\": 9002, \"state\": \"trusted\","
                + " \"operational_state\": 3, \"attestation_count\": 5, \"last_received_quote_age\": 1,"
                + " \"last_successful_attestation_age\": 1, \"runtime_policy\": null, \"mb_policy\": null,"
                + " \"last_failure\": null" + more + "}";
    }

    private static String page(String machines, String next) {
        return results("{\"agents\": [" + machines + "], \"next_after\": " + next + "}");
    }

    private static boolean first(HostileServer.Request request) {
        return !request.head().lines().findFirst().orElse("").contains("after=");
    }

    @Test
    void nobodyThere() throws Exception {
        connect(closedPort(), 30);
        FleetSnapshot snapshot = down();
        assertThat(FleetUnderTest.code(snapshot)).isEqualTo("verifier.unreachable");
        assertThat(snapshot.machines()).isEmpty();
        assertThat(snapshot.told()).isEmpty();
        assertThat(snapshot.kind()).isEqualTo(ServerKind.UNKNOWN);
        assertThat(java.util.Objects.requireNonNull(snapshot.verifier().problem())
                        .whatToDo())
                .isNotEmpty();
        console.await(told -> told.registrar().on() == FleetSnapshot.Light.Status.DOWN);
        assertThat(java.util.Objects.requireNonNull(
                                console.fleet.latest().registrar().problem())
                        .code())
                .isEqualTo("registrar.unreachable");
    }

    @Test
    void oneThatNeverAnswers() throws Exception {
        verifier = HostileServer.tls(tls(), (request, answer) -> answer.waitForTheEnd());
        connect(verifier.port(), 1);
        assertThat(FleetUnderTest.code(down())).isEqualTo("verifier.slow");
    }

    @Test
    void oneThatBreaksOff() throws Exception {
        serve((request, answer) -> answer.send("HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n{\"code\": 200")
                .close());
        assertThat(FleetUnderTest.code(down())).isEqualTo("verifier.half");
    }

    @Test
    void oneOfAnotherAuthority() throws Exception {
        verifier = HostileServer.tls(
                TestAuthority.named("CN=other").server(ServerTls.ClientAuth.NONE),
                (request, answer) -> answer.json(200, page("", "null")));
        connect(verifier.port(), 30);
        assertThat(FleetUnderTest.code(down())).isEqualTo("verifier.untrusted");
        assertThat(verifier.requests()).isEmpty();
    }

    @Test
    void oneThatSpeaksNoTls() throws Exception {
        verifier = HostileServer.plain((request, answer) -> answer.json(200, page("", "null")));
        connect(verifier.port(), 5);
        assertThat(FleetUnderTest.code(down())).startsWith("verifier.");
    }

    @ParameterizedTest
    @CsvSource({"401, forbidden", "403, forbidden", "429, busy", "500, error", "503, busy"})
    void oneThatRefuses(int status, String kind) throws Exception {
        serve((request, answer) -> answer.json(status, "{\"errors\": [{\"detail\": \"not \\u202Eyou\"}]}"));
        FleetSnapshot snapshot = down();
        assertThat(FleetUnderTest.code(snapshot)).isEqualTo("verifier." + kind);
        assertThat(snapshot.verifier().toString()).doesNotContain("\u202E");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "garbage",
                "[]",
                "{}",
                "{\"results\": {\"agents\": {}}}",
                "{\"results\": {\"agents\": [7], \"next_after\": null}}",
                "{\"results\": {\"agents\": [{\"agent_id\": []}], \"next_after\": null}}",
                "{\"results\": {\"agents\": [], \"next_after\": 7}}",
                "{\"results\": {\"agents\": [{\"agent_id\": \"a\"}, {\"agent_id\": \"b\"}], \"next_after\": null}}"
            })
    void oneWhoseAnswerIsNone(String body) throws Exception {
        serve((request, answer) -> answer.json(200, body));
        assertThat(FleetUnderTest.code(down())).isEqualTo("verifier.answer");
    }

    @Test
    void aListThatLeadsBack() throws Exception {
        serve((request, answer) ->
                answer.json(200, page(first(request) ? machine("a", "") : machine("b", ""), "\"a\"")));
        FleetSnapshot snapshot = down();
        assertThat(FleetUnderTest.code(snapshot)).isEqualTo("verifier.lying-loop");
        assertThat(snapshot.machines()).isEmpty();
    }

    @Test
    void aListOfEmptyPages() throws Exception {
        AtomicInteger number = new AtomicInteger();
        serve((request, answer) -> answer.json(200, page("", "\"" + number.incrementAndGet() + "\"")));
        assertThat(FleetUnderTest.code(down())).isEqualTo("verifier.lying-loop");
    }

    @Test
    void aListThatNamesAMachineTwice() throws Exception {
        serve((request, answer) -> answer.json(200, page(machine("a", ""), first(request) ? "\"a\"" : "null")));
        assertThat(FleetUnderTest.code(down())).isEqualTo("verifier.lying-twice");
    }

    @Test
    void numbersBeyondReason() throws Exception {
        String odd = machine("a", "")
                .replace("\"attestation_count\": 5", "\"attestation_count\": 9223372036854775807")
                .replace("\"last_successful_attestation_age\": 1", "\"last_successful_attestation_age\": -99999");
        String older = machine("b", "")
                .replace("\"last_received_quote_age\": 1", "\"last_received_quote_age\": 9223372036854775807")
                .replace("\"operational_state\": 3", "\"operational_state\": -9223372036854775808");
        serve((request, answer) -> answer.json(
                200, request.head().contains("limit=1 ") ? page("", "null") : page(odd + "," + older, "null")));
        FleetSnapshot snapshot = console.await(told -> told.machines().size() == 2);
        Machine a = snapshot.byId().get(AgentId.of("a"));
        assertThat(a.lastPass()).isBeforeOrEqualTo(console.now());
        assertThat(snapshot.byId().get(AgentId.of("b")).standing()).isEqualTo(MachineState.PROVING);
    }

    @Test
    void namesThatAreNoneAreCountedAndThoseThatMisleadAreMadeHarmless() throws Exception {
        String machines = machine("good", ", \"x\": 1").replace("10.0.0.1", "evil\\u202E\\u0007" + "y".repeat(10_000))
                + "," + machine("x".repeat(10_000), "")
                + "," + machine("a\\u202Eb", "")
                + "," + machine("../../etc", "");
        serve((request, answer) ->
                answer.json(200, request.head().contains("limit=1 ") ? page("", "null") : page(machines, "null")));
        FleetSnapshot snapshot = console.await(told -> told.machines().size() == 1);
        assertThat(snapshot.remarks()).singleElement().satisfies(remark -> {
            assertThat(remark.code()).isEqualTo("verifier.odd-ids");
            assertThat(remark.whatHappened()).contains("3 machines");
            assertThat(remark.details()).hasSizeLessThan(500);
        });
        assertThat(snapshot.machines().getFirst().address())
                .hasSizeLessThan(300)
                .doesNotContain("\u202E", "\u0007");
    }

    @Test
    void oneInPushMode() throws Exception {
        serve((request, answer) -> answer.json(request.head().contains(" /version") ? 410 : 404, "{}"));
        FleetSnapshot snapshot = down();
        assertThat(FleetUnderTest.code(snapshot)).isEqualTo("verifier.push");
        assertThat(snapshot.kind()).isEqualTo(ServerKind.PUSH);
    }

    @Test
    void oneOfAnotherAge() throws Exception {
        serve((request, answer) -> {
            if (request.head().contains(" /version")) {
                answer.json(200, results("{\"current_version\": \"3.0\", \"supported_versions\": [\"1.0\", \"3.0\"]}"));
            } else {
                answer.json(404, "");
            }
        });
        assertThat(FleetUnderTest.code(down())).isEqualTo("verifier.version");
    }

    @Test
    void nobodyIsAskedTwiceAtOnce() throws Exception {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        serve((request, answer) -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            for (int i = 0; i < 5; i++) {
                console.fleet.refreshSoon();
            }
            now.decrementAndGet();
            answer.json(200, page("", "null"));
        });
        await().atMost(FleetUnderTest.SOON).until(() -> verifier.requests().size() > 5);
        assertThat(most.get()).isEqualTo(1);
    }

    @Test
    void closingEndsAQuestionUnderWay() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        serve((request, answer) -> {
            asked.countDown();
            answer.waitForTheEnd();
            ended.countDown();
        });
        assertThat(asked.await(60, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
        console.close();
        // Either way the server is rid of it; a reset ends the wait with an exception.
        verifier.close();
        assertThat(console.fleet.latest().verifier().on()).isEqualTo(FleetSnapshot.Light.Status.UNKNOWN);
        assertThat(ended.getCount()).isLessThanOrEqualTo(1);
    }

    // --- Keylime's ---

    private static String status(int state, long count, Instant pass) {
        return "{\"operational_state\": " + state + ", \"v\": \"c2VjcmV0\", \"ip\": \"10.0.0.7\", \"port\": 9002,"
                + " \"has_mb_refstate\": 0, \"has_runtime_policy\": 1, \"attestation_count\": " + count
                + ", \"last_received_quote\": " + pass.getEpochSecond()
                + ", \"last_successful_attestation\": " + pass.getEpochSecond() + "}";
    }

    @Test
    void theClockOfAKeylimeVerifierIsNotBelieved() throws Exception {
        Duration ahead = Duration.ofHours(1);
        AtomicInteger round = new AtomicInteger();
        serve((request, answer) -> {
            Instant theirs = console.now().plus(ahead);
            if (request.head().contains(" /limelight/")) {
                answer.json(404, "");
            } else if (request.head().contains(" /version")) {
                answer.json(200, results("{\"current_version\": \"2.5\", \"supported_versions\": [\"2.5\"]}"));
            } else {
                round.incrementAndGet();
                answer.json(
                        200,
                        results("{\"fresh\": " + status(3, round.get(), theirs) + ", \"stuck\": "
                                + status(3, 9, theirs.minus(Duration.ofMinutes(20))) + "}"));
            }
        });
        FleetSnapshot snapshot = console.await(told -> told.machines().size() == 2);
        Machine fresh = snapshot.byId().get(AgentId.of("fresh"));
        Machine stuck = snapshot.byId().get(AgentId.of("stuck"));
        assertThat(fresh.lastPass()).isBeforeOrEqualTo(console.now());
        assertThat(snapshot.state(fresh, Staleness.USUAL, console.now())).isEqualTo(MachineState.TRUSTED);
        assertThat(snapshot.state(stuck, Staleness.USUAL, console.now())).isEqualTo(MachineState.STALE);
    }

    @Test
    void aClockThatIsBehindCostsOneRefresh() throws Exception {
        AtomicInteger round = new AtomicInteger();
        serve((request, answer) -> {
            if (request.head().contains(" /limelight/")) {
                answer.json(404, "");
            } else if (request.head().contains(" /version")) {
                answer.json(404, "");
            } else {
                Instant theirs = console.now().minus(Duration.ofHours(1));
                answer.json(200, results("{\"m\": " + status(3, round.incrementAndGet(), theirs) + "}"));
            }
        });
        FleetSnapshot first = console.await(told -> told.machines().size() == 1);
        assertThat(first.state(first.machines().getFirst(), Staleness.USUAL, console.now()))
                .isEqualTo(MachineState.STALE);
        FleetSnapshot second =
                console.refresh(told -> told.machines().getFirst().attestations() > 1);
        assertThat(second.state(second.machines().getFirst(), Staleness.USUAL, console.now()))
                .isEqualTo(MachineState.TRUSTED);
    }

    @Test
    void aVerifierWithoutTheWholeListIsAskedForWhatIsLookedAt() throws Exception {
        serve((request, answer) -> {
            String line = request.head().lines().findFirst().orElse("");
            if (line.contains("/limelight/") || line.contains("/version")) {
                answer.json(404, "");
            } else if (line.contains("bulk")) {
                answer.json(500, "{}");
            } else if (line.contains("/agents/?")) {
                answer.json(200, results("{\"uuids\": [[\"a\"], [\"b\"], [\"c\"]]}"));
            } else {
                answer.json(200, results(status(9, 3, console.now())));
            }
        });
        FleetSnapshot snapshot = console.await(told -> told.machines().size() == 3);
        assertThat(snapshot.machines())
                .allSatisfy(machine -> assertThat(machine.standing()).isEqualTo(MachineState.PROVING));
        console.fleet.visible(List.of(AgentId.of("b")));
        FleetSnapshot looked =
                console.refresh(told -> told.byId().get(AgentId.of("b")).standing() == MachineState.FAILED);
        assertThat(looked.byId().get(AgentId.of("a")).standing()).isEqualTo(MachineState.PROVING);
        assertThat(verifier.requests().stream().filter(request -> request.head().contains("/agents/a")))
                .isEmpty();
        long details = verifier.requests().stream()
                .filter(request -> request.head().contains("/agents/b"))
                .count();
        long revision = looked.revision();
        console.refresh(told -> told.revision() > revision + 4);
        // Its details are not asked again with every refresh.
        assertThat(verifier.requests().stream()
                        .filter(request -> request.head().contains("/agents/b"))
                        .count())
                .isEqualTo(details);
    }
}
