package io.limelight.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.core.http.HttpReply;
import io.limelight.core.json.WireJson;
import io.limelight.core.revocation.NoticeSignature;
import io.limelight.verifier.testkit.RawAgent;
import io.limelight.verifier.testkit.TestMachine;
import io.limelight.verifier.testkit.TestWebhook;
import io.limelight.verifier.testkit.VerifierUnderTest;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Notices to a webhook that is slow, broken, wrong or gone, and over ZeroMQ. */
class WebhookTest extends RevocationTestBase {
    /** The CA has to be there before a webhook can have a certificate of it. */
    private void calling(int port, String... more) throws Exception {
        verifier(
                "request_timeout = 1",
                "[revocations]",
                "enabled_revocation_notifications = ['webhook']",
                "webhook_url = http://localhost:" + port + "/hook?token=secret",
                String.join("\n", more));
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private TestWebhook webhook(int port) throws Exception {
        return own(TestWebhook.start(verifier.serverIdentity(), verifier.cas(), port));
    }

    private TestMachine failing() throws Exception {
        TestMachine machine = machine();
        verifier.add("failed", judged(machine));
        verifier.awaitPasses("failed", 1);
        return machine;
    }

    @Test
    void aWebhookIsCalledOverTlsWhateverTheAddressSays() throws Exception {
        int port = freePort();
        calling(port);
        TestWebhook webhook = webhook(port);
        TestMachine machine = failing();
        fail("failed", machine);
        until(() -> webhook.notices().size() == 1);
        var message = webhook.notices().getFirst();
        assertThat(NoticeSignature.verifies(notifier(), message.msg(), message.signature()))
                .isTrue();
        assertThat(settled().path("deliveries").toString()).isEqualTo("{\"webhook\":{\"delivered\":1}}");
        assertThat(machine.notices())
                .as("agents are told only where that is configured")
                .isEmpty();
        JsonNode shown = verifier.get("/limelight/v1/notifiers").results();
        assertThat(shown.toString())
                .contains("https://localhost:" + port + "/hook")
                .doesNotContain("secret");
    }

    @Test
    void errorsNoConnectionAndGarbageAreTriedAgain() throws Exception {
        int port = freePort();
        calling(port, "[verifier]\nmax_retries = 50");
        TestMachine machine = failing();
        fail("failed", machine);
        until(() -> deliveries(revocations().path(0)).path(0).path("tries").intValue(0) >= 2);
        TestWebhook webhook = webhook(port)
                .next(_ -> HttpReply.refusal(500, "no"), _ -> HttpReply.refusal(404, "no"), call -> {
                    throw new IllegalStateException("broken");
                });
        until(() -> webhook.notices().size() == 1);
        assertThat(settled().path("deliveries").toString()).isEqualTo("{\"webhook\":{\"delivered\":1}}");
        assertThat(webhook.calls()).isEqualTo(4);
    }

    @Test
    void acceptedIsAsGoodAsDone() throws Exception {
        int port = freePort();
        calling(port);
        TestWebhook webhook = webhook(port).next(_ -> HttpReply.refusal(202, "later"));
        fail("failed", failing());
        settled();
        assertThat(webhook.calls()).isEqualTo(1);
    }

    @Test
    void aWebhookThatNeverTakesItBecomesADeadLetterAndDelaysNobody() throws Exception {
        int port = freePort();
        calling(port);
        CountDownLatch released = new CountDownLatch(1);
        TestWebhook webhook = webhook(port)
                .next(
                        _ -> {
                            AttestationTest.awaitLatch(released);
                            return HttpReply.success();
                        },
                        _ -> HttpReply.refusal(500, "no"),
                        _ -> HttpReply.refusal(500, "no"),
                        _ -> HttpReply.refusal(500, "no"));
        TestMachine machine = failing();
        TestMachine healthy = machine();
        verifier.add("healthy", healthy.enrolment());
        fail("failed", machine);
        verifier.awaitPasses("healthy", 3);
        JsonNode notice = settled();
        released.countDown();
        assertThat(notice.path("deliveries").toString()).isEqualTo("{\"webhook\":{\"dead\":1}}");
        assertThat(deliveries(notice).path(0).path("tries").intValue()).isEqualTo(4);
        assertThat(deliveries(notice).path(0).path("detail").asString()).contains("500");
        assertStays(webhook::calls, 4);
    }

    @Test
    void whatIsNoHttpAtAllIsTriedAgain() throws Exception {
        verifier();
        RawAgent garbage = own(RawAgent.overTls(
                verifier.serverIdentity(),
                verifier.cas(),
                0,
                (_, out) -> out.write("220 smtp ready\r\n".getBytes(StandardCharsets.UTF_8))));
        verifier.stop();
        verifier.configure(VerifierUnderTest.QUICK + "[revocations]\nenabled_revocation_notifications = ['webhook']\n"
                + "webhook_url = https://127.0.0.1:" + garbage.port() + "/\n");
        verifier.begin();
        fail("failed", failing());
        assertThat(settled().path("deliveries").toString()).isEqualTo("{\"webhook\":{\"dead\":1}}");
        assertThat(garbage.connections()).isEqualTo(4);
    }

    @Test
    void aServerUnderAnAuthorityNobodyTrustsIsNotTold() throws Exception {
        int port = freePort();
        calling(port);
        TestWebhook stranger = own(TestWebhook.start(TestMachine.newIdentity(), verifier.cas(), port));
        fail("failed", failing());
        JsonNode notice = settled();
        assertThat(notice.path("deliveries").toString()).isEqualTo("{\"webhook\":{\"dead\":1}}");
        assertThat(stranger.calls()).isZero();
    }

    @Test
    void aCallUnderWayWhenTheVerifierStopsIsMadeAgain() throws Exception {
        int port = freePort();
        calling(port, "[verifier]\nrequest_timeout = 60\nshutdown_drain_timeout = 0.2");
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        TestWebhook webhook = webhook(port).next(_ -> {
            called.countDown();
            AttestationTest.awaitLatch(released);
            return HttpReply.refusal(500, "too late");
        });
        fail("failed", failing());
        AttestationTest.awaitLatch(called);
        verifier.restart();
        released.countDown();
        until(() -> webhook.notices().size() == 1);
        assertThat(settled().path("deliveries").toString()).isEqualTo("{\"webhook\":{\"delivered\":1}}");
    }

    // --- ZeroMQ ---

    @Test
    void subscribersGetOneFrame() throws Exception {
        int port = freePort();
        verifier("[revocations]", "enabled_revocation_notifications = ['zeromq']", "zmq_port = " + port);
        try (ZContext context = new ZContext()) {
            ZMQ.Socket subscriber = context.createSocket(SocketType.SUB);
            subscriber.setReceiveTimeOut(200);
            subscriber.subscribe(ZMQ.SUBSCRIPTION_ALL);
            subscriber.connect("tcp://127.0.0.1:" + port);
            TestMachine machine = failing();
            // Until a test message arrives, the subscription has not.
            until(() -> {
                act("notifiers/test", WireJson.object().put("notifier", "zeromq"));
                return subscriber.recvStr() != null;
            });
            fail("failed", machine);
            String frame = null;
            while (frame == null || frame.contains("\\\"type\\\": \\\"test\\\"")) {
                frame = subscriber.recvStr();
            }
            assertThat(subscriber.hasReceiveMore()).isFalse();
            ObjectNode envelope = WireJson.parseObject(frame.getBytes(StandardCharsets.UTF_8));
            assertThat(NoticeSignature.verifies(
                            notifier(),
                            envelope.path("msg").asString(),
                            envelope.path("signature").asString()))
                    .isTrue();
        }
        assertThat(settled().path("deliveries").toString()).isEqualTo("{\"zeromq\":{\"delivered\":1}}");
        verifier.restart();
        assertThat(settled().path("deliveries").toString()).isEqualTo("{\"zeromq\":{\"delivered\":1}}");
    }

    // --- tests of notifiers ---

    @Test
    void aTestIsSentOnceUnsignedAndOnlyWhereItIsSwitchedOn() throws Exception {
        int port = freePort();
        calling(port);
        TestWebhook webhook = webhook(port).next(_ -> HttpReply.refusal(500, "no"));
        ObjectNode body = WireJson.object().put("notifier", "webhook");
        assertThat(act("notifiers/test", body).results().path("delivered").booleanValue())
                .isFalse();
        assertThat(act("notifiers/test", body).results().path("delivered").booleanValue())
                .isTrue();
        assertThat(webhook.calls()).isEqualTo(2);
        assertThat(read(webhook.notices().getFirst()).type()).isEqualTo("test");
        assertThat(webhook.notices().getFirst().signature()).isEmpty();
        assertThat(act("notifiers/test", WireJson.object().put("notifier", "zeromq"))
                        .status())
                .isEqualTo(409);
        assertThat(act("notifiers/test", WireJson.object().put("notifier", "pigeon"))
                        .status())
                .isEqualTo(400);
        assertThat(revocations()).isEmpty();
    }
}
