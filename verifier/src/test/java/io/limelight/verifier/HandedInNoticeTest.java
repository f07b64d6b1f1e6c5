package io.limelight.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.core.api.RevocationMessage;
import io.limelight.core.revocation.NoticeSignature;
import io.limelight.core.revocation.RevocationNotice;
import io.limelight.core.tls.PemFiles;
import io.limelight.verifier.testkit.TestKeys;
import io.limelight.verifier.testkit.TestMachine;
import io.limelight.verifier.testkit.VerifierUnderTest.Reply;
import java.nio.charset.StandardCharsets;
import java.security.interfaces.RSAPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Notices that another verifier made and an administrator hands in. */
class HandedInNoticeTest extends RevocationTestBase {
    private static final String WATCHED = "watched";
    private static final String ELSEWHERE = "elsewhere";

    private TestMachine machine;

    /** Watches a machine of one CA and one of another. */
    private void twoCas() throws Exception {
        verifier("enable_agent_mtls = False");
        machine = own(TestMachine.startPlain());
        verifier.add(WATCHED, judged(machine));
        verifier.add(
                "other-ca",
                machine.enrolment()
                        .put(
                                "revocation_key",
                                new String(
                                        PemFiles.privateKey(
                                                TestKeys.rsa("other ca").getPrivate(), new char[0]),
                                        StandardCharsets.US_ASCII)));
    }

    private static RevocationNotice notice(String about) {
        return new RevocationNotice(
                RevocationNotice.REVOCATION,
                Optional.of("10.0.0.9"),
                about,
                OptionalInt.of(9002),
                "{\"mask\": \"0x400\"}",
                META,
                "Mon Aug  3 07:14:14 2026",
                Optional.of(new RevocationNotice.Event("ima.validation.ima-ng.not_in_allowlist", "emergency", "{}")),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static RevocationNotice dated(String about, String id, Instant issued, Instant expires) {
        RevocationNotice plain = notice(about);
        return new RevocationNotice(
                plain.type(),
                plain.ip(),
                about,
                plain.port(),
                plain.tpmPolicy(),
                plain.metaData(),
                plain.eventTime(),
                plain.event(),
                Optional.of(id),
                Optional.of(issued),
                Optional.of(expires));
    }

    private static RevocationMessage signed(String msg, String key) throws Exception {
        return new RevocationMessage(
                msg, NoticeSignature.sign((RSAPrivateKey) TestKeys.rsa(key).getPrivate(), msg));
    }

    private static RevocationMessage genuine(RevocationNotice notice) throws Exception {
        return signed(notice.text(), "notifier");
    }

    private Reply handIn(RevocationMessage message) throws Exception {
        return act("revocations", message.toJson());
    }

    private static Map<String, RevocationMessage> refused() throws Exception {
        String good = notice(WATCHED).text();
        Instant now = Instant.now();
        Instant soon = now.plusSeconds(60);
        Map<String, RevocationMessage> refused = new LinkedHashMap<>();
        refused.put("is not signed", new RevocationMessage(good, ""));
        refused.put("signature is longer than any", new RevocationMessage(good, "A".repeat(5000)));
        refused.put("is not signed by a RevocationNotifier whose key", signed(good, "stranger"));
        refused.put("whose key came here with a machine", signed(good, "other ca"));
        refused.put(
                "so no machine here could check it",
                new RevocationMessage(
                        good.replace("10.0.0.9", "10.0.0.1"),
                        genuine(notice(WATCHED)).signature()));
        refused.put("is no JSON object", signed("[]", "notifier"));
        refused.put("has no type", signed("{\"agent_id\": \"watched\"}", "notifier"));
        refused.put("type comm_error", signed(good.replace("\"revocation\"", "\"comm_error\""), "notifier"));
        refused.put("type Revocation?", signed(good.replace("\"revocation\"", "\"Revocation\\u001b\""), "notifier"));
        refused.put("The agent id", genuine(notice("../" + WATCHED)));
        refused.put("no machine is called", genuine(notice("RevocationNotifier")));
        refused.put("serial number 1, which", signed(good.replace("serial\\\": 7", "serial\\\": 1"), "notifier"));
        refused.put("whose certificate is 7", signed(good.replace("serial\\\": 7", "serial\\\": 8"), "notifier"));
        for (String none : List.of("-1", "0", "1180591620717411303424", "\\\"7\\\"", "7.0", "null", "[]")) {
            refused.put(
                    "no serial number that can be one; the certificate of watched is 7" + " ".repeat(refused.size()),
                    signed(good.replace("serial\\\": 7", "serial\\\": " + none), "notifier"));
        }
        refused.put("the notice expired on", genuine(dated(WATCHED, "a", now.minusSeconds(99), now.minusSeconds(9))));
        refused.put("has not come yet", genuine(dated(WATCHED, "b", now.plusSeconds(3600), now.plusSeconds(7200))));
        refused.put("more than 366 days", genuine(dated(WATCHED, "c", now, now.plus(Duration.ofDays(400)))));
        refused.put("notice_id is none", genuine(dated(WATCHED, "../x", now, soon)));
        refused.put(
                "expires_at is no time",
                signed(dated(WATCHED, "d", now, soon).text().replace(soon.toString(), "tomorrow"), "notifier"));
        return refused;
    }

    @Test
    void whatIsForgedOldOrOfAWrongKindIsRefusedWithAReason() throws Exception {
        twoCas();
        for (Map.Entry<String, RevocationMessage> bad : refused().entrySet()) {
            Reply reply = handIn(bad.getValue());
            assertThat(reply.status()).as(bad.getKey()).isEqualTo(400);
            assertThat(reply.reason()).contains(bad.getKey().strip()).doesNotContain("\u001b");
        }
        for (String body : new String[] {"", "[]", "{}", "{\"msg\": \"x\"}", "{\"msg\": {}, \"signature\": \"\"}"}) {
            assertThat(verifier.call("POST", "/limelight/v1/revocations", body.getBytes(StandardCharsets.UTF_8))
                            .status())
                    .as(body)
                    .isEqualTo(400);
        }
        assertThat(verifier.call("POST", "/limelight/v1/revocations", new byte[6 << 20])
                        .status())
                .isIn(400, 413);
        assertThat(handIn(signed("{\"a\": \"" + "x".repeat(RevocationNotice.MAX_TEXT) + "\"}", "notifier"))
                        .reason())
                .contains("larger than 1048576 bytes");
        assertThat(revocations()).isEmpty();
        assertStays(() -> machine.notices().size(), 0);
    }

    @Test
    void aNoticeOfKeylimesIsPassedOnAsItIsAndOnlyOnce() throws Exception {
        twoCas();
        RevocationMessage message = genuine(notice(ELSEWHERE));
        Reply reply = handIn(message);
        assertThat(reply.status()).as(reply.reason()).isEqualTo(200);
        assertThat(reply.results().path("known").booleanValue()).isFalse();
        assertThat(reply.results().path("handed_in").booleanValue()).isTrue();
        until(() -> machine.notices().size() == 2);
        assertThat(machine.notices()).containsOnly(message);
        JsonNode settled = settled();
        assertThat(settled.path("agent_id").asString()).isEqualTo(ELSEWHERE);
        assertThat(settled.path("severity_label").asString()).isEqualTo("emergency");

        // Salted signatures differ each time; the text is what counts.
        assertThat(handIn(genuine(notice(ELSEWHERE))).results().path("known").booleanValue())
                .isTrue();
        verifier.restart();
        assertThat(handIn(message).results().path("known").booleanValue()).isTrue();
        assertThat(revocations()).hasSize(1);
        assertStays(() -> machine.notices().size(), 2);
    }

    @Test
    void aNoticeWithAnIdIsKnownByItAndAnotherOfTheSameIdIsNot() throws Exception {
        twoCas();
        Instant now = Instant.now();
        RevocationMessage message = genuine(dated(WATCHED, "n-1", now, now.plusSeconds(60)));
        assertThat(handIn(message).results().path("notice_id").asString()).isEqualTo("n-1");
        until(() -> machine.notices().size() == 2);
        assertThat(handIn(message).results().path("known").booleanValue()).isTrue();
        Reply other = handIn(genuine(dated(ELSEWHERE, "n-1", now, now.plusSeconds(60))));
        assertThat(other.status()).isEqualTo(409);
        assertThat(other.reason()).contains("n-1");
        assertThat(settled().path("deliveries").toString()).isEqualTo("{\"agent\":{\"delivered\":2}}");
    }

    @Test
    void theBrakeHoldsThemTooAndTheyGoOutUnchanged() throws Exception {
        twoCas();
        for (int i = 0; i < 10; i++) {
            assertThat(handIn(genuine(notice("m" + i))).results().path("state").asString())
                    .isEqualTo("new");
        }
        until(() -> machine.notices().size() == 20);
        RevocationMessage last = genuine(notice("m10"));
        JsonNode held = handIn(last).results();
        assertThat(held.path("state").asString()).isEqualTo("held");
        assertThat(verifier.get("/limelight/v1/revocations/"
                                + held.path("notice_id").asString())
                        .results()
                        .path("signature")
                        .isNull())
                .isTrue();
        assertStays(() -> machine.notices().size(), 20);
        assertThat(act("brake/release").results().path("released").intValue()).isEqualTo(1);
        until(() -> machine.notices().size() == 22);
        assertThat(machine.notices().getLast()).isEqualTo(last);
    }
}
