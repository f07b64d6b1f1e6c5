package io.limelight.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.core.api.OperationalState;
import io.limelight.core.http.HttpReply;
import io.limelight.core.revocation.NoticeSignature;
import io.limelight.core.revocation.RevocationNotice;
import io.limelight.core.tls.KeyPairs;
import io.limelight.core.tls.PemFiles;
import io.limelight.verifier.testkit.TestKeys;
import io.limelight.verifier.testkit.TestMachine;
import io.limelight.verifier.testkit.VerifierUnderTest.Reply;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** When somebody is told of a failure, what is said, and to which agents. */
class RevocationTest extends RevocationTestBase {
    static Stream<Arguments> uselessKeys() {
        String ec = new String(
                PemFiles.privateKey(KeyPairs.p256(TestKeys.RANDOM).getPrivate(), new char[0]),
                StandardCharsets.US_ASCII);
        String small = new String(
                PemFiles.privateKey(KeyPairs.rsa(512, TestKeys.RANDOM).getPrivate(), new char[0]),
                StandardCharsets.US_ASCII);
        return Stream.of(
                Arguments.of("secret garbage", "is no unencrypted private key"),
                Arguments.of(ec, "is a key of the kind EC"),
                Arguments.of(small, "is an RSA key of 512 bits"));
    }

    @ParameterizedTest
    @MethodSource("uselessKeys")
    void aKeyThatSignsNothingIsRefusedWhenItIsPosted(String key, String reason) throws Exception {
        verifier();
        Reply reply = verifier.post("useless", machine().enrolment().put("revocation_key", key));
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.reason()).startsWith("revocation_key " + reason).doesNotContain("garbage");
        assertThat(verifier.get("/v2.6/agents/useless").status()).isEqualTo(404);
    }

    @Test
    void everyAgentIsToldAndCanCheckWhoSaysSo() throws Exception {
        verifier();
        TestMachine failed = machine();
        TestMachine other = machine();
        TestMachine stopped = machine();
        verifier.add("failed", judged(failed));
        verifier.add("other", other.enrolment());
        verifier.add("stopped", stopped.enrolment());
        verifier.awaitPasses("failed", 1);
        verifier.stopAgent("stopped");
        fail("failed", failed);
        until(() -> failed.notices().size() == 1
                && other.notices().size() == 1
                && stopped.notices().size() == 1);
        String msg = other.notices().getFirst().msg();
        assertThat(NoticeSignature.verifies(
                        notifier(), msg, other.notices().getFirst().signature()))
                .isTrue();
        assertThat(msg)
                .startsWith("{\"type\": \"revocation\", \"ip\": \"127.0.0.1\", \"agent_id\": \"failed\", \"port\": "
                        + failed.port() + ", \"tpm_policy\": \"{\\\"15\\\": ")
                .contains("\"meta_data\": \"{\\\"cert_serial\\\": 7, \\\"subject\\\": \\\"CN=failed\\\"}\"")
                .contains("\"event_id\": \"pcr_validation.invalid_pcr_15\", \"severity_label\": \"emergency\"");
        RevocationNotice notice = RevocationNotice.parse(msg);
        assertThat(notice.noticeId()).isPresent();
        assertThat(Duration.between(
                        notice.issuedAt().orElseThrow(), notice.expiresAt().orElseThrow()))
                .isEqualTo(Duration.ofHours(1));
        JsonNode settled = settled();
        assertThat(settled.path("notice_id").asString())
                .isEqualTo(notice.noticeId().orElseThrow());
        assertThat(settled.path("deliveries").toString()).isEqualTo("{\"agent\":{\"delivered\":3}}");
        assertThat(revocations()).hasSize(1);
    }

    @Test
    void theMachineThatFailedIsToldOverTheConnectionItsFailureCameBy() throws Exception {
        verifier();
        TestMachine failed = machine();
        verifier.add("failed", judged(failed));
        verifier.awaitPasses("failed", 1);
        fail("failed", failed);
        until(() -> failed.notices().size() == 1);
        assertThat(failed.connections()).isOne();
    }

    @Test
    void theAgentThatFailedIsLeftOutWhereThatIsConfigured() throws Exception {
        verifier("[revocations]", "notify_failed_agent = False");
        TestMachine failed = machine();
        TestMachine other = machine();
        verifier.add("failed", judged(failed));
        verifier.add("other", other.enrolment());
        fail("failed", failed);
        settled();
        assertThat(other.notices()).hasSize(1);
        assertThat(failed.notices()).isEmpty();
    }

    @Test
    void withoutAKeyTheNoticeIsSentUnsigned() throws Exception {
        verifier();
        TestMachine failed = machine();
        verifier.add("failed", judged(failed).put("revocation_key", ""));
        fail("failed", failed);
        until(() -> failed.notices().size() == 1);
        assertThat(failed.notices().getFirst().signature()).isEmpty();
        assertThat(settled().path("signed").booleanValue()).isFalse();
    }

    @Test
    void aSecondNoticeIsSentOnlyOfSomethingWorse() throws Exception {
        verifier("severity_policy = [{\"event_id\": \".*invalid_pcr_15\", \"severity_label\": \"info\"}]");
        TestMachine failed = machine();
        TestMachine other = machine();
        String policy =
                "{\"15\": [\"" + "0".repeat(64) + "\"], \"14\": [\"" + "0".repeat(64) + "\"], \"mask\": \"0xc000\"}";
        verifier.add("failed", judged(failed).put("tpm_policy", policy));
        verifier.add("other", other.enrolment());
        fail("failed", failed);
        until(() -> other.notices().size() == 1);
        failed.pcr(15, GOOD);
        verifier.awaitState("failed", OperationalState.GET_QUOTE);
        fail("failed", failed);
        assertStays(() -> other.notices().size(), 1);
        verifier.restart();
        verifier.awaitStatus("failed", status -> status.state().orElseThrow() == OperationalState.INVALID_QUOTE);
        int asked = failed.begun();
        until(() -> failed.begun() > asked + 2);
        assertThat(other.notices()).hasSize(1);
        failed.pcr(14, BAD);
        until(() -> other.notices().size() == 2);
        assertThat(read(other.notices().getLast()).event().orElseThrow().severityLabel())
                .isEqualTo("emergency");
        failed.pcr(14, GOOD);
        verifier.reactivate("failed");
        until(() -> other.notices().size() == 3);
        assertThat(read(other.notices().getLast()).event().orElseThrow().severityLabel())
                .isEqualTo("info");
    }

    @Test
    void othersHearOfAMachineThatFellSilentButNotOfOneThatNeverSpoke() throws Exception {
        verifier();
        TestMachine silent = machine();
        TestMachine never = machine().down();
        TestMachine other = machine();
        verifier.add("other", other.enrolment());
        verifier.add("never", never.enrolment().put("revocation_key", notifierPem()));
        verifier.add("silent", silent.enrolment().put("revocation_key", notifierPem()));
        verifier.awaitPasses("silent", 1);
        silent.down();
        verifier.awaitState("silent", OperationalState.FAILED);
        verifier.awaitState("never", OperationalState.FAILED);
        until(() -> other.notices().size() == 1);
        RevocationNotice notice = read(other.notices().getFirst());
        assertThat(notice.type()).isEqualTo("comm_error");
        assertThat(notice.agentId()).isEqualTo("silent");
        assertThat(notice.event().orElseThrow().id()).isEqualTo("internal.verifier.not_reachable");
        assertStays(() -> other.notices().size(), 1);
    }

    @Test
    void aMachineThatAnswersNonsenseIsNobodysBusiness() throws Exception {
        verifier();
        TestMachine broken = machine();
        verifier.add("broken", broken.enrolment().put("revocation_key", notifierPem()));
        verifier.awaitPasses("broken", 1);
        broken.nextQuotes(_ -> HttpReply.refusal(404, "gone"));
        verifier.awaitState("broken", OperationalState.FAILED);
        assertThat(revocations()).isEmpty();
    }

    // --- agents that are hard to reach ---

    @Test
    void anAgentThatIsDownIsToldWhenItIsBackAndOnlyOnce() throws Exception {
        verifier();
        TestMachine failed = machine();
        TestMachine other = machine();
        verifier.add("failed", judged(failed));
        verifier.add("other", other.enrolment());
        verifier.awaitPasses("failed", 1);
        verifier.stopAgent("other");
        other.down();
        fail("failed", failed);
        until(() -> failed.notices().size() == 1);
        until(() -> deliveries(revocations().path(0)).toString().contains("\"waiting\""));
        other.up();
        until(() -> other.notices().size() == 1);
        assertThat(settled().path("deliveries").toString()).isEqualTo("{\"agent\":{\"delivered\":2}}");
        assertStays(() -> other.notices().size(), 1);
        assertThat(other.statusAsked()).isZero();
    }

    @Test
    void anAgentWithoutMemoryIsNotToldTwiceWhenItsAnswerIsLost() throws Exception {
        assertLostAnswer(machine -> machine, "unknown", 1);
    }

    @Test
    void anAgentOfOursIsToldAgainWhenItsAnswerIsLost() throws Exception {
        assertLostAnswer(TestMachine::limelight, "delivered", 2);
    }

    private void assertLostAnswer(java.util.function.UnaryOperator<TestMachine> kind, String expected, int times)
            throws Exception {
        verifier("request_timeout = 1");
        TestMachine failed = machine();
        TestMachine other = kind.apply(machine());
        CountDownLatch released = new CountDownLatch(1);
        other.nextNotices(call -> {
            HttpReply reply = other.acceptNotice(call);
            AttestationTest.awaitLatch(released);
            return reply;
        });
        verifier.add("failed", judged(failed));
        verifier.add("other", other.enrolment());
        verifier.awaitPasses("other", 1);
        fail("failed", failed);
        assertThat(outcome(settled(), "other")).isEqualTo(expected);
        assertThat(other.notices()).hasSize(times);
        assertThat(other.statusAsked()).isGreaterThanOrEqualTo(1);
        // Whoever does not answer a notice is attested all the same.
        verifier.awaitPasses("other", 1);
        released.countDown();
    }

    @Test
    void anAgentThatRefusesIsLeftAlone() throws Exception {
        verifier();
        TestMachine failed = machine();
        failed.nextNotices(_ -> HttpReply.refusal(405, "not allowed"));
        verifier.add("failed", judged(failed));
        fail("failed", failed);
        assertThat(outcome(settled(), "failed")).isEqualTo("refused");
    }

    @Test
    void anAgentOfAnotherVersionIsToldInItsOwn() throws Exception {
        verifier();
        TestMachine failed = machine();
        TestMachine other = machine();
        verifier.add("failed", judged(failed));
        verifier.add("other", other.enrolment());
        verifier.awaitPasses("failed", 1);
        verifier.stopAgent("other");
        other.down().speaking(io.limelight.core.api.ApiVersion.V2_0).up();
        fail("failed", failed);
        assertThat(outcome(settled(), "other")).isEqualTo("delivered");
        assertThat(other.notices()).hasSize(1);
    }

    @Test
    void anAgentThatWasDeletedIsNotLookedFor() throws Exception {
        verifier();
        TestMachine failed = machine();
        TestMachine other = machine();
        verifier.add("failed", judged(failed));
        verifier.add("other", other.enrolment());
        verifier.awaitPasses("failed", 1);
        verifier.stopAgent("other");
        other.down();
        fail("failed", failed);
        until(() -> deliveries(revocations().path(0)).toString().contains("\"waiting\""));
        verifier.delete("other");
        assertThat(outcome(settled(), "other")).isEqualTo("gone");
    }

    // --- killed and started again ---

    private void sql(String... statements) throws Exception {
        try (var connection = verifier.sql();
                var statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @Test
    void aVerifierThatWasKilledBetweenVerdictAndDeliveryTellsEverybodyAfterItsStart() throws Exception {
        verifier("[revocations]", "enabled_revocation_notifications = []");
        TestMachine failed = machine();
        TestMachine other = machine();
        verifier.add("failed", judged(failed));
        verifier.add("other", other.enrolment());
        fail("failed", failed);
        settled();
        verifier.stop();
        sql("UPDATE notice SET state = 'new', summary = NULL");
        verifier.configure(io.limelight.verifier.testkit.VerifierUnderTest.QUICK);
        verifier.begin();
        until(() -> failed.notices().size() == 1 && other.notices().size() == 1);
        settled();
        verifier.restart();
        assertStays(() -> failed.notices().size() + other.notices().size(), 2);
    }

    @Test
    void aVerifierThatWasKilledWhileTellingRepeatsItOnlyToThoseWhoRemember() throws Exception {
        verifier();
        TestMachine failed = machine();
        TestMachine forgetful = machine();
        TestMachine ours = machine().limelight();
        verifier.add("failed", judged(failed));
        verifier.add("forgetful", forgetful.enrolment());
        verifier.add("ours", ours.enrolment());
        fail("failed", failed);
        settled();
        verifier.stop();
        sql(
                "UPDATE notice SET state = 'open', summary = NULL",
                "UPDATE delivery SET outcome = 'sending' WHERE receiver <> 'failed'");
        verifier.begin();
        JsonNode settled = settled();
        assertThat(outcome(settled, "forgetful")).isEqualTo("unknown");
        assertThat(outcome(settled, "ours")).isEqualTo("delivered");
        assertThat(forgetful.notices()).hasSize(1);
        assertThat(ours.notices()).hasSize(2);
        assertThat(failed.notices()).hasSize(1);
    }

    @Test
    void aNoticeThatExpiredIsNoLongerSentToAgents() throws Exception {
        verifier("[revocations]", "enabled_revocation_notifications = []");
        TestMachine failed = machine();
        verifier.add("failed", judged(failed));
        fail("failed", failed);
        settled();
        verifier.stop();
        sql("UPDATE notice SET state = 'new', summary = NULL, expires_at = issued_at");
        verifier.configure(io.limelight.verifier.testkit.VerifierUnderTest.QUICK);
        verifier.begin();
        settled();
        assertThat(failed.notices()).isEmpty();
    }
}
