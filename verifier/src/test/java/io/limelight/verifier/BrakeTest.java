package io.limelight.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.core.api.OperationalState;
import io.limelight.core.revocation.NoticeSignature;
import io.limelight.verifier.testkit.TestMachine;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Half the fleet fails at once: that is more likely one bad policy than many bad machines. */
class BrakeTest extends RevocationTestBase {
    private static final int FLEET = 24;
    private static final int FAILING = 12;
    private static final int THRESHOLD = 10;

    private TestMachine other;

    private void halfTheFleetFails() throws Exception {
        verifier("request_timeout = 60", "enable_agent_mtls = False", "[revocations]", "notify_failed_agent = False");
        // Without TLS: hundreds of handshakes are not what is tested here.
        TestMachine bad = own(TestMachine.startPlain());
        other = own(TestMachine.startPlain());
        for (int i = 0; i < FLEET; i++) {
            verifier.add("m" + i, i < FAILING ? judged(bad) : other.enrolment().put("tpm_policy", "{}"));
        }
        for (int i = 0; i < FAILING; i++) {
            verifier.awaitPasses("m" + i, 1);
        }
        bad.pcr(15, BAD);
        for (int i = 0; i < FAILING; i++) {
            verifier.awaitState("m" + i, OperationalState.INVALID_QUOTE);
        }
        until(() -> other.notices().size() == THRESHOLD * (FLEET - FAILING));
    }

    private JsonNode brake() throws Exception {
        return verifier.get("/limelight/v1/brake").results();
    }

    private int told() throws Exception {
        Set<String> ids = new HashSet<>();
        for (var message : other.notices()) {
            ids.add(read(message).agentId());
        }
        return ids.size();
    }

    @Test
    void whatExceedsTheThresholdIsHeldUntilAnAdministratorReleasesIt() throws Exception {
        halfTheFleetFails();
        assertThat(brake().path("engaged").booleanValue()).isTrue();
        assertThat(brake().path("held").intValue()).isEqualTo(FAILING - THRESHOLD);
        assertThat(brake().path("threshold").intValue()).isEqualTo(THRESHOLD);
        assertStays(this::told, THRESHOLD);
        JsonNode held = revocations().path(0);
        assertThat(held.path("state").asString()).isEqualTo("held");
        JsonNode detail = verifier.get(
                        "/limelight/v1/revocations/" + held.path("notice_id").asString())
                .results();
        assertThat(detail.path("signature").isNull()).isTrue();
        verifier.restart();
        assertThat(brake().path("engaged").booleanValue()).isTrue();
        assertStays(this::told, THRESHOLD);

        assertThat(act("brake/release").results().path("released").intValue()).isEqualTo(FAILING - THRESHOLD);
        until(() -> told() == FAILING);
        assertThat(brake().path("engaged").booleanValue()).isFalse();
        assertThat(brake().path("held").intValue()).isZero();
        var last = other.notices().getLast();
        assertThat(NoticeSignature.verifies(notifier(), last.msg(), last.signature()))
                .isTrue();
        until(() -> revocations()
                .valueStream()
                .allMatch(n -> n.path("state").asString().equals("done")));
        verifier.restart();
        assertThat(brake().path("engaged").booleanValue()).isFalse();
        assertStays(() -> other.notices().size(), FAILING * (FLEET - FAILING));
    }

    @Test
    void whatIsDiscardedIsNeverSent() throws Exception {
        halfTheFleetFails();
        assertThat(act("brake/discard").results().path("discarded").intValue()).isEqualTo(FAILING - THRESHOLD);
        assertThat(brake().path("engaged").booleanValue()).isFalse();
        verifier.restart();
        assertStays(this::told, THRESHOLD);
        assertThat(act("brake/release").results().path("released").intValue()).isZero();
        assertThat(revocations().path(0).path("state").asString()).isEqualTo("discarded");
        TestMachine late = own(TestMachine.startPlain());
        verifier.add("late", judged(late));
        fail("late", late);
        until(() -> told() == THRESHOLD + 1);
    }

    @Test
    void fewFailuresAreNotHeld() throws Exception {
        verifier();
        TestMachine bad = machine();
        other = machine();
        verifier.add("bad", judged(bad));
        verifier.add("other", other.enrolment());
        fail("bad", bad);
        until(() -> other.notices().size() == 1);
        assertThat(brake().path("engaged").booleanValue()).isFalse();
        assertThat(brake().path("failing").intValue()).isEqualTo(1);
    }
}
