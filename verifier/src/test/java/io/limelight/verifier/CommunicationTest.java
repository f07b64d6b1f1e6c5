package io.limelight.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.limelight.core.api.AgentStatus;
import io.limelight.core.api.ApiVersion;
import io.limelight.core.api.OperationalState;
import io.limelight.core.api.QuoteResults;
import io.limelight.core.http.HttpReply;
import io.limelight.core.json.WireJson;
import io.limelight.core.tls.KeyMaterial;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tpm.PcrMask;
import io.limelight.verifier.testkit.RawAgent;
import io.limelight.verifier.testkit.TestList;
import io.limelight.verifier.testkit.TestMachine;
import io.limelight.verifier.testkit.VerifierUnderTest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** Agents that are down, slow, changed or not agents at all. Retries: 3, each after 50 ms; requests end after 15 s. */
class CommunicationTest extends SharedVerifierTestBase {
    private static TestMachine.Answer status(int status) {
        return _ -> HttpReply.refusal(status, "not now");
    }

    /** Starts at a machine that does not listen; the port is nobody's. */
    private ObjectNode raw(KeyMaterial identity, int port) throws Exception {
        return machine()
                .enrolment()
                .put("cloudagent_port", port)
                .put("mtls_cert", PemFiles.certificate(identity.certificate()));
    }

    private void assertFailed(String event) {
        AgentStatus status = verifier.awaitState(id, OperationalState.FAILED);
        assertThat(status.lastEventId()).isEqualTo("internal.verifier." + event);
        assertThat(status.attestationStatus()).isEqualTo("FAIL");
        assertThat(status.severityLevel()).isEqualTo(6);
    }

    /** The reason as it is stored. */
    private String lastFailure() throws Exception {
        try (var connection = verifier.sql();
                var statement = connection.prepareStatement("SELECT last_failure FROM agent WHERE agent_id = ?")) {
            statement.setString(1, id);
            try (var result = statement.executeQuery()) {
                return result.next() ? String.valueOf(result.getString(1)) : "";
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 500})
    void aPassingTroubleOfTheAgentIsRetriedAndThenForgotten(int code) throws Exception {
        TestMachine machine = machine();
        verifier.add(id, machine.enrolment());
        verifier.awaitPasses(id, 2);
        int asked = machine.asks().size();
        machine.nextQuotes(status(code), status(code), status(code));
        verifier.awaitPasses(id, 2);
        assertThat(verifier.state(id)).isEqualTo(OperationalState.GET_QUOTE);
        assertThat(verifier.status(id).lastEventId()).isNull();
        assertThat(machine.asks().stream()
                        .skip(asked)
                        .filter(TestMachine.Ask::whole)
                        .count())
                .as("retries ask for a whole answer")
                .isEqualTo(3);
    }

    @Test
    void retriesAreVisibleAndCountAnewAfterASuccess() throws Exception {
        verifier("retry_interval = 0.4");
        TestMachine machine = machine();
        verifier.add(id, machine.enrolment());
        verifier.awaitPasses(id, 1);
        for (int i = 0; i < 2; i++) {
            machine.nextQuotes(status(500), status(500), status(500));
            AgentStatus retrying = verifier.awaitState(id, OperationalState.GET_QUOTE_RETRY);
            assertThat(retrying.attestationStatus()).isEqualTo("PASS");
            verifier.awaitState(id, OperationalState.GET_QUOTE);
        }
    }

    @Test
    void moreTroubleThanThereAreRetriesEndsInFailed() throws Exception {
        TestMachine machine = machine();
        machine.nextQuotes(Collections.nCopies(4, status(500)).toArray(new TestMachine.Answer[0]));
        verifier.add(id, machine.enrolment());
        assertFailed("not_reachable");
        assertThat(machine.asks()).hasSize(4);
        assertThat(lastFailure())
                .as("it was reached, and what it said is said")
                .contains("answered each of 4 requests for a quote with an error", "500", "not now")
                .doesNotContain("could not be reached");
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 405, 429, 501, 502, 503})
    void anyOtherStatusIsFinalAtOnce(int code) throws Exception {
        TestMachine machine = machine();
        machine.nextQuotes(status(code));
        verifier.add(id, machine.enrolment());
        assertFailed("no_quote");
        assertThat(machine.asks()).hasSize(1);
    }

    @Test
    void anAgentThatIsDownIsRetriedAndFailsAndNeverLooksLikeAPass() throws Exception {
        TestMachine machine = machine().down();
        verifier.add(id, machine.enrolment());
        while (verifier.state(id) != OperationalState.FAILED) {
            assertThat(verifier.status(id).attestationStatus()).isIn("PENDING", "FAIL");
        }
        assertFailed("not_reachable");
        assertThat(lastFailure()).contains("could not be reached for a quote");
        assertThat(verifier.status(id).attestationCount()).isZero();
    }

    @Test
    void anAgentThatComesBackInTimeGoesOn() throws Exception {
        TestMachine machine = machine();
        verifier.add(id, machine.enrolment());
        verifier.awaitPasses(id, 1);
        machine.down();
        verifier.awaitStatus(
                id,
                status -> status.state().orElseThrow() != OperationalState.GET_QUOTE
                        && status.state().orElseThrow() != OperationalState.PROVIDE_V);
        machine.up();
        await().atMost(VerifierUnderTest.SOON).until(() -> {
            if (verifier.state(id) == OperationalState.FAILED) {
                // On a busy computer the retries may be over before the machine is up again.
                verifier.reactivate(id);
            }
            return verifier.state(id) == OperationalState.GET_QUOTE;
        });
    }

    @Test
    void anotherCertificateAtTheSameAddressIsNotTheMachine() throws Exception {
        TestMachine machine = machine();
        verifier.add(id, machine.enrolment());
        verifier.awaitPasses(id, 1);
        machine.down().upAs(TestMachine.newIdentity());
        assertFailed("not_reachable");
    }

    /** Trusting the services' CA as the original does would let any holder of one of its certificates pose as the agent. */
    @Test
    void aCertificateOfTheServicesCaIsNotTheMachineEither() throws Exception {
        TestMachine machine = machine();
        verifier.add(id, machine.enrolment());
        verifier.awaitPasses(id, 1);
        machine.down().upAs(verifier.clientIdentity());
        assertFailed("not_reachable");
    }

    @Test
    void aMachineThatSpeaksNoTlsIsNotTheMachine() throws Exception {
        TestMachine machine = machine();
        verifier.add(id, machine.enrolment());
        verifier.awaitPasses(id, 1);
        machine.down();
        own(RawAgent.bare(machine.port(), (_, out) -> out.write(RawAgent.answer("200 OK", "", "{}"))));
        assertFailed("not_reachable");
    }

    static Stream<Arguments> speeches() {
        return Stream.of(
                Arguments.of("garbage", bytes("what?\r\n\r\n"), "not_reachable"),
                Arguments.of("nothing and hangs up", bytes(""), "not_reachable"),
                Arguments.of("no JSON", RawAgent.answer("200 OK", "", "<html>"), "exception"),
                Arguments.of("an array", RawAgent.answer("200 OK", "", "[]"), "exception"),
                Arguments.of("no results", RawAgent.answer("200 OK", "", "{\"code\":200}"), "exception"),
                Arguments.of(
                        "results that are a text",
                        RawAgent.answer("200 OK", "", "{\"code\":200,\"status\":\"Success\",\"results\":\"x\"}"),
                        "exception"),
                Arguments.of(
                        "a quote that is an object",
                        RawAgent.answer("200 OK", "", "{\"results\":{\"quote\":{\"a\":1}}}"),
                        "exception"),
                Arguments.of(
                        "a number where an index belongs",
                        RawAgent.answer("200 OK", "", "{\"results\":{\"ima_measurement_list_entry\":1e999}}"),
                        "exception"),
                Arguments.of(
                        "JSON nested a thousand deep",
                        RawAgent.answer("200 OK", "", "{\"results\":" + "[".repeat(1000) + "]".repeat(1000) + "}"),
                        "exception"),
                Arguments.of(
                        "a compressed body",
                        RawAgent.answer("200 OK", "Content-Encoding: gzip\r\n", "{}"),
                        "exception"),
                Arguments.of("no content", bytes("HTTP/1.1 204 No Content\r\n\r\n"), "exception"),
                Arguments.of(
                        "half a body",
                        bytes("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"results\":"),
                        "not_reachable"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** CVE-2022-3500: such answers stopped the original's polling and left the machine in a state that looked attested. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("speeches")
    void cve20223500NoAnswerLeavesAMachineUnwatchedAndTrusted(String what, byte[] speech, String event)
            throws Exception {
        TestMachine machine = machine();
        verifier.add(id, machine.enrolment());
        verifier.awaitPasses(id, 1);
        KeyMaterial identity = machine.identity();
        machine.down();
        own(RawAgent.overTls(identity, verifier.cas(), machine.port(), (_, out) -> out.write(speech)));
        assertFailed(event);
    }

    @Test
    void aRedirectIsNotFollowed() throws Exception {
        TestMachine elsewhere = machine();
        TestMachine machine = machine();
        machine.nextQuotes(ask -> new HttpReply.Empty(
                307,
                "Temporary Redirect",
                Map.of(
                        "Location",
                        "https://127.0.0.1:" + elsewhere.port() + "/v2.6/quotes/integrity?nonce=" + ask.nonce()
                                + "&mask=0x0&partial=0&ima_ml_entry=0")));
        verifier.add(id, machine.enrolment());
        assertFailed("exception");
        assertThat(elsewhere.asks()).isEmpty();
    }

    @Test
    void anAnswerOfAHundredMegabytesIsNotReadAndTheOthersGoOn() throws Exception {
        KeyMaterial identity = TestMachine.newIdentity();
        RawAgent agent = own(RawAgent.overTls(identity, verifier.cas(), 0, (_, out) -> {
            out.write(bytes("HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n{\"results\":{\"quote\":\""));
            byte[] block = new byte[1 << 16];
            Arrays.fill(block, (byte) 'r');
            for (int i = 0; i < 1600; i++) {
                out.write(block);
            }
        }));
        verifier.add(id, raw(identity, agent.port()));
        assertFailed("exception");
        assertThat(agent.connections()).isOne();
    }

    /** Rust agents send their whole measurement list whether it was asked for or not. */
    @Test
    void largeMeasurementListsThatNobodyAskedForAreNoTrouble() throws Exception {
        String list = "10 0000000000000000000000000000000000000000 ima-ng sha256:00 /file\n".repeat(6_000);
        for (int i = 0; i < 4; i++) {
            TestMachine machine = machine();
            machine.lying(r -> new QuoteResults(
                    r.quote(), r.hashAlg(), r.encAlg(), r.signAlg(), r.pubkey(), list, 0L, null, null));
            verifier.add(id + "-" + i, machine.enrolment());
        }
        for (int i = 0; i < 4; i++) {
            verifier.awaitPasses(id + "-" + i, 2);
            verifier.delete(id + "-" + i);
        }
    }

    @Test
    void anEndlessAnswerIsCutOff() throws Exception {
        KeyMaterial identity = TestMachine.newIdentity();
        RawAgent agent = own(RawAgent.overTls(identity, verifier.cas(), 0, (socket, out) -> {
            out.write(bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"));
            byte[] block = new byte[1 << 16];
            Arrays.fill(block, (byte) ' ');
            while (!socket.isClosed()) {
                out.write(bytes("10000\r\n"));
                out.write(block);
                out.write(bytes("\r\n"));
            }
        }));
        verifier.add(id, raw(identity, agent.port()));
        AgentStatus status = verifier.awaitState(id, OperationalState.FAILED);
        // Whichever comes first on this computer: the limit in bytes or the one in time.
        assertThat(status.lastEventId()).isIn("internal.verifier.exception", "internal.verifier.not_reachable");
    }

    @Test
    void anAnswerThatDripsEndsWithTheRequestTimeout() throws Exception {
        verifier("request_timeout = 0.5", "max_retries = 1");
        KeyMaterial identity = TestMachine.newIdentity();
        RawAgent agent = own(RawAgent.overTls(identity, verifier.cas(), 0, (socket, out) -> {
            out.write(bytes("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"));
            while (!socket.isClosed()) {
                out.write(' ');
                out.flush();
                Thread.sleep(50);
            }
        }));
        verifier.add(id, raw(identity, agent.port()));
        assertFailed("not_reachable");
        assertThat(agent.connections()).isEqualTo(2);
    }

    @Test
    void aHandshakeThatNeverComesEndsWithTheRequestTimeoutAndTheOthersGoOn() throws Exception {
        verifier("request_timeout = 3", "max_retries = 0");
        RawAgent agent = own(RawAgent.bare(0, (socket, _) -> {
            while (socket.getInputStream().read() >= 0) {
                // Swallows the handshake and says nothing.
            }
        }));
        TestMachine other = machine();
        verifier.add(id + "-other", other.enrolment());
        verifier.add(id, raw(TestMachine.newIdentity(), agent.port()));
        verifier.awaitPasses(id + "-other", 3);
        assertFailed("not_reachable");
    }

    @Test
    void aNameThatDoesNotResolveIsRetriedAndFails() throws Exception {
        verifier.add(id, machine().enrolment().put("cloudagent_ip", "no-such-machine.invalid"));
        assertFailed("not_reachable");
    }

    @ParameterizedTest
    @ValueSource(strings = {"::1", "[::1]"})
    void addressesOfIpv6AreUsedWithOrWithoutBrackets(String address) throws Exception {
        // Nobody listens there; what matters is that the address is understood.
        verifier.add(id, machine().enrolment().put("cloudagent_ip", address));
        AgentStatus status = verifier.awaitState(id, OperationalState.FAILED);
        assertThat(status.lastEventId()).isEqualTo("internal.verifier.not_reachable");
        assertThat(status.ip()).isEqualTo(address);
    }

    @Test
    void anAgentThatSpeaksAnOlderVersionIsAskedForItsVersions() throws Exception {
        TestMachine machine = machine().speaking(new ApiVersion(2, 2));
        verifier.add(id, machine.enrolment());
        verifier.awaitPasses(id, 2);
        assertThat(machine.asks()).extracting(TestMachine.Ask::version).containsOnly("2.2");
        verifier.restart();
        verifier.awaitPasses(id, 2);
        assertThat(machine.asks()).extracting(TestMachine.Ask::version).containsOnly("2.2");
    }

    @Test
    void anAgentThatHasAttestedMayOfferMoreButNotLess() throws Exception {
        TestMachine machine = machine().speaking(new ApiVersion(2, 2), new ApiVersion(2, 4));
        verifier.add(id, machine.enrolment().put("supported_version", "2.4"));
        verifier.awaitPasses(id, 2);
        machine.speaking(new ApiVersion(2, 5));
        verifier.awaitStatus(id, status -> machine.asks().getLast().version().equals("2.5"));
        machine.speaking(new ApiVersion(2, 2));
        assertFailed("version_not_supported");
        assertThat(machine.asks()).extracting(TestMachine.Ask::version).doesNotContain("2.2");
    }

    @Test
    void anAgentThatSpeaksNothingOfOursFails() throws Exception {
        verifier.add(id, machine().speaking(new ApiVersion(3, 0)).enrolment());
        assertFailed("version_not_supported");
    }

    @Test
    void anAgentThatRefusesTheVersionItOffersIsNotAskedForEver() throws Exception {
        TestMachine machine = machine();
        machine.nextQuotes(Collections.nCopies(
                        50, (TestMachine.Answer) _ -> HttpReply.refusal(400, "API version not supported: v2.6"))
                .toArray(new TestMachine.Answer[0]));
        verifier.add(id, machine.enrolment());
        assertFailed("version_not_supported");
        assertThat(machine.asks()).hasSize(4);
    }

    @Test
    void anUnknownPostedVersionMeansTheCurrentOne() throws Exception {
        TestMachine machine = machine();
        verifier.add(id, machine.enrolment().put("supported_version", "9.9"));
        verifier.awaitPasses(id, 1);
        assertThat(machine.asks().getFirst().version()).isEqualTo("2.6");
    }

    @Test
    void connectionsAreKeptAliveAndNotOpenedForEachQuote() throws Exception {
        TestMachine machine = machine();
        verifier.add(id, machine.enrolment());
        verifier.awaitPasses(id, 5);
        assertThat(machine.connections()).isOne();
    }

    /** TLS keeps buffers of the size of the largest record: the connection that a long list came by is not kept for months. */
    @Test
    void theConnectionThatAWholeMeasurementListCameByIsReplacedOnce() throws Exception {
        TestMachine machine = machine();
        String[] files = new String[800];
        for (int i = 0; i < files.length; i += 2) {
            files[i] = "/usr/bin/program-" + i;
            files[i + 1] = "content " + i;
            machine.measures(files[i], files[i + 1]);
        }
        verifier.add(
                id,
                machine.enrolment()
                        .put(
                                "runtime_policy",
                                Base64.getEncoder()
                                        .encodeToString(TestList.policy(files).getBytes(StandardCharsets.UTF_8))));
        verifier.awaitPasses(id, 6);
        assertThat(machine.connections()).isEqualTo(2);
        assertThat(verifier.status(id).lastEventId()).isNull();
    }

    /** Rust agents close a connection that is idle for 5 s; that is no trouble and counts as none. */
    @Test
    void aConnectionThatTheAgentHasClosedMeanwhileIsReplacedWithoutAWord() throws Exception {
        verifier("max_retries = 0");
        TestMachine machine = machine();
        Pattern request =
                Pattern.compile("GET /v([0-9.]+)/quotes/integrity\\?nonce=(\\w+)&mask=(\\w+)&partial=([01])&.*");
        RawAgent forgetful = own(RawAgent.forgetful(machine.identity(), verifier.cas(), line -> {
            Matcher ask = request.matcher(line);
            assertThat(ask.matches()).isTrue();
            return RawAgent.answer(
                    "200 OK",
                    "",
                    WireJson.compactText(WireJson.object()
                            .put("code", 200)
                            .put("status", "Success")
                            .set(
                                    "results",
                                    machine.results(new TestMachine.Ask(
                                                    ask.group(1),
                                                    ask.group(2),
                                                    PcrMask.parse(ask.group(3)),
                                                    ask.group(4).equals("0"),
                                                    0))
                                            .toJson())));
        }));
        verifier.add(id, machine.enrolment().put("cloudagent_port", forgetful.port()));
        verifier.awaitPasses(id, 5);
        assertThat(forgetful.connections()).isGreaterThanOrEqualTo(5);
        assertThat(verifier.status(id).lastEventId()).isNull();
    }

    /** CVE-2023-38200: idle connections kept the original's registrar from answering anybody else. */
    @Test
    void cve202338200IdleConnectionsDoNotKeepOthersOut() throws Exception {
        java.util.List<java.net.Socket> idle = new java.util.ArrayList<>();
        try {
            for (int i = 0; i < 200; i++) {
                idle.add(new java.net.Socket(java.net.InetAddress.getLoopbackAddress(), verifier.port()));
            }
            assertThat(verifier.get("/version").status()).isEqualTo(200);
            verifier.add(id, machine().enrolment());
            verifier.awaitPasses(id, 2);
        } finally {
            for (java.net.Socket socket : idle) {
                socket.close();
            }
        }
    }
}
