package io.limelight.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.core.json.LongText;
import io.limelight.core.json.WireJson;
import io.limelight.core.testkit.RawHttp;
import io.limelight.core.testkit.RawHttp.Reply;
import java.io.IOException;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A plain listener as the services configure it: what gets which answer. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HttpListenerTest {
    private static final int BODY = 1024;
    private static final String LONG = "10 \u00e9\ud83d\ude00 \"/usr/bin/\\x\"\n".repeat(60_000);

    private HttpListener listener;

    @BeforeAll
    void start() throws IOException {
        listener = start(routes(), Limits.SERVICE);
    }

    @AfterAll
    void stop() {
        listener.close();
    }

    private static HttpListener start(Routes routes, Limits limits) throws IOException {
        return HttpListener.start(
                "test",
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                Optional.empty(),
                routes,
                JsonStyle.COMPACT,
                limits);
    }

    private static Routes routes() {
        return Routes.builder()
                .versions("2.6"::equals)
                .get("/version", _ -> HttpReply.success())
                .get(
                        "/v{version}/agents/{id}",
                        call -> HttpReply.success(WireJson.object()
                                .put("id", call.variable("id"))
                                .put("q", call.query("q").orElse("none"))))
                .add(new Route(
                        "POST",
                        "/v{version}/agents/{id}",
                        Access.ANYONE,
                        "",
                        BODY,
                        call -> HttpReply.success(call.json())))
                .add(new Route(
                        "GET",
                        "/v{version}/admin",
                        Access.ADMINISTRATOR,
                        "read_admin",
                        0,
                        _ -> HttpReply.success(WireJson.object().put("secret", true))))
                .get("/fails", _ -> {
                    throw new IllegalStateException("the password is swordfish");
                })
                .get("/overflows", _ -> overflow(0))
                .get("/long", _ -> longReply(() -> new StringReader(LONG)))
                .get(
                        "/unreadable",
                        _ -> longReply(() -> {
                            throw new IOException("the disk is gone");
                        }))
                .get("/shrinks", _ -> {
                    AtomicInteger opened = new AtomicInteger();
                    return longReply(
                            () -> new StringReader(opened.getAndIncrement() == 0 ? LONG : LONG.substring(0, 500_000)));
                })
                .build();
    }

    private static HttpReply longReply(LongText text) {
        return HttpReply.longSuccess(WireJson.object().put("entry", 0).set("list", WireJson.longText(text)));
    }

    @Test
    void aTextThatIsReadWhileItIsWrittenArrivesWholeWithItsLength() throws Exception {
        Reply reply = request("GET", "/long");
        assertThat(reply.status()).isEqualTo(200);
        byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
        assertThat(reply.header("Content-Length")).isEqualTo(Integer.toString(body.length));
        assertThat(WireJson.parseObject(body).path("results").path("list").stringValue())
                .isEqualTo(LONG);
    }

    @Test
    void aTextThatCannotBeReadIsAnErrorOfTheServer() throws IOException {
        Reply reply = request("GET", "/unreadable");
        assertThat(reply.status()).isEqualTo(500);
        assertThat(reply.body()).doesNotContain("disk").contains("Internal Server Error");
    }

    @Test
    void aTextThatBecameShorterMeanwhileEndsBeforeItsPromisedLength() throws IOException {
        try (RawHttp http = RawHttp.plain(listener.port())) {
            Reply reply = http.request("GET", "/shrinks");
            assertThat(reply.body().getBytes(StandardCharsets.UTF_8).length)
                    .isLessThan(Integer.parseInt(String.valueOf(reply.header("Content-Length"))));
            assertThat(http.untilClosed()).isEmpty();
        }
    }

    @SuppressWarnings("InfiniteRecursion")
    private static HttpReply overflow(int depth) {
        return overflow(depth + 1);
    }

    private Reply request(String method, String target, String... headers) throws IOException {
        try (RawHttp http = RawHttp.plain(listener.port())) {
            return http.request(method, target, headers);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET,     /version,            200",
        "GET,     /version/,           200",
        "GET,     /v2.6/agents/a,      200",
        "GET,     /v2.6/agents/a/,     200",
        "GET,     /,                   404",
        "GET,     /v2.6/agents,        404",
        "GET,     /v2.6/agents/,       404",
        "GET,     /v2.6/agents/a/b,    404",
        "GET,     /v2.6,               404",
        "GET,     /V2.6/agents/a,      404",
        "GET,     /v2.7/agents/a,      404",
        "GET,     /v/agents/a,         404",
        "GET,     /v2.6.0/agents/a,    404",
        "GET,     /v02.6/agents/a,     404",
        "GET,     /v9999.9/agents/a,   404",
        "GET,     /version/version,    404",
        "POST,    /version,            405",
        "DELETE,  /v2.6/agents/a,      405",
        "HEAD,    /version,            405",
        "OPTIONS, /version,            405",
        "TRACE,   /version,            405",
        "get,     /version,            405",
        "BREW,    /version,            405",
    })
    void whatIsNotServedIsAnEmptyAnswerOfTheFramework(String method, String target, int status) throws IOException {
        Reply reply = request(method, target);
        assertThat(reply.status()).isEqualTo(status);
        if (status != 200) {
            assertThat(reply.header("Content-Type")).isEqualTo("text/html");
            assertThat(reply.body()).isEmpty();
        }
    }

    @Test
    void aWrongMethodIsToldWhichOnesThereAre() throws IOException {
        assertThat(request("PATCH", "/v2.6/agents/a").header("Allow")).isEqualTo("GET, POST");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v2.6/agents/../../etc/passwd",
                "/v2.6/agents/..",
                "/v2.6/agents/%2e%2e",
                "/v2.6/agents/%2e%2e%2fpasswd",
                "/v2.6/agents/a%2fb",
                "/v2.6/agents/a%2Fb",
                "/v2.6/agents/a%5cb",
                "/v2.6/agents/a\\b",
                "/v2.6/agents/%252e%252e",
                "/v2.6/agents/%00",
                "/v2.6/agents/a%0d%0aX-Evil:%201",
                "/v2.6/agents/%c0%ae%c0%ae",
                "/v2.6/agents/%ff",
                "/v2.6/agents/%",
                "/v2.6/agents/%4",
                "/v2.6/agents/%u002e",
                "/v2.6/agents/..;/b",
                "/v2.6/agents/;/",
                "//v2.6/agents/a",
                "/v2.6//agents/a",
                "/./version",
                "/x/../version",
                "*",
                "version",
                "http://elsewhere.example/v2.6/agents/..",
            })
    void anEncodedOrClimbingPathReachesNoHandlerAsAnythingElse(String target) throws IOException {
        try (RawHttp http = RawHttp.plain(listener.port())) {
            Reply reply = http.request("GET", target);
            assertThat(reply.status()).isIn(200, 400, 404);
            assertThat(reply.headers()).doesNotContainKey("x-evil");
            if (reply.status() == 200) {
                String id = reply.json().path("results").path("id").asString("");
                assertThat(id).doesNotContain("/", "..", "\r", "\n").doesNotStartWith(".");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/v2.6/agents/a;b,        semicolon",
        "/v2.6/agents/a;,         semicolon",
        "/v2.6;x=1/agents/a,      semicolon",
        "/version;,               semicolon",
        "/nowhere/a;b,            semicolon",
        "/v2.6/agents/..,         '. or ..'",
        "/v2.6/agents/x/../a,     '. or ..'",
        "/v2.6/agents/.,          '. or ..'",
        "/v2.6/agents/%2e%2e,     '. or ..'",
        "/v2.6/agents/..;/b,      '. or ..'",
        "/v2.6/agents/a%2fb,      slash",
        "/v2.6/agents/..%2f..,    slash",
        "/v2.6/agents/a%25b,      percent sign",
        "/v2.6//agents/a,         between two slashes",
        "/v2.6/agents/%0a,        control character",
        "/v2.6/agents/a%5cb,      backslash",
        "/v2.6/agents/a|b,        control character",
        "/v2.6/agents/%ff,        UTF-8",
        "/v2.6/agents/%00,        cannot be decoded",
        "/v2.6/agents/%zz,        cannot be decoded",
        "/v2.6/agents/%,          cannot be decoded",
        "/../../etc/passwd,       leads out",
        "/v2.6/agents/a#b,        '#'",
    })
    void aPathThatWouldBeReadAsAnotherIsRefusedWithASentence(String target, String why) throws IOException {
        Reply reply = request("GET", target);
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.reason())
                .startsWith("The path of the request ")
                .contains(why)
                .endsWith("without it.");
        assertThat(reply.json().path("code").asInt()).isEqualTo(400);
        assertThat(reply.json().path("results").isEmpty()).isTrue();
    }

    @Test
    void aSemicolonInAQueryIsNobodysBusiness() throws IOException {
        assertThat(request("GET", "/v2.6/agents/a?q=a;b")
                        .json()
                        .path("results")
                        .path("q")
                        .asString())
                .isEqualTo("a;b");
    }

    @ParameterizedTest
    @CsvSource({
        "/v2.6/agents/a?q=1,         1",
        "/v2.6/agents/a?q=1&q=2,     1",
        "/v2.6/agents/a?q=a%2Bb+c,   a+b c",
        "/v2.6/agents/a?q,           ''",
        "/v2.6/agents/a?Q=1,         none",
        "/v2.6/agents/a?,            none",
    })
    void queriesAreDecodedAndTheFirstValueCounts(String target, String q) throws IOException {
        assertThat(request("GET", target).json().path("results").path("q").asString())
                .isEqualTo(q);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v2.6/agents/a?q=%", "/v2.6/agents/a?q=%zz", "/v2.6/agents/a?%=1"})
    void aDamagedQueryIsABadRequest(String target) throws IOException {
        Reply reply = request("GET", target);
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.body()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "abc123                              | abc123",
                "a b;c<d>/../e_F                     | abcde_F",
                "0123456789012345678901234567890123456789 | 012345678901234567890123456789012345",
                "äöü                                 | \"\"",
            })
    void theRequestIdComesBackHarmless(String sent, String expected) throws IOException {
        assertThat(request("GET", "/version", "X-Request-ID: " + sent).header("X-Request-ID"))
                .isEqualTo(expected);
        assertThat(request("GET", "/nowhere", "X-Request-ID: " + sent).header("X-Request-ID"))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/fails", "/overflows"})
    void whatFailsInsideIsAFiveHundredWithoutDetails(String target) throws IOException {
        try (RawHttp http = RawHttp.plain(listener.port())) {
            Reply reply = http.request("GET", target);
            assertThat(reply.status()).isEqualTo(500);
            assertThat(reply.toString())
                    .doesNotContain("swordfish", "Exception", "Error:", "at io.", "java", "jetty", "Jetty");
            assertThat(request("GET", "/version").status()).isEqualTo(200);
        }
    }

    @Test
    void anAnswerDoesNotSayWhatServerThisIs() throws IOException {
        assertThat(request("GET", "/version").headers().keySet())
                .containsExactlyInAnyOrder("content-type", "content-length");
    }

    @Test
    void administratorsDoNotExistOnAPlainListener() throws IOException {
        Reply reply = request("GET", "/v2.6/admin");
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.body()).isEmpty();
    }

    @Test
    void severalRequestsShareAConnectionInOrder() throws IOException {
        try (RawHttp http = RawHttp.plain(listener.port())) {
            http.send("GET /v2.6/agents/a HTTP/1.1\r\nHost: x\r\n\r\nGET /v2.6/agents/b HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(http.reply().body()).contains("\"a\"");
            assertThat(http.reply().body()).contains("\"b\"");
            assertThat(http.request("GET", "/nowhere").status()).isEqualTo(404);
            assertThat(http.request("GET", "/version").status()).isEqualTo(200);
        }
    }

    @Test
    void anOldClientIsAnsweredAndLeft() throws IOException {
        try (RawHttp http = RawHttp.plain(listener.port())) {
            String all = http.send("GET /version HTTP/1.0\r\n\r\n").untilClosed();
            assertThat(all).startsWith("HTTP/1.1 200").contains("\"Success\"");
        }
    }

    // Bodies

    private Reply post(byte[] body, String... headers) throws IOException {
        try (RawHttp http = RawHttp.plain(listener.port())) {
            return http.request("POST", "/v2.6/agents/a", body, headers);
        }
    }

    private static byte[] object(int size) {
        return ("{\"a\":\"" + "x".repeat(size - 8) + "\"}").getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void aBodyOfExactlyTheLimitIsReadAndOneByteMoreIsNot() throws IOException {
        assertThat(post(object(BODY)).status()).isEqualTo(200);
        Reply refused = post(object(BODY + 1));
        assertThat(refused.status()).isEqualTo(413);
        assertThat(refused.reason()).contains("1025", "1024");
        assertThat(refused.json().path("code").asInt()).isEqualTo(413);
        assertThat(refused.json().path("results").isEmpty()).isTrue();
        assertThat(refused.header("Connection")).isEqualTo("close");
    }

    @Test
    void aHundredMegabytesAreRefusedBeforeTheyAreSent() throws IOException {
        try (RawHttp http = RawHttp.plain(listener.port())) {
            http.send("POST /v2.6/agents/a HTTP/1.1\r\nHost: x\r\nContent-Length: 104857600\r\n\r\n");
            assertThat(http.reply().status()).isEqualTo(413);
            http.untilClosed();
        }
    }

    @Test
    void aHundredMegabytesAnnouncedPolitelyAreNotAskedFor() throws IOException {
        try (RawHttp http = RawHttp.plain(listener.port())) {
            http.send("POST /v2.6/agents/a HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
                    + "Content-Length: 104857600\r\n\r\n");
            assertThat(http.reply().status()).isEqualTo(413);
        }
    }

    @Test
    void aPoliteClientIsAskedForAnAcceptableBody() throws IOException {
        try (RawHttp http = RawHttp.plain(listener.port())) {
            http.send("POST /v2.6/agents/a HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
            http.send("{}");
            assertThat(http.reply().status()).isEqualTo(200);
        }
    }

    @Test
    void anEndlessChunkedBodyIsCutAtTheLimit() throws IOException {
        try (RawHttp http = RawHttp.plain(listener.port())) {
            http.send("POST /v2.6/agents/a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
            String chunk = "200\r\n" + "x".repeat(0x200) + "\r\n";
            http.send(chunk.repeat(3));
            assertThat(http.reply().status()).isEqualTo(413);
            http.untilClosed();
        }
    }

    @Test
    void aChunkedBodyOfExactlyTheLimitIsRead() throws IOException {
        try (RawHttp http = RawHttp.plain(listener.port())) {
            http.send("POST /v2.6/agents/a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
            String body = new String(object(BODY), StandardCharsets.US_ASCII);
            http.send("1\r\n{\r\n3ff\r\n" + body.substring(1) + "\r\n0\r\n\r\n");
            assertThat(http.reply().status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "br", "GZIP", "identity, gzip", "x"})
    void aCompressedBodyIsRefusedUnread(String encoding) throws IOException {
        Reply reply = post("{}".getBytes(StandardCharsets.US_ASCII), "Content-Encoding: " + encoding);
        assertThat(reply.status()).isEqualTo(415);
        assertThat(reply.header("Connection")).isEqualTo("close");
    }

    @Test
    void aBodyWhereNoneBelongsIsRefused() throws IOException {
        try (RawHttp http = RawHttp.plain(listener.port())) {
            assertThat(http.request("GET", "/version", new byte[] {'x'}).status())
                    .isEqualTo(413);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // Requests that two servers in a row would take apart differently ("request smuggling").
                "POST /v2.6/agents/a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST /v2.6/agents/a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
                "POST /v2.6/agents/a HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
                "POST /v2.6/agents/a HTTP/1.1\r\nHost: x\r\nContent-Length: 1e3\r\n\r\n",
                "POST /v2.6/agents/a HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
                "POST /v2.6/agents/a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n",
                "POST /v2.6/agents/a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "POST /v2.6/agents/a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
                "GET /version HTTP/1.1\r\nHost : x\r\n\r\n",
                "GET /version HTTP/1.1\r\n\r\n",
                "GET /version HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
                "GET /version HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n",
                "GET /version HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\n\r\n",
                "GET /version HTTP/3.0\r\nHost: x\r\n\r\n",
                "GET /version HTTP/2.0\r\nHost: x\r\n\r\n",
                "GET /version\r\n\r\n",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                "\0\0\0\0\0\0\0\0\r\n\r\n",
                "SSH-2.0-OpenSSH_9.2\r\n",
                "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003\r\n\r\n",
            })
    void whatIsNoCleanRequestEndsTheConnection(String bytes) throws IOException {
        try (RawHttp http = RawHttp.plain(listener.port())) {
            String all = http.send(bytes).untilClosed();
            assertThat(all).doesNotContain(" 200 ").doesNotContain("xception").doesNotContain("etty");
            if (!all.isEmpty()) {
                assertThat(all)
                        .doesNotContain("path of the request")
                        .containsPattern("^HTTP/1\\.1 (400|413|414|426|431|501|505) ");
            }
        }
        assertThat(request("GET", "/version").status()).isEqualTo(200);
    }

    @Test
    void junkBehindARequestIsNotAnotherOne() throws IOException {
        try (RawHttp http = RawHttp.plain(listener.port())) {
            http.send("GET /version HTTP/1.1\r\nHost: x\r\n\r\n\u0001\u0002 junk\r\n\r\nGET /version HTTP/1.1\r\n");
            assertThat(http.reply().status()).isEqualTo(200);
            assertThat(http.reply().status()).isEqualTo(400);
            assertThat(http.untilClosed()).isEmpty();
        }
    }

    @Test
    void oversizedHeadsAreRefused() throws IOException {
        try (RawHttp http = RawHttp.plain(listener.port())) {
            assertThat(http.send("GET /version HTTP/1.1\r\nHost: x\r\nX: " + "x".repeat(20_000) + "\r\n\r\n")
                            .untilClosed())
                    .startsWith("HTTP/1.1 431 ");
        }
        try (RawHttp http = RawHttp.plain(listener.port())) {
            assertThat(http.send("GET /version HTTP/1.1\r\nHost: x\r\n" + "X: y\r\n".repeat(5_000) + "\r\n")
                            .untilClosed())
                    .startsWith("HTTP/1.1 431 ");
        }
        try (RawHttp http = RawHttp.plain(listener.port())) {
            assertThat(http.send("GET /" + "x".repeat(20_000) + " HTTP/1.1\r\nHost: x\r\n\r\n")
                            .untilClosed())
                    .startsWith("HTTP/1.1 414 ");
        }
    }

    // Starting and stopping

    @Test
    void aTakenPortIsASentence() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> HttpListener.start(
                                    "test",
                                    new InetSocketAddress(InetAddress.getLoopbackAddress(), taken.getLocalPort()),
                                    Optional.empty(),
                                    routes(),
                                    JsonStyle.COMPACT,
                                    Limits.SERVICE)
                            .close())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("127.0.0.1:" + taken.getLocalPort())
                    .hasMessageContaining("another program");
        }
    }

    @Test
    void aNameThatIsNoAddressIsASentence() {
        assertThatThrownBy(() -> HttpListener.start(
                                "test",
                                InetSocketAddress.createUnresolved("no-such-host.invalid", 0),
                                Optional.empty(),
                                routes(),
                                JsonStyle.COMPACT,
                                Limits.SERVICE)
                        .close())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no-such-host.invalid");
    }

    @Test
    void closingLetsARequestInFlightEndAndTakesNoNewOne() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch finish = new CountDownLatch(1);
        HttpListener slow = start(
                Routes.builder()
                        .get("/slow", _ -> {
                            running.countDown();
                            finish.await();
                            return HttpReply.success(WireJson.object().put("done", true));
                        })
                        .build(),
                Limits.SERVICE);
        int port = slow.port();
        try (RawHttp http = RawHttp.plain(port)) {
            http.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(running.await(10, TimeUnit.SECONDS)).isTrue();
            Thread closing = Thread.ofVirtual().start(slow::close);
            org.awaitility.Awaitility.await()
                    .untilAsserted(
                            () -> assertThatThrownBy(() -> RawHttp.plain(port).request("GET", "/slow"))
                                    .isInstanceOf(IOException.class));
            finish.countDown();
            assertThat(http.reply().body()).contains("\"done\":true");
            closing.join();
        }
    }

    @Test
    void aListenerThatIsClosedTwiceIsClosed() throws IOException {
        HttpListener once = start(routes(), Limits.SERVICE);
        once.close();
        once.close();
        assertThatThrownBy(() -> RawHttp.plain(once.port())).isInstanceOf(Exception.class);
    }

    @Test
    void aPlainListenerHasNoTlsToReload() {
        assertThatThrownBy(() -> listener.reload(null)).isInstanceOf(IllegalStateException.class);
    }
}
