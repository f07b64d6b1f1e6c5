package io.limelight.core.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.limelight.core.task.Cancellation;
import io.limelight.core.testkit.HostileServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPOutputStream;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Services that answer with anything but what was asked for: a typed error, in time, within memory, in sentences. */
class HostileAnswersTest {
    private static final AgentId ID = AgentId.of("m1");
    private static final Duration CALL = Duration.ofSeconds(2);
    /** For what is not about time: a busy machine must not make it so. */
    private static final Duration AMPLE = Duration.ofMinutes(2);
    /** Far below that. */
    private static final Duration SOON = Duration.ofSeconds(45);

    private static final String RECORD =
            "{\"code\":200,\"status\":\"Success\",\"results\":{\"aik_tpm\":\"a\",\"ek_tpm\":\"e\",\"regcount\":1}}";

    private OkHttpClient http = HttpClients.plain(HttpTimeouts.of(AMPLE));
    private HostileServer server;

    @AfterEach
    void stop() throws IOException {
        HttpClients.close(http);
        if (server != null) {
            server.close();
        }
    }

    private RegistrarClient client(HostileServer.Script script) throws IOException {
        server = HostileServer.plain(script);
        return new RegistrarClient(Endpoint.registrarForAgents("127.0.0.1", server.port()), http);
    }

    /** Asks for an agent and returns how that failed. */
    private ApiException failure(HostileServer.Script script) throws IOException {
        RegistrarClient client = client(script);
        ApiException failure = catchThrowableOfType(ApiException.class, () -> client.agent(ApiVersion.CURRENT, ID));
        assertThat(failure).isNotNull();
        assertThat(failure.getMessage())
                .startsWith(
                        "Could not read the registration of agent m1 (registrar at 127.0.0.1:" + server.port() + ")")
                .doesNotContain("\n", "\r", "\u001b", "Exception")
                .hasSizeLessThan(700);
        assertThat(failure.endpoint().port()).isEqualTo(server.port());
        return failure;
    }

    @Test
    void anHonestAnswerIsUnderstoodAndNothingIsGivenAway() throws Exception {
        RegistrarClient client = client((request, answer) -> answer.json(200, RECORD));
        assertThat(client.agent(ApiVersion.CURRENT, ID).value().aikTpm()).isEqualTo("a");
        HostileServer.Request request = server.requests().getFirst();
        assertThat(request.head()).startsWith("GET /v2.6/agents/m1 HTTP/1.1\n");
        assertThat(request.has("accept-encoding: identity\n")).isTrue();
        assertThat(request.has("user-agent: limelight\n")).isTrue();
        assertThat(request.has("cookie:") || request.has("authorization:") || request.has("referer:"))
                .isFalse();
    }

    // Refusals

    @ParameterizedTest
    @CsvSource({
        "400, false", "401, false", "403, false", "404, false", "405, false", "408, true", "409, false", "410, false",
        "413, false", "421, false", "429, true", "500, true", "501, false", "502, true", "503, true", "599, true",
    })
    void aRefusalSaysWhetherTryingAgainCanHelpAndIsNotRepeatedBehindOurBack(int status, boolean retryable)
            throws Exception {
        ApiException failure = failure((request, answer) -> answer.send("HTTP/1.1 " + status
                + " X\r\nRetry-After: 0\r\nWWW-Authenticate: Basic realm=\"x\"\r\nProxy-Authenticate: Basic realm=\"x\"\r\n"
                + "Content-Length: 48\r\n\r\n{\"code\":1,\"status\":\"because of it\",\"results\":{}}"));
        assertThat(failure).isInstanceOfSatisfying(ApiException.Refused.class, refused -> {
            assertThat(refused.status()).isEqualTo(status);
            assertThat(refused.mayHaveArrived()).isTrue();
        });
        assertThat(failure.retryable()).isEqualTo(retryable);
        assertThat(server.requests()).as("a request is made once").hasSize(1);
    }

    @Test
    void aPostIsNotRepeatedWhateverTheServerSuggests() throws Exception {
        for (int status : new int[] {408, 421, 503}) {
            try (HostileServer one = HostileServer.plain((request, answer) ->
                    answer.send("HTTP/1.1 " + status + " X\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n"))) {
                RegistrarClient client =
                        new RegistrarClient(Endpoint.registrarForAgents("127.0.0.1", one.port()), http);
                assertThatThrownBy(() -> client.activate(ApiVersion.CURRENT, ID, "tag"))
                        .isInstanceOf(ApiException.Refused.class);
                assertThat(one.requests()).as("%d", status).hasSize(1);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "{\"code\":404,\"status\":\"Agent not found\",\"results\":{}}          | Agent not found",
                "{\"errors\":[{\"status\":\"403\",\"title\":\"T\",\"detail\":\"the detail\"}]} | the detail",
                "{\"errors\":[{\"status\":\"403\",\"title\":\"the title\"}]}           | the title",
                "{\"errors\":[]}                                                       | Whatever",
                "{\"errors\":{}}                                                       | Whatever",
                "{\"status\":7}                                                        | Whatever",
                "[]                                                                    | Whatever",
                "<html>no</html>                                                       | Whatever",
                "''                                                                    | Whatever",
            })
    void theReasonIsFoundWhereverItStands(String body, String reason) throws Exception {
        ApiException failure = failure((request, answer) -> answer.json(404, body));
        assertThat(failure).isInstanceOfSatisfying(ApiException.Refused.class, refused -> {
            assertThat(refused.notFound()).isTrue();
            assertThat(refused.reason()).isEqualTo(reason);
        });
    }

    @Test
    void aReasonIsHarmlessToPrint() throws Exception {
        ApiException failure = failure((request, answer) ->
                answer.json(500, "{\"status\":\"\\u001b[2Jroot\\r\\n# \\u202e\\u2028" + "x".repeat(60_000) + "\"}"));
        assertThat(((ApiException.Refused) failure).reason())
                .hasSizeLessThan(400)
                .doesNotContain("\u001b", "\r", "\n", "\u202e", "\u2028");
    }

    @Test
    void aHugeRefusalIsARefusalAllTheSame() throws Exception {
        ApiException failure = failure((request, answer) -> answer.json(400, "x".repeat(10_000_000)));
        assertThat(failure)
                .isInstanceOfSatisfying(
                        ApiException.Refused.class,
                        refused -> assertThat(refused.status()).isEqualTo(400));
    }

    // Redirects

    @ParameterizedTest
    @ValueSource(ints = {300, 301, 302, 303, 304, 307, 308, 399})
    void aRedirectIsNotFollowed(int status) throws Exception {
        try (HostileServer elsewhere = HostileServer.plain((request, answer) -> answer.json(200, RECORD))) {
            ApiException failure =
                    failure((request, answer) -> answer.send("HTTP/1.1 " + status + " X\r\nLocation: http://127.0.0.1:"
                            + elsewhere.port() + "/v2.6/agents/m1\r\nContent-Length: 0\r\n\r\n"));
            assertThat(failure).isInstanceOf(ApiException.BadAnswer.class).hasMessageContaining("redirect");
            assertThat(elsewhere.connections()).isZero();
        }
    }

    // Sizes

    @Test
    void anAnswerOfAHundredMegabytesIsRefusedByItsAnnouncement() throws Exception {
        ApiException failure = failure((request, answer) -> {
            answer.send("HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n");
            answer.waitForTheEnd();
        });
        assertThat(failure).isInstanceOf(ApiException.BadAnswer.class).hasMessageContaining("larger than");
    }

    @Test
    void anEndlessAnswerIsReadToTheLimitAndNoFurther() throws Exception {
        byte[] chunk = ("10000\r\n" + "x".repeat(0x10000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        ApiException failure = failure((request, answer) -> {
            answer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            while (true) {
                answer.send(chunk);
            }
        });
        assertThat(failure).isInstanceOf(ApiException.BadAnswer.class).hasMessageContaining("larger than");
        assertThat(server.sent()).as("more than the limit was on offer").isGreaterThan(4L << 20);
    }

    /** CVE-2022-23951: Keylime inflated whatever an agent sent as a quote. Nothing is inflated here. */
    @Test
    void aCompressedAnswerIsRefusedHoweverSmall() throws Exception {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bomb)) {
            gzip.write(new byte[50_000_000]);
        }
        for (String header : new String[] {"Content-Encoding: gzip\r\n", "Content-Encoding: deflate\r\n", ""}) {
            try (HostileServer one = HostileServer.plain((request, answer) -> {
                answer.send("HTTP/1.1 200 OK\r\n" + header + "Content-Length: " + bomb.size() + "\r\n\r\n");
                answer.send(bomb.toByteArray());
            })) {
                RegistrarClient client =
                        new RegistrarClient(Endpoint.registrarForAgents("127.0.0.1", one.port()), http);
                assertThatThrownBy(() -> client.agents(ApiVersion.CURRENT)).isInstanceOf(ApiException.BadAnswer.class);
            }
        }
    }

    @Test
    void endlessHeadersEnd() throws Exception {
        ApiException failure = failure((request, answer) -> {
            answer.send("HTTP/1.1 200 OK\r\n");
            while (true) {
                answer.send("X-Header: " + "y".repeat(1000) + "\r\n");
            }
        });
        assertThat(failure).isInstanceOfAny(ApiException.Unreachable.class, ApiException.BadAnswer.class);
    }

    // Time

    private void impatient() {
        HttpClients.close(http);
        http = HttpClients.plain(HttpTimeouts.of(CALL));
    }

    private Duration timeUntil(Class<? extends ApiException> kind, HostileServer.Script script) throws IOException {
        impatient();
        long start = System.nanoTime();
        ApiException failure = failure(script);
        assertThat(failure).isInstanceOf(kind);
        assertThat(failure.retryable()).isTrue();
        assertThat(failure.mayHaveArrived()).isTrue();
        return Duration.ofNanos(System.nanoTime() - start);
    }

    @Test
    void silenceEndsInTime() throws Exception {
        assertThat(timeUntil(ApiException.TimedOut.class, (request, answer) -> answer.waitForTheEnd()))
                .isLessThan(SOON);
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void anAnswerByteByByteEndsInTime() throws Exception {
        assertThat(timeUntil(ApiException.TimedOut.class, (request, answer) -> {
                    answer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
                    while (true) {
                        answer.send(" ");
                        Thread.sleep(100);
                    }
                }))
                .isLessThan(SOON);
    }

    @Test
    void interimAnswersWithoutEndEndInTime() throws Exception {
        impatient();
        long start = System.nanoTime();
        assertThat(failure((request, answer) -> {
                    while (true) {
                        answer.send("HTTP/1.1 100 Continue\r\n\r\n");
                        Thread.sleep(20);
                    }
                }))
                .isInstanceOfAny(
                        ApiException.TimedOut.class, ApiException.Unreachable.class, ApiException.BadAnswer.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
    }

    // Connections

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200 OK\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"code\"",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                "HTTP/1.1 abc OK\r\n\r\n",
                "ICY 200 OK\r\n\r\n",
                "SSH-2.0-OpenSSH_9.2\r\n",
                "\u0015\u0003\u0001\u0000\u0002\u0002F",
            })
    void aConnectionThatBreaksOffOrMakesNoSenseIsUnreachable(String bytes) throws Exception {
        ApiException failure = failure((request, answer) -> answer.send(bytes).close());
        assertThat(failure).isInstanceOfAny(ApiException.Unreachable.class, ApiException.BadAnswer.class);
        assertThat(failure.mayHaveArrived()).isTrue();
        assertThat(server.requests()).as("not repeated").hasSize(1);
    }

    /** Keylime's agents close a connection that is idle for 5 s. */
    @Test
    void aQuestionIntoAConnectionThatHadEndedIsAskedOnceMore() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        RegistrarClient client = client((request, answer) -> {
            if (asked.incrementAndGet() == 2) {
                answer.close();
            } else {
                answer.json(200, RECORD);
            }
        });
        client.agent(ApiVersion.CURRENT, ID);
        assertThat(client.agent(ApiVersion.CURRENT, ID).value().aikTpm()).isEqualTo("a");
        assertThat(server.requests()).hasSize(3);
    }

    @Test
    void whatChangesSomethingIsNotSentTwice() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        RegistrarClient client = client((request, answer) -> {
            if (asked.incrementAndGet() == 2) {
                answer.close();
            } else {
                answer.json(200, RECORD);
            }
        });
        client.agent(ApiVersion.CURRENT, ID);
        assertThatThrownBy(() -> client.delete(ApiVersion.CURRENT, ID)).isInstanceOf(ApiException.Unreachable.class);
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void nobodyListening() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        RegistrarClient client = new RegistrarClient(Endpoint.registrarForAgents("127.0.0.1", port), http);
        assertThatThrownBy(() -> client.versions())
                .isInstanceOfSatisfying(ApiException.Unreachable.class, e -> {
                    assertThat(e.retryable()).isTrue();
                    assertThat(e.mayHaveArrived()).isFalse();
                })
                .hasMessageContaining("the connection is refused")
                .hasMessageContaining("address and port");
    }

    @Test
    void nobodyByThatName() {
        impatient();
        RegistrarClient client = new RegistrarClient(Endpoint.registrarForAgents("no-such-host.invalid", 8890), http);
        assertThatThrownBy(() -> client.versions())
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.mayHaveArrived()).isFalse())
                .isInstanceOfAny(ApiException.Unreachable.class, ApiException.TimedOut.class)
                .hasMessageContaining("no-such-host.invalid");
    }

    @Test
    void aTlsEndpointThatWaitsForPlainHttpIsGivenUp() throws Exception {
        impatient();
        server = HostileServer.plain((request, answer) -> answer.json(200, RECORD));
        RegistrarClient client = new RegistrarClient(
                Endpoint.registrar("127.0.0.1", server.port()),
                HttpClients.with(
                        http,
                        io.limelight.core.tls.ClientTls.trusting(
                                io.limelight.core.tls.TrustedCas.NONE, java.util.Optional.empty())));
        // It waits for the end of a head that is TLS; the time-out ends that.
        assertThatThrownBy(() -> client.agents(ApiVersion.CURRENT)).isInstanceOf(ApiException.class);
    }

    // Contents

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "\"x\"",
                "{",
                "{}",
                "{\"results\":null}",
                "{\"results\":[]}",
                "{\"results\":\"x\"}",
                "{\"results\":{}}",
                "{\"results\":{\"aik_tpm\":\"a\"}}",
                "{\"results\":{\"aik_tpm\":\"a\",\"ek_tpm\":null}}",
                "{\"results\":{\"aik_tpm\":\"a\",\"ek_tpm\":{}}}",
                "{\"results\":{\"aik_tpm\":\"a\",\"ek_tpm\":\"e\",\"port\":\"ssh\"}}",
                "{\"results\":{\"aik_tpm\":\"a\",\"ek_tpm\":\"e\",\"port\":70000}}",
                "{\"results\":{\"aik_tpm\":\"a\",\"ek_tpm\":\"e\",\"regcount\":1.5}}",
                "{\"results\":{\"aik_tpm\":\"a\",\"ek_tpm\":\"e\"},\"results\":{}}",
                "{\"results\":{\"aik_tpm\":\"a\",\"ek_tpm\":\"e\"}} x",
                "<html></html>",
            })
    void anAnswerOfAnotherShapeIsABadAnswer(String body) throws Exception {
        ApiException failure = failure((request, answer) -> answer.json(200, body));
        assertThat(failure)
                .isInstanceOf(ApiException.BadAnswer.class)
                .hasMessageContaining("Is this the address of a registrar?");
        assertThat(failure.retryable()).isFalse();
    }

    @Test
    void successWithoutDataComesInEveryShapeThatPeersUse() throws Exception {
        for (String body : new String[] {
            "{\"code\":200,\"status\":\"Success\",\"results\":{}}",
            "{\"code\":200,\"status\":\"Success\",\"results\":null}",
            "{}",
            ""
        }) {
            try (HostileServer one = HostileServer.plain((request, answer) -> answer.json(200, body))) {
                new RegistrarClient(Endpoint.registrarForAgents("127.0.0.1", one.port()), http)
                        .activate(ApiVersion.CURRENT, ID, "tag");
                assertThat(one.requests().getFirst().body()).isEqualTo("{\"auth_tag\":\"tag\"}");
            }
        }
        try (HostileServer one =
                HostileServer.plain((request, answer) -> answer.send("HTTP/1.1 204 No Content\r\n\r\n"))) {
            assertThat(new RegistrarClient(Endpoint.registrarForAgents("127.0.0.1", one.port()), http)
                            .delete(ApiVersion.CURRENT, ID))
                    .isTrue();
        }
    }

    // Stopping

    @Test
    void aCancelledCallEndsAtOnce() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        server = HostileServer.plain((request, answer) -> {
            asked.countDown();
            answer.waitForTheEnd();
        });
        Cancellation cancellation = new Cancellation();
        RegistrarClient client = new RegistrarClient(
                Endpoint.registrarForAgents("127.0.0.1", server.port()),
                HttpClients.plain(HttpTimeouts.of(Duration.ofMinutes(10))),
                cancellation);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread caller = Thread.ofVirtual().start(() -> {
            try {
                client.versions();
            } catch (ApiException e) {
                failure.set(e);
            }
        });
        asked.await();
        cancellation.cancel();
        assertThat(caller.join(SOON)).isTrue();
        assertThat(failure.get()).isInstanceOf(ApiException.Stopped.class).hasMessage("Cancelled.");
        assertThatThrownBy(client::versions)
                .as("a call after the cancellation does not even start")
                .isInstanceOf(ApiException.Stopped.class);
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void anInterruptedCallerIsStoppedToo() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        RegistrarClient client = client((request, answer) -> {
            asked.countDown();
            answer.waitForTheEnd();
        });
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread caller = Thread.ofVirtual().start(() -> {
            try {
                client.versions();
            } catch (ApiException e) {
                failure.set(e);
            }
        });
        asked.await();
        caller.interrupt();
        assertThat(caller.join(SOON)).isTrue();
        assertThat(failure.get()).isInstanceOf(ApiException.Stopped.class);
    }

    @Test
    void idsAndNamesDoNotLeaveTheirPlaceInThePath() throws Exception {
        server = HostileServer.plain((request, answer) -> answer.json(200, "{\"results\":{}}"));
        AgentClient agent = new AgentClient(Endpoint.agentWithoutTls("127.0.0.1", server.port()), http);
        agent.integrityQuote(ApiVersion.CURRENT, "nonce", "0x1&partial=0#\r\nX: y", false, 0);
        assertThat(server.requests().getFirst().head().lines().findFirst().orElseThrow())
                .isEqualTo("GET /v2.6/quotes/integrity?nonce=nonce&mask=0x1%26partial%3D0%23%0D%0AX%3A%20y&partial=1"
                        + "&ima_ml_entry=0 HTTP/1.1");
    }
}
