package io.limelight.console.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.console.problem.ProblemException;
import io.limelight.core.api.AgentId;
import io.limelight.core.http.HttpReply;
import io.limelight.core.task.Cancellation;
import io.limelight.core.tenant.kit.SoftMachine;
import io.limelight.core.tenant.kit.TenantWorld;
import io.limelight.core.tpm.Octets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against a verifier that tells next to nothing, the machine itself is asked, and what it registered is read. */
@Timeout(300)
class ExaminationTest {
    private static final AgentId ID = AgentId.of("m1");

    @TempDir
    Path folder;

    private TenantWorld world;
    private FleetUnderTest console;

    @BeforeEach
    void begin() throws Exception {
        world = TenantWorld.in(folder);
        world.configure();
        console = new FleetUnderTest(world.settings(), Registrations.PLAIN, RevokedMachines.NONE);
    }

    @AfterEach
    void end() throws Exception {
        console.close();
        world.close();
    }

    @Test
    void aMachineNobodyRegisteredIsNotAsked() throws Exception {
        assertThatThrownBy(() -> console.fleet.evidence(ID, new Cancellation()))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo("registrar.unregistered"));
        assertThatThrownBy(() -> console.fleet.identity(ID, new Cancellation())).isInstanceOf(ProblemException.class);
    }

    @Test
    void aMachineAnswersAFreshQuestion() throws Exception {
        world.machine(ID);
        KeptEvidence evidence = console.fleet.evidence(ID, new Cancellation());
        assertThat(evidence.source()).isEqualTo(KeptEvidence.Source.APPRAISED_HERE);
        assertThat(evidence.quote()).startsWith("r");
        assertThat(evidence.failures()).isEmpty();
        assertThat(evidence.verdict()).isEqualTo("passed");
        assertThat(evidence.clock()).isPresent();
    }

    @Test
    void aListThatDoesNotLeadToItsPcrIsExplainedHere() throws Exception {
        world.machine(ID).imaPcr(Octets.ofHex("ab".repeat(32)));
        KeptEvidence evidence = console.fleet.evidence(ID, new Cancellation());
        assertThat(evidence.verdict()).isEqualTo("failed");
        FailureSummary failure = evidence.failures().getFirst();
        assertThat(failure.id()).startsWith("ima.");
        assertThat(failure.sentence()).isNotEmpty();
        assertThat(failure.pointers()).contains(new FailureSummary.Pointer.Pcr(10));
    }

    @Test
    void anotherMachineAtItsAddressIsNotBelieved() throws Exception {
        SoftMachine machine = world.machine(ID);
        machine.answering(
                "GET quotes/integrity",
                call -> HttpReply.success(
                        machine.quote(call.query("nonce").orElseThrow().toLowerCase(java.util.Locale.ROOT) + "x")
                                .toJson()));
        KeptEvidence evidence = console.fleet.evidence(ID, new Cancellation());
        assertThat(evidence.verdict()).isEqualTo("failed");
        assertThat(evidence.failures().getFirst().id()).startsWith("qoute_validation.");
        assertThat(evidence.clock()).isEmpty();
    }

    @Test
    void whatAMachineRegisteredIsRead() throws Exception {
        world.machine(ID);
        Identity identity = console.fleet.identity(ID, new Cancellation());
        assertThat(identity.akName()).matches("000b[0-9a-f]{64}");
        assertThat(identity.akKind()).contains(", ");
        assertThat(identity.ekTrusted()).as(identity.ekTrust()).isTrue();
        assertThat(identity.ekCertificates()).hasSize(1);
        assertThat(identity.tls()).isPresent();
    }
}
