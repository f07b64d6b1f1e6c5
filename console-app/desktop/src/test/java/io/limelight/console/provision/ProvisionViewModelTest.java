package io.limelight.console.provision;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.console.fleet.FakeFleet;
import io.limelight.console.fleet.MachineState;
import io.limelight.console.fleet.Staleness;
import io.limelight.console.payloads.PayloadMode;
import io.limelight.console.payloads.SavedPayload;
import io.limelight.console.provision.ProvisionForm.Field;
import io.limelight.console.provision.ProvisionForm.PolicyFrom;
import io.limelight.console.provision.ProvisionRun.Phase;
import io.limelight.console.provision.ProvisionViewModel.Step;
import io.limelight.console.records.DraftStore;
import io.limelight.console.records.Records;
import io.limelight.console.words.Words;
import io.limelight.console.work.Tasks;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.PolicyKind;
import io.limelight.core.api.SecureSize;
import io.limelight.core.ca.CertificateAuthority;
import io.limelight.core.ca.CertificateSubject;
import io.limelight.core.ca.KeyKind;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.TaskStep;
import io.limelight.core.tenant.CommandWords;
import io.limelight.core.tenant.EnrolmentDraft;
import io.limelight.core.tenant.EnrolmentPlan;
import io.limelight.core.tenant.PackedContents;
import io.limelight.core.tenant.PackedFile;
import io.limelight.core.tenant.PayloadChoice;
import io.limelight.core.tenant.PayloadOutcome;
import io.limelight.core.tenant.PayloadPreview;
import io.limelight.core.tenant.PreparedPolicies;
import io.limelight.core.tenant.ProvisionDraft;
import io.limelight.core.tenant.ProvisionPlan;
import io.limelight.core.tenant.ProvisionReceipt;
import io.limelight.core.tenant.Provisioning;
import io.limelight.core.tenant.RuntimePolicyChoice;
import io.limelight.core.tenant.TenantException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The wizard without a toolkit. */
class ProvisionViewModelTest {
    private static final Words WORDS = Words.english();
    private static final AgentId A = AgentId.of("a");
    private static final AgentId W = AgentId.of("w");

    @TempDir
    Path folder;

    private final InstantSource clock = () -> FakeFleet.NOW;
    private final FakeFleet fleet = new FakeFleet();
    private final Queue<Runnable> work = new ArrayDeque<>();
    private final Records records = Records.inMemory(WORDS, new SecureRandom(), clock);
    private final Fake fake = new Fake();
    private ProvisionViewModel model;
    private Path payload;

    @BeforeEach
    void build() throws Exception {
        fleet.tell(FakeFleet.trusted("a"), FakeFleet.machine("w", MachineState.WAITING, null));
        payload = Files.createDirectories(folder.resolve("ssh-access"));
        Files.writeString(payload.resolve("autorun.sh"), "#!/bin/sh\n");
        model = model();
    }

    private ProvisionViewModel model() {
        return new ProvisionViewModel(new ProvisionViewModel.Parts(
                fleet::latest,
                fleet::refreshSoon,
                fake,
                () -> List.of(new SavedPayload("ssh", payload, PayloadMode.ZIP)),
                records.drafts(),
                records.receipts(),
                7,
                AgentId::value,
                () -> new Staleness(Duration.ofMinutes(5)),
                folder.resolve("ca"),
                "",
                new Tasks(clock, work::add, WORDS),
                WORDS,
                clock,
                work::add,
                Runnable::run));
    }

    private void runAll() {
        while (!work.isEmpty()) {
            work.remove().run();
        }
    }

    private void password() {
        model.password(SecretBytes.copyOf("secret word".getBytes(StandardCharsets.US_ASCII)));
    }

    private void toPlan(Optional<PayloadMode> mode) {
        model.begin(List.of(A, W));
        model.choices().modeProperty().set(mode);
        model.choices().text(Field.PLACE).set(payload.toString());
        while (model.stepProperty().get() != Step.PLAN) {
            Step before = model.stepProperty().get();
            model.next();
            assertThat(model.stepProperty().get())
                    .as(model.choices().fault(before))
                    .isNotEqualTo(before);
        }
        runAll();
    }

    /** Says and does what it is told to. */
    private final class Fake implements Provisioner {
        final Set<AgentId> failing = new HashSet<>();
        final List<AgentId> ran = new ArrayList<>();
        final List<ProvisionDraft> planned = new ArrayList<>();
        boolean stopping;
        String digest = "ab".repeat(32);

        @Override
        public CertificateAuthority authority(Path place) {
            return new CertificateAuthority(
                    place,
                    new CertificateSubject("US", "MA", "L", "O", "U", "CA", 3650, 2048, "http://x/crl"),
                    new SecureRandom(),
                    clock);
        }

        @Override
        public CertificateSubject subject() {
            return new CertificateSubject(
                    "US", "MA", "Lexington", "Keylime", "53", "Keylime Certificate Authority", 3650, 2048, "");
        }

        @Override
        public List<String> names(PolicyKind kind) {
            return List.of("prod");
        }

        @Override
        public ProvisionPlan plan(ProvisionDraft draft, Optional<SecretBytes> password, Cancellation cancellation)
                throws TenantException {
            planned.add(draft);
            PackedContents contents = new PackedContents(
                    List.of(new PackedFile("autorun.sh", 10, Optional.of(digest))), 100, Optional.empty());
            boolean certified = draft.payload() instanceof PayloadChoice.WithCertificate;
            return new ProvisionPlan(
                    draft,
                    draft.machines().stream()
                            .map(id -> new ProvisionPlan.ForMachine(
                                    id,
                                    new EnrolmentPlan(
                                            new EnrolmentDraft(
                                                    id,
                                                    false,
                                                    true,
                                                    Optional.empty(),
                                                    java.util.OptionalInt.empty(),
                                                    Optional.empty(),
                                                    draft.payload(),
                                                    draft.tpmPolicy(),
                                                    PreparedPolicies.NONE,
                                                    false,
                                                    Optional.empty()),
                                            List.of(),
                                            0,
                                            List.of(),
                                            Optional.of(contents)),
                                    false,
                                    Optional.empty(),
                                    SecureSize.UNKNOWN,
                                    false,
                                    new CommandWords(List.of()),
                                    List.of()))
                            .toList(),
                    List.of(),
                    new PayloadPreview(contents, 0, List.of(), true),
                    0,
                    1 << 20,
                    certified
                            ? Optional.of(new ProvisionPlan.Authority(
                                    folder, true, true, Optional.empty(), Optional.empty(), 0))
                            : Optional.empty(),
                    List.of(new TaskStep("identity-quote", "…"), new TaskStep("listed", "…")),
                    "",
                    false,
                    List.of(),
                    PreparedPolicies.NONE);
        }

        @Override
        public void run(
                ProvisionPlan plan,
                Collection<AgentId> which,
                Optional<KeyKind> newCa,
                Optional<SecretBytes> password,
                Provisioning.Observer observer,
                Map<AgentId, Cancellation> each,
                Cancellation all)
                throws TenantException {
            for (AgentId id : which) {
                ran.add(id);
                var report = observer.report(id);
                report.begin(plan.checks().getFirst());
                if (stopping) {
                    throw new TenantException(TenantException.Kind.REQUEST, "The verifier does not answer.");
                }
                if (failing.contains(id)) {
                    observer.failed(id, new TenantException(TenantException.Kind.IDENTITY, "The quote is wrong."));
                    continue;
                }
                plan.checks().forEach(step -> report.done(step, "well", Duration.ZERO));
                observer.done(new ProvisionReceipt(
                        id,
                        clock.instant(),
                        "v:1",
                        "r:2",
                        "a:3",
                        false,
                        Optional.empty(),
                        "",
                        true,
                        PayloadOutcome.NOT_REPORTED,
                        List.of(),
                        List.of()));
            }
        }
    }

    // --- what must not happen ---

    @Test
    void aReceiptThatCannotBeReadIsShownAsItsText() throws Exception {
        records.receipts().add(7, A, "no JSON");
        assertThat(new KeptReceipts(records.receipts(), 7, Words.english()).of(A))
                .singleElement()
                .satisfies(kept -> assertThat(kept.json()).isEqualTo("no JSON"));
    }

    @Test
    void nothingIsRunWithoutThePasswordThatIsNeeded() {
        toPlan(Optional.of(PayloadMode.CERTIFICATE_PACKAGE));
        assertThat(model.passwordMissing()).isTrue();
        model.run();
        runAll();
        assertThat(fake.ran).isEmpty();
        model.go(Step.IDENTITY);
        password();
        assertThat(model.planProperty().get()).as("what was planned without it").isEmpty();
        model.go(Step.PLAN);
        runAll();
        model.run();
        runAll();
        assertThat(fake.ran).containsExactlyInAnyOrder(A, W);
    }

    @Test
    void thePasswordIsInNoDraft() throws Exception {
        model.begin(List.of(A));
        password();
        model.choices().text(Field.PLACE).set(payload.toString());
        runAll();
        List<DraftStore.Draft> drafts = records.drafts().all(ProvisionViewModel.DRAFT, 7);
        assertThat(drafts)
                .singleElement()
                .satisfies(
                        draft -> assertThat(draft.text()).contains("ssh-access").doesNotContain("secret word"));
    }

    @Test
    void oneThatFailsIsTriedAgainAloneAndNotWithOtherFiles() {
        fake.failing.add(W);
        toPlan(Optional.of(PayloadMode.ZIP));
        model.run();
        runAll();
        assertThat(model.provisionRun().phaseProperty().get()).isEqualTo(Phase.OVER);
        assertThat(model.provisionRun().count(MachineRun.State.DONE)).isOne();
        assertThat(model.provisionRun().count(MachineRun.State.FAILED)).isOne();
        assertThat(model.provisionRun().runs().get(1).steps().getFirst().mark()).isEqualTo(MachineRun.Mark.FAILED);
        fake.ran.clear();
        fake.digest = "cd".repeat(32);
        model.retryFailed();
        runAll();
        assertThat(fake.ran).isEmpty();
        assertThat(model.problemProperty().get().orElseThrow().code()).isEqualTo("provision.changed");
        fake.digest = "ab".repeat(32);
        fake.failing.clear();
        model.retryFailed();
        runAll();
        assertThat(fake.ran).containsExactly(W);
        assertThat(model.provisionRun().count(MachineRun.State.DONE)).isEqualTo(2);
    }

    @Test
    void aVerifierThatDiesIsSaidAtEveryMachineThatWasNotDone() {
        fake.stopping = true;
        toPlan(Optional.empty());
        model.run();
        runAll();
        assertThat(model.provisionRun().phaseProperty().get()).isEqualTo(Phase.OVER);
        assertThat(model.provisionRun().runs())
                .allSatisfy(run -> assertThat(run.problem()).isNotNull());
    }

    @Test
    void aDraftThatCannotBeReadIsSaidAndLeavesWhatIsThere() {
        model.begin(List.of(A));
        model.resume(new DraftStore.Draft("x", ProvisionViewModel.DRAFT, 7, "x", "{", 1, clock.instant()));
        assertThat(model.problemProperty().get().orElseThrow().code()).isEqualTo("provision.draft-damaged");
        assertThat(model.choices().chosenProperty().get()).containsExactly(A);
    }

    // --- what is kept ---

    @Test
    void backLosesNothingAndADraftOutlivesTheConsole() throws Exception {
        toPlan(Optional.of(PayloadMode.CERTIFICATE_PACKAGE));
        model.go(Step.POLICIES);
        model.choices().runtimeProperty().set(PolicyFrom.NAME);
        model.choices().text(Field.RUNTIME_NAME).set("prod");
        while (model.stepProperty().get() != Step.MACHINES) {
            model.back();
        }
        model.choose(W, false);
        runAll();
        model.close();
        runAll();

        ProvisionViewModel again = model();
        again.shown();
        runAll();
        assertThat(again.drafts()).hasSize(1);
        again.resume(again.drafts().getFirst());
        assertThat(again.choices().chosenProperty().get()).containsExactly(A);
        assertThat(again.choices().modeProperty().get()).contains(PayloadMode.CERTIFICATE_PACKAGE);
        assertThat(again.choices().text(Field.PLACE).get()).isEqualTo(payload.toString());
        again.go(Step.PLAN);
        runAll();
        assertThat(fake.planned.getLast().policyChoice().runtime())
                .isEqualTo(new RuntimePolicyChoice.Stored(new io.limelight.core.api.PolicyName("prod")));
    }

    @Test
    void aTemplateNamesNoMachine() throws Exception {
        toPlan(Optional.of(PayloadMode.ZIP));
        model.saveTemplate("ssh");
        runAll();
        assertThat(records.drafts().all(ProvisionViewModel.TEMPLATE, 0))
                .singleElement()
                .satisfies(template -> {
                    ProvisionForm form = ProvisionForm.read(template.text());
                    assertThat(form.machines()).isEmpty();
                    assertThat(form.text(Field.PLACE)).isEqualTo(payload.toString());
                });
    }

    @Test
    void whatIsDoneLeavesReceiptsAndNoDraft() throws Exception {
        toPlan(Optional.of(PayloadMode.ZIP));
        model.run();
        runAll();
        assertThat(records.receipts().of(7, A)).hasSize(1);
        assertThat(records.receipts().of(7, W)).hasSize(1);
        assertThat(new KeptReceipts(records.receipts(), 7, Words.english()).of(A))
                .singleElement()
                .satisfies(kept -> {
                    assertThat(kept.facts()).isNotEmpty();
                    assertThat(kept.json()).contains("limelight-provision-1");
                });
        assertThat(records.drafts().all(ProvisionViewModel.DRAFT, 7)).isEmpty();
        assertThat(fleet.asked).contains("refresh");
        Path file = folder.resolve("receipt.txt");
        model.provisionRun()
                .export(model.provisionRun().runs().getFirst().receipt().orElseThrow(), file);
        runAll();
        assertThat(file).content().contains("Receipt for machine a");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    // --- steps ---

    @Test
    void aStepThatIsNotInOrderIsNotLeft() {
        model.begin(List.of());
        model.next();
        assertThat(model.stepProperty().get()).isEqualTo(Step.MACHINES);
        assertThat(model.choices().fault(Step.MACHINES)).isNotEmpty();
        model.choose(A, true);
        model.next();
        model.choices().modeProperty().set(Optional.of(PayloadMode.SINGLE_FILE));
        model.next();
        assertThat(model.stepProperty().get()).isEqualTo(Step.PAYLOAD);
        assertThat(model.reachable(Step.PLAN)).isFalse();
        model.choices().text(Field.PLACE).set(payload.resolve("autorun.sh").toString());
        model.next();
        assertThat(model.stepProperty().get())
                .as("no identity without a package")
                .isEqualTo(Step.POLICIES);
        model.choices().text(Field.TPM).set("{\"99\": 1");
        model.next();
        assertThat(model.stepProperty().get()).isEqualTo(Step.POLICIES);
        model.choices().text(Field.TPM).set("");
        model.next();
        assertThat(model.stepProperty().get()).isEqualTo(Step.PLAN);
    }

    @Test
    void everyModeBecomesItsChoice() {
        toPlan(Optional.empty());
        assertThat(fake.planned.getLast().payload()).isInstanceOf(PayloadChoice.None.class);
        toPlan(Optional.of(PayloadMode.ZIP));
        assertThat(fake.planned.getLast().payload()).isEqualTo(new PayloadChoice.Folder(payload));
        toPlan(Optional.of(PayloadMode.SINGLE_FILE));
        assertThat(fake.planned.getLast().payload()).isEqualTo(new PayloadChoice.PlainFile(payload));
        toPlan(Optional.of(PayloadMode.KEY_ONLY));
        assertThat(fake.planned.getLast().payload())
                .isEqualTo(new PayloadChoice.ExistingKey(payload, Optional.empty()));
        toPlan(Optional.of(PayloadMode.CERTIFICATE_PACKAGE));
        assertThat(fake.planned.getLast().payload()).isInstanceOf(PayloadChoice.WithCertificate.class);
    }

    @Test
    void aDryRunIsUnpackedForThisUserAloneAndGoneAfterwards() {
        toPlan(Optional.of(PayloadMode.ZIP));
        model.dryRun();
        runAll();
        Path unpacked = model.dryRunProperty().get().orElseThrow();
        assertThat(unpacked.resolve("autorun.sh")).content().isEqualTo("#!/bin/sh\n");
        model.closeDryRun();
        runAll();
        assertThat(unpacked).doesNotExist();
    }
}
