package io.limelight.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.limelight.core.api.AgentId;
import io.limelight.core.api.ApiException;
import io.limelight.core.api.Endpoint;
import io.limelight.core.api.ListedMachine;
import io.limelight.core.api.MachinePage;
import io.limelight.core.api.MachineTimeline;
import io.limelight.core.api.MachinesClient;
import io.limelight.core.api.OperationalState;
import io.limelight.core.api.ProvedEvidence;
import io.limelight.core.api.ToldFailure;
import io.limelight.core.tpm.Octets;
import io.limelight.verifier.testkit.TestList;
import io.limelight.verifier.testkit.TestMachine;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** The client of the machines' routes against the routes themselves. */
class MachinesClientTest extends SharedVerifierTestBase {
    private static final Duration SOON = Duration.ofSeconds(60);

    private MachinesClient client() {
        return new MachinesClient(Endpoint.verifier("127.0.0.1", verifier.port()), verifier.client(), null);
    }

    private AgentId id() {
        return AgentId.of(id);
    }

    private ListedMachine listed() throws ApiException {
        return client().machine(id()).value();
    }

    @Test
    void aMachineNobodyKnowsIsRefused() {
        assertThatThrownBy(() -> client().machine(id()))
                .isInstanceOfSatisfying(ApiException.Refused.class, e -> assertThat(e.notFound())
                        .isTrue());
        assertThatThrownBy(() -> client().timeline(id(), OptionalLong.empty(), 5))
                .isInstanceOf(ApiException.Refused.class);
        assertThatThrownBy(() -> client().evidence(id(), 0, 5)).isInstanceOf(ApiException.Refused.class);
        assertThatThrownBy(() -> client().pause(id())).isInstanceOf(ApiException.Refused.class);
    }

    @Test
    void theListIsReadPageByPage() throws Exception {
        for (String one : List.of("a-", "b-", "c-")) {
            verifier.add(one + id, machine().enrolment());
        }
        List<String> ids = new ArrayList<>();
        MachinePage page = client().machines("", 2);
        page.machines().forEach(machine -> ids.add(machine.id().value()));
        while (page.nextAfter().isPresent()) {
            page = client().machines(page.nextAfter().get(), 2);
            page.machines().forEach(machine -> ids.add(machine.id().value()));
        }
        assertThat(ids).containsSubsequence("a-" + id, "b-" + id, "c-" + id).doesNotHaveDuplicates();
        assertThat(page.refused()).isZero();
        for (String one : List.of("a-", "b-", "c-")) {
            verifier.delete(one + id);
        }
    }

    @Test
    void whyAMachineFailedIsTold() throws Exception {
        TestMachine machine = machine();
        verifier.add(id, machine.enrolment().put("tpm_policy", "{\"15\": [\"" + "0".repeat(64) + "\"]}"));
        verifier.awaitPasses(id, 1);
        ListedMachine passed = listed();
        assertThat(passed.state()).isEqualTo("trusted");
        assertThat(passed.passAge()).isBetween(0L, 60L);
        assertThat(passed.attestationCount()).isPositive();
        assertThat(passed.lastFailure()).isNull();

        machine.pcr(15, Octets.ofHex("ab".repeat(32)));
        verifier.awaitState(id, OperationalState.INVALID_QUOTE);
        ListedMachine failed = listed();
        assertThat(failed.state()).isEqualTo("failed");
        ToldFailure failure = java.util.Objects.requireNonNull(failed.lastFailure());
        assertThat(failure.sentence()).contains("PCR 15");

        MachineTimeline timeline = await().atMost(SOON)
                .until(
                        () -> client().timeline(id(), OptionalLong.empty(), 50),
                        told -> told.happenings().getFirst().kind().equals("failed"));
        assertThat(timeline.happenings().getLast().kind()).isEqualTo("added");
        ToldFailure whole = timeline.happenings().getFirst().failures().getFirst();
        assertThat(whole.places()).contains(new ToldFailure.Place(ToldFailure.Where.PCR, 15));
        assertThat(whole.actions()).isNotEmpty();

        MachineTimeline first = client().timeline(id(), OptionalLong.empty(), 1);
        MachineTimeline second = client().timeline(id(), first.nextBefore(), 1);
        assertThat(second.happenings().getFirst().number())
                .isLessThan(first.happenings().getFirst().number());
        assertThatThrownBy(() -> client().attest(id()))
                .isInstanceOfSatisfying(ApiException.Refused.class, e -> assertThat(e.status())
                        .isEqualTo(409));
    }

    @Test
    void whatAMachineProvedIsReadPageByPage() throws Exception {
        TestMachine machine = machine().measures("boot_aggregate", "boot").measures("/usr/bin/ls", "ls");
        String policy = TestList.policy("boot_aggregate", "boot", "/usr/bin/ls", "ls");
        verifier.add(
                id,
                machine.enrolment()
                        .put(
                                "runtime_policy",
                                Base64.getEncoder().encodeToString(policy.getBytes(StandardCharsets.UTF_8))));
        ProvedEvidence first = await().atMost(SOON)
                .ignoreException(ApiException.Refused.class)
                .until(() -> client().evidence(id(), 0, 1), kept -> kept.entries() == 2);
        assertThat(first.verdict()).isEqualTo("passed");
        assertThat(first.rows()).singleElement().asString().contains("boot_aggregate");
        assertThat(first.nextFrom()).hasValue(1);
        assertThat(first.clock()).isNotNull();
        ProvedEvidence second = client().evidence(id(), first.nextFrom().orElseThrow(), 1);
        assertThat(second.rows()).singleElement().asString().contains("/usr/bin/ls");
        assertThat(second.nextFrom()).isEmpty();
    }

    @Test
    void aMachineIsPausedAndResumed() throws Exception {
        verifier.add(id, machine().enrolment());
        verifier.awaitPasses(id, 1);
        client().pause(id());
        assertThat(listed().state()).isEqualTo("paused");
        client().resume(id());
        assertThat(listed().state()).isNotEqualTo("paused");
    }
}
