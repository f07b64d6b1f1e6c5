package io.limelight.core.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.limelight.core.api.AgentId;
import io.limelight.core.ca.CaKit;
import io.limelight.core.ca.CaName;
import io.limelight.core.ca.ExpectedIdentity;
import io.limelight.core.ca.KeyKind;
import io.limelight.core.http.HttpReply;
import io.limelight.core.json.WireJson;
import io.limelight.core.policy.TpmPolicy;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.TaskReport;
import io.limelight.core.tenant.TenantException.Aftermath;
import io.limelight.core.tenant.TenantException.Kind;
import io.limelight.core.tenant.kit.SoftMachine;
import io.limelight.core.tenant.kit.TenantWorld;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** Several machines at once, against real TLS servers. */
class ProvisioningTest {
    private static final AgentId FIRST = TenantWorld.ID;
    private static final AgentId SECOND = AgentId.of("00000000-0000-4000-8000-0000000000bb");
    private static final AgentId NOBODY = AgentId.of("00000000-0000-4000-8000-0000000000cc");

    @TempDir
    Path folder;

    private final Map<AgentId, ProvisionReceipt> done = new ConcurrentHashMap<>();
    private final Map<AgentId, TenantException> failed = new ConcurrentHashMap<>();
    private final SecretBytes password = SecretBytes.copyOf("a long enough word".getBytes(StandardCharsets.US_ASCII));
    private TenantWorld world;
    private SoftMachine first;
    private SoftMachine second;
    private CaKit kit;
    private Path include;

    @BeforeEach
    void build() throws Exception {
        world = TenantWorld.in(folder);
        world.configure();
        first = world.machine(FIRST);
        second = world.machine(SECOND);
        kit = new CaKit(folder.resolve("my ca"));
        include = Files.createDirectories(folder.resolve("payload"));
        Files.writeString(include.resolve("autorun.sh"), "#!/bin/sh\n");
        Files.writeString(include.resolve("action_list"), "local_action_one.py, local_action_two.py");
    }

    @AfterEach
    void end() {
        world.close();
        kit.close();
        password.close();
    }

    private ProvisionDraft draft(PayloadChoice payload, AgentId... machines) {
        return new ProvisionDraft(List.of(machines), payload, PolicyChoice.NONE, TpmPolicy.EMPTY, Optional.empty());
    }

    private PayloadChoice certified() {
        return new PayloadChoice.WithCertificate(kit.ca(), Optional.of(include), CaKit.forbidden());
    }

    private Provisioning provisioning() throws Exception {
        return new Provisioning(world.settings(), new SecureRandom(), InstantSource.system());
    }

    private ProvisionPlan plan(ProvisionDraft draft) throws Exception {
        return provisioning().plan(draft, Optional.empty(), new Cancellation());
    }

    private void run(ProvisionPlan plan, AgentId... which) throws Exception {
        run(plan, new Cancellation(), Map.of(), which);
    }

    private void run(ProvisionPlan plan, Cancellation all, Map<AgentId, Cancellation> each, AgentId... which)
            throws Exception {
        provisioning()
                .run(
                        plan,
                        List.of(which),
                        Optional.of(KeyKind.Curve.P256),
                        Optional.of(password),
                        new Provisioning.Observer() {
                            @Override
                            public TaskReport report(AgentId id) {
                                return TaskReport.SILENT;
                            }

                            @Override
                            public void done(ProvisionReceipt receipt) {
                                done.put(receipt.machine(), receipt);
                            }

                            @Override
                            public void failed(AgentId id, TenantException failure) {
                                failed.put(id, failure);
                            }
                        },
                        each,
                        all);
    }

    private static void says(SoftMachine machine, String stage, int exit) {
        machine.answering("GET limelight/v1/status", _ -> {
            ObjectNode status = WireJson.object();
            status.put("payload_stage", stage);
            status.put("script_exit", exit);
            status.put("secure_size", "1m");
            return HttpReply.success(status);
        });
    }

    // --- what must not happen ---

    @Test
    void whatChangedSinceItWasShownIsNotSent() throws Exception {
        ProvisionPlan plan = plan(draft(certified(), FIRST, SECOND));
        Files.writeString(include.resolve("autorun.sh"), "#!/bin/sh\nrm -rf /\n");
        run(plan, FIRST, SECOND);
        assertThat(done).isEmpty();
        assertThat(failed.get(FIRST).sentences()).contains("changed since you looked", "autorun.sh");
        assertThat(failed.get(FIRST).aftermath()).isEqualTo(Aftermath.NOTHING);
        assertThat(kit.ca().exists()).as("nothing is issued for it").isFalse();
        assertThat(world.verifier().machines()).isEmpty();

        Files.writeString(include.resolve("autorun.sh"), "#!/bin/sh\n");
        Files.writeString(include.resolve("one-more"), "");
        failed.clear();
        run(plan, FIRST);
        assertThat(failed.get(FIRST).sentences()).contains("one-more");

        Path zip = Files.createDirectories(folder.resolve("zip/inner"));
        Files.writeString(zip.resolve("file"), "as shown");
        ProvisionPlan asFolder = plan(draft(new PayloadChoice.Folder(folder.resolve("zip")), FIRST));
        Files.writeString(zip.resolve("file"), "not as shown");
        failed.clear();
        run(asFolder, FIRST);
        assertThat(failed.get(FIRST).sentences()).contains("inner/file");
        assertThat(first.receivedU()).isEmpty();
    }

    @Test
    void aMachineThatFailsItsCheckHoldsUpNoOther() throws Exception {
        says(first, "done", 0);
        ProvisionPlan plan = plan(draft(certified(), FIRST, SECOND));
        second.answering("GET quotes/identity", _ -> HttpReply.refusal(400, "no"));
        run(plan, FIRST, SECOND);
        assertThat(done).containsOnlyKeys(FIRST);
        assertThat(failed.get(SECOND).aftermath()).isEqualTo(Aftermath.NOTHING);
        assertThat(world.verifier().machines()).containsOnlyKeys(FIRST.value());
        assertThat(kit.ca().certificateOf(CaName.fresh(SECOND.value())))
                .as("a certificate is issued for a machine that has proved itself")
                .isEmpty();

        second.honest("GET quotes/identity");
        failed.clear();
        run(plan, SECOND);
        assertThat(failed).isEmpty();
        assertThat(done).containsOnlyKeys(FIRST, SECOND);
    }

    @Test
    void aCancelledMachineIsSaidToBeAndTheOtherGoesOn() throws Exception {
        ProvisionPlan plan = plan(draft(certified(), FIRST, SECOND));
        Cancellation own = new Cancellation();
        own.cancel();
        run(plan, new Cancellation(), Map.of(SECOND, own), FIRST, SECOND);
        assertThat(done).containsOnlyKeys(FIRST);
        assertThat(failed.get(SECOND).kind()).isEqualTo(Kind.CANCELLED);
    }

    @Test
    void aMachineThatNobodyRegisteredIsRefusedWhereItStands() throws Exception {
        ProvisionPlan plan = plan(draft(certified(), FIRST, NOBODY));
        assertThat(plan.machines()).extracting(ProvisionPlan.ForMachine::id).containsExactly(FIRST);
        assertThat(plan.refused()).singleElement().satisfies(refused -> {
            assertThat(refused.id()).isEqualTo(NOBODY);
            assertThat(refused.why()).contains("registrar");
        });
    }

    @Test
    void aWrongPasswordIsSaidBeforeAnythingIsDone() throws Exception {
        kit.close();
        kit = CaKit.prepared(folder.resolve("old"), FIRST.value());
        TenantException failure = catchThrowableOfType(
                TenantException.class,
                () -> provisioning().plan(draft(certified(), FIRST), Optional.of(password), new Cancellation()));
        assertThat(failure.sentences()).contains("password");
        assertThat(world.journal().lines()).isEmpty();
    }

    // --- what is said, and done ---

    @Test
    void thePlanSaysWhatTheRunDoes() throws Exception {
        says(first, "done", 0);
        says(second, "done", 0);
        ProvisionPlan plan = plan(draft(certified(), FIRST, SECOND));
        assertThat(world.journal().lines()).noneMatch(line -> line.contains("POST") || line.contains("PUT"));
        assertThat(plan.payload().actions()).containsExactly("local_action_one.py", "local_action_two.py");
        assertThat(plan.payload().script()).isTrue();
        assertThat(plan.ca().orElseThrow().made()).isTrue();
        assertThat(plan.ca().orElseThrow().passwordNeeded()).isTrue();
        assertThat(plan.issued()).isEqualTo(2);
        assertThat(plan.machines().getFirst().room().bytes()).hasValue(1 << 20);

        run(plan, FIRST);
        run(plan, SECOND);

        assertThat(failed).isEmpty();
        for (ProvisionPlan.ForMachine machine : plan.machines()) {
            ProvisionReceipt receipt = done.get(machine.id());
            ExpectedIdentity expected = machine.certificate().orElseThrow();
            Delivered delivered = receipt.delivered().orElseThrow();
            assertThat(delivered.certificate().orElseThrow().serial()).isEqualTo(expected.serial());
            assertThat(delivered.certificate().orElseThrow().subject()).isEqualTo(expected.subject());
            assertThat(receipt.keyProven()).isTrue();
            assertThat(receipt.outcome().exit()).hasValue(0);
            assertThat(delivered.contents().files())
                    .extracting(PackedFile::name)
                    .containsExactlyElementsOf(machine.enrolment().shown().orElseThrow().files().stream()
                            .map(PackedFile::name)
                            .toList());
            assertThat(delivered.contents().files()).noneMatch(PackedFile::generated);
            assertThat(delivered.contents().bytes())
                    .isLessThanOrEqualTo(plan.payload().contents().bytes());
            assertThat(receipt.text()).contains(expected.serial().toString(), "autorun.sh", "status 0");
            assertThat(WireJson.compactText(receipt.json()))
                    .contains(machine.id().value())
                    .doesNotContain("PRIVATE");
        }
        assertThat(kit.ca().authority().getPublicKey().getAlgorithm()).isEqualTo("EC");

        ProvisionPlan again = plan(draft(certified(), FIRST));
        assertThat(again.ca().orElseThrow().passwordNeeded()).isFalse();
        assertThat(again.ca().orElseThrow().others()).isEqualTo(1);
        assertThat(again.machines().getFirst().replaces())
                .as("it is enrolled by now")
                .isTrue();
        assertThat(again.issued()).isZero();
        assertThat(again.machines().getFirst().certificate().orElseThrow().serial())
                .isEqualTo(
                        plan.machines().getFirst().certificate().orElseThrow().serial())
                .isEqualTo(BigInteger.TWO);
    }

    @Test
    void aFolderTravelsAsOneArchiveWithItsFolders() throws Exception {
        Files.writeString(Files.createDirectories(include.resolve("inner")).resolve("file"), "x");
        ProvisionPlan plan = plan(draft(new PayloadChoice.Folder(include), FIRST));
        assertThat(plan.ca()).isEmpty();
        assertThat(plan.payload().contents().files())
                .extracting(PackedFile::name)
                .containsExactly("action_list", "autorun.sh", "inner/file");
        run(plan, FIRST);
        assertThat(done.get(FIRST).delivered().orElseThrow().contents())
                .isEqualTo(plan.payload().contents());
        assertThat(done.get(FIRST).outcome().stage()).isEqualTo(PayloadOutcome.Stage.NOT_REPORTED);
    }

    @Test
    void linesToCopyAreSafeForAShellAndNameNoSecret() throws Exception {
        Path odd = Files.createDirectories(folder.resolve("it's $(rm) here"));
        Files.writeString(odd.resolve("autorun.sh"), "#!/bin/sh\n");
        PayloadChoice choice = new PayloadChoice.WithCertificate(kit.ca(), Optional.of(odd), CaKit.forbidden());
        ProvisionPlan.ForMachine machine = plan(draft(choice, FIRST)).machines().getFirst();
        assertThat(machine.limelight().text())
                .startsWith("limelight tenant -c add -u " + FIRST)
                .contains("--cert '" + folder.resolve("my ca") + "'", "it'\\''s $(rm) here'", "--verify");
        assertThat(machine.keylime())
                .singleElement()
                .satisfies(line -> assertThat(line.text()).startsWith("keylime_tenant -c add"));
        assertThat(plan(draft(new PayloadChoice.Folder(odd), FIRST))
                        .machines()
                        .getFirst()
                        .keylime())
                .as("Keylime packs no folder")
                .hasSize(2);
    }
}
