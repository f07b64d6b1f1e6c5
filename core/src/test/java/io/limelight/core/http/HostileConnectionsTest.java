package io.limelight.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.limelight.core.testkit.RawHttp;
import io.limelight.core.testkit.RawHttp.Reply;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Clients that hold on to connections, requests and bodies: others must not notice. */
class HostileConnectionsTest {
    private static final String NAME = "hostile connections";
    private static final String ABANDONED = "/abandoned";
    private static final int MAX_BODY = 64 << 10;
    private static final Duration HEAD = Duration.ofMillis(1500);
    private static final Duration BODY = Duration.ofMillis(1500);
    private static final Duration IDLE = Duration.ofSeconds(60);
    /** Well above the two times, for a busy machine; well below the idle time, which must not be what ends it. */
    private static final Duration SOON = Duration.ofSeconds(12);

    private static final Limits LIMITS = new Limits(400, 4, 128 << 10, 16 << 10, HEAD, BODY, IDLE);

    private final Semaphore finish = new Semaphore(0);
    private final CountDownLatch running = new CountDownLatch(LIMITS.requests());
    private final List<RawHttp> open = new ArrayList<>();
    private HttpListener listener;

    @BeforeEach
    void start() throws IOException {
        listener = start(LIMITS);
    }

    private HttpListener start(Limits limits) throws IOException {
        return HttpListener.start(
                NAME,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                Optional.empty(),
                Routes.builder()
                        .get("/version", _ -> HttpReply.success())
                        .get("/slow", _ -> {
                            running.countDown();
                            finish.acquire();
                            return HttpReply.success();
                        })
                        .add(new Route("POST", ABANDONED, Access.ANYONE, "", MAX_BODY, _ -> HttpReply.success()))
                        .build(),
                JsonStyle.COMPACT,
                limits);
    }

    @AfterEach
    void stop() throws IOException {
        finish.release(1000);
        for (RawHttp http : open) {
            http.close();
        }
        listener.close();
    }

    private RawHttp connect() throws IOException {
        RawHttp http = RawHttp.plain(listener.port());
        open.add(http);
        return http;
    }

    private Reply version() throws IOException {
        try (RawHttp http = RawHttp.plain(listener.port())) {
            return http.request("GET", "/version");
        }
    }

    /**
     * Sends a whole body until one is taken. One that waits for memory in vain is given up like any other body, its
     * connection closed: on a busy machine that may happen to this client before it happens to the hostile ones.
     */
    private void awaitRoomForABody() {
        await().atMost(SOON).ignoreExceptionsInstanceOf(IOException.class).untilAsserted(() -> {
            try (RawHttp http = RawHttp.plain(listener.port())) {
                assertThat(http.request("POST", ABANDONED, new byte[MAX_BODY]).status())
                        .isEqualTo(200);
            }
        });
    }

    private static Duration time(Action action) throws IOException {
        long start = System.nanoTime();
        action.run();
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private interface Action {
        void run() throws IOException;
    }

    @Test
    void threeHundredSilentConnectionsDisturbNobodyAndAreClosed() throws IOException {
        for (int i = 0; i < 300; i++) {
            connect();
        }
        assertThat(version().status()).isEqualTo(200);
        assertThat(time(() -> assertThat(open.getFirst().untilClosed()).isEmpty()))
                .isLessThan(SOON);
        for (RawHttp http : open) {
            http.untilClosed();
        }
    }

    @Test
    void moreConnectionsThanAllowedWaitUntilTheSilentOnesAreGone() throws IOException {
        for (int i = 0; i < LIMITS.connections() + 20; i++) {
            connect();
        }
        assertThat(version().status()).isEqualTo(200);
    }

    @Test
    void silentConnectionsMakeRoomLongBeforeTheirTimeIsOver() throws IOException {
        Limits patient = new Limits(
                40, 8, 1 << 20, 8 << 10, Duration.ofMinutes(10), Duration.ofMinutes(10), Duration.ofMinutes(10));
        try (HttpListener crowded = start(patient);
                RawHttp honest = RawHttp.plain(crowded.port())) {
            assertThat(honest.request("GET", "/version").status()).isEqualTo(200);
            for (int i = 0; i < 60; i++) {
                open.add(RawHttp.plain(crowded.port()));
            }
            try (RawHttp late = RawHttp.plain(crowded.port())) {
                assertThat(late.request("GET", "/version").status()).isEqualTo(200);
            }
            assertThat(honest.request("GET", "/version").status())
                    .as("who has spoken before stays")
                    .isEqualTo(200);
        }
    }

    @Test
    void aHeadByteByByteIsCutOffInTime() throws Exception {
        RawHttp slow = connect();
        Thread drip = Thread.ofVirtual().start(() -> {
            try {
                for (String rest = "GET /version HTTP/1.1\r\nX: " + "x".repeat(10_000); !rest.isEmpty(); ) {
                    slow.send(rest.substring(0, 1));
                    rest = rest.substring(1);
                    Thread.sleep(20);
                }
            } catch (IOException | InterruptedException e) {
                // Cut off, as it should be.
            }
        });
        assertThat(time(slow::untilClosed)).isLessThan(SOON);
        drip.join();
    }

    @Test
    void aSecondHeadByteByByteIsCutOffToo() throws Exception {
        RawHttp slow = connect();
        assertThat(slow.request("GET", "/version").status()).isEqualTo(200);
        Thread drip = Thread.ofVirtual().start(() -> {
            try {
                for (int i = 0; i < 1000; i++) {
                    slow.send("G");
                    Thread.sleep(20);
                }
            } catch (IOException | InterruptedException e) {
                // Cut off, as it should be.
            }
        });
        assertThat(time(slow::untilClosed)).isLessThan(SOON);
        drip.join();
    }

    @Test
    void aConnectionAtRestIsLeftAloneUntilItIsIdle() throws IOException {
        Duration idle = HEAD.multipliedBy(2);
        listener.close();
        listener = start(new Limits(10, 4, 1024, 1024, HEAD, BODY, idle));
        RawHttp resting = connect();
        assertThat(resting.request("GET", "/version").status()).isEqualTo(200);
        Duration rest = time(() -> assertThat(resting.untilClosed()).isEmpty());
        assertThat(rest).isBetween(idle.minus(Duration.ofMillis(100)), SOON);
    }

    @Test
    void connectionsAtRestAreNotTakenForSlowOnesHoweverManyComeAndGo() throws Exception {
        listener.close();
        Duration head = Duration.ofSeconds(1);
        listener = start(new Limits(1000, 300, 128 << 10, 16 << 10, head, BODY, IDLE));
        List<Thread> clients = new ArrayList<>();
        Queue<Exception> cutOff = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < 300; i++) {
            clients.add(Thread.ofVirtual().start(() -> {
                try (RawHttp http = RawHttp.plain(listener.port())) {
                    http.request("GET", "/version");
                    Thread.sleep(head.multipliedBy(2));
                    http.request("GET", "/version");
                } catch (IOException | InterruptedException e) {
                    cutOff.add(e);
                }
            }));
            Thread.sleep(2);
        }
        for (Thread client : clients) {
            client.join();
        }
        assertThat(cutOff).isEmpty();
    }

    @Test
    void aBodyThatNeverComesIsGivenUpInTime() throws IOException {
        RawHttp silent = connect();
        silent.send("POST " + ABANDONED + " HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n");
        assertThat(time(silent::untilClosed)).isLessThan(SOON);
    }

    @Test
    void aBodyByteByByteIsGivenUpInTime() throws Exception {
        RawHttp slow = connect();
        slow.send("POST " + ABANDONED + " HTTP/1.1\r\nHost: x\r\nContent-Length: 10000\r\n\r\n");
        Thread drip = Thread.ofVirtual().start(() -> {
            try {
                for (int i = 0; i < 10_000; i++) {
                    slow.send("x");
                    Thread.sleep(20);
                }
            } catch (IOException | InterruptedException e) {
                // Cut off, as it should be.
            }
        });
        assertThat(time(slow::untilClosed)).isLessThan(SOON);
        drip.join();
    }

    @Test
    void bodiesThatNeverComeUseUpNoRequests() throws IOException {
        for (int i = 0; i < LIMITS.requests() * 4; i++) {
            connect().send("POST " + ABANDONED + " HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n");
        }
        for (int i = 0; i < 10; i++) {
            assertThat(version().status()).isEqualTo(200);
        }
    }

    @Test
    void bodiesThatNeverComeHoldNoMemory() throws IOException {
        // Together they promise sixteen times the budget.
        for (int i = 0; i < 32; i++) {
            connect().send("POST " + ABANDONED + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + MAX_BODY + "\r\n\r\n");
        }
        try (RawHttp http = RawHttp.plain(listener.port())) {
            assertThat(http.request("POST", ABANDONED, new byte[100]).status()).isEqualTo(200);
        }
    }

    @Test
    void bodiesThatStopHalfwayHoldTheBudgetOnlyUntilTheyAreGivenUp() throws IOException {
        for (int i = 0; i < 4; i++) {
            connect()
                    .send("POST " + ABANDONED + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + MAX_BODY + "\r\n\r\n")
                    .send(new byte[MAX_BODY - 1]);
        }
        awaitRoomForABody();
    }

    @Test
    void abandonedBodiesGiveTheirMemoryBackAndFillNoLog() throws IOException {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger("io.limelight.core.http");
        log.start();
        logger.addAppender(log);
        try {
            for (int i = 0; i < 40; i++) {
                RawHttp http = RawHttp.plain(listener.port());
                http.send("POST " + ABANDONED + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + MAX_BODY + "\r\n\r\n")
                        .send(new byte[30_000]);
                if (i % 2 == 0) {
                    http.reset();
                } else {
                    http.close();
                }
            }
            awaitRoomForABody();
            assertThat(log.list.stream()
                            .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                            .map(ILoggingEvent::getFormattedMessage)
                            // The log is the whole process's: listeners of other tests write to it meanwhile.
                            .filter(text -> text.contains(ABANDONED) || text.contains(NAME)))
                    .as("a client that breaks off is nothing an administrator must read about")
                    .isEmpty();
        } finally {
            logger.detachAppender(log);
        }
    }

    @Test
    void moreRequestsThanAllowedAreToldToComeBack() throws Exception {
        for (int i = 0; i < LIMITS.requests(); i++) {
            connect().send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
        }
        running.await();
        Reply busy = version();
        assertThat(busy.status()).isEqualTo(503);
        assertThat(busy.header("Retry-After")).isEqualTo("1");
        assertThat(busy.body()).isEmpty();
        finish.release(LIMITS.requests());
        for (RawHttp http : open) {
            assertThat(http.reply().status()).isEqualTo(200);
        }
        assertThat(version().status()).isEqualTo(200);
    }

    @Test
    void aHandlerMayTakeLongerThanAHeadOrABody() throws Exception {
        RawHttp http = connect();
        http.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
        Thread.sleep(BODY.plus(HEAD));
        finish.release();
        assertThat(http.reply().status()).isEqualTo(200);
    }

    @Test
    void connectionsBrokenOffInTheMiddleOfAnythingDisturbNobody() throws IOException {
        for (String start : List.of(
                "",
                "GET",
                "GET /version HTTP/1.1\r\nHost: x\r\n",
                "POST " + ABANDONED + " HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n12",
                "POST " + ABANDONED + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12",
                "GET /version HTTP/1.1\r\nHost: x\r\n\r\n")) {
            RawHttp.plain(listener.port()).send(start).reset();
            RawHttp.plain(listener.port()).send(start).close();
            RawHttp half = RawHttp.plain(listener.port()).send(start).endOutput();
            open.add(half);
        }
        assertThat(version().status()).isEqualTo(200);
        for (RawHttp half : open) {
            half.untilClosed();
        }
    }
}
