package io.limelight.console.provision;

import io.limelight.console.fleet.FleetSnapshot;
import io.limelight.console.fleet.Machine;
import io.limelight.console.fleet.MachineState;
import io.limelight.console.fleet.StaleReason;
import io.limelight.console.fleet.Staleness;
import io.limelight.console.payloads.PayloadMode;
import io.limelight.console.payloads.SavedPayload;
import io.limelight.console.pictures.Picture;
import io.limelight.console.provision.ProvisionForm.Field;
import io.limelight.console.provision.ProvisionForm.PolicyFrom;
import io.limelight.console.provision.ProvisionRun.Phase;
import io.limelight.console.provision.ProvisionViewModel.Step;
import io.limelight.console.records.Records;
import io.limelight.console.words.Words;
import io.limelight.console.work.Tasks;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.PolicyKind;
import io.limelight.core.api.SecureSize;
import io.limelight.core.ca.CertificateAuthority;
import io.limelight.core.ca.CertificateSubject;
import io.limelight.core.ca.ExpectedIdentity;
import io.limelight.core.ca.KeyKind;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import io.limelight.core.task.TaskReport;
import io.limelight.core.task.TaskStep;
import io.limelight.core.tenant.CommandWords;
import io.limelight.core.tenant.Delivered;
import io.limelight.core.tenant.EnrolmentDraft;
import io.limelight.core.tenant.EnrolmentPlan;
import io.limelight.core.tenant.PackedContents;
import io.limelight.core.tenant.PackedFile;
import io.limelight.core.tenant.PayloadOutcome;
import io.limelight.core.tenant.PayloadPreview;
import io.limelight.core.tenant.PreparedPolicies;
import io.limelight.core.tenant.ProvisionDraft;
import io.limelight.core.tenant.ProvisionPlan;
import io.limelight.core.tenant.ProvisionReceipt;
import io.limelight.core.tenant.Provisioning;
import io.limelight.core.tenant.TenantException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Predicate;
import javafx.application.Platform;
import javafx.scene.Parent;

/** Pictures of the wizard's steps, with machines that are not there. */
public final class ProvisionSamples {
    private static final String[] NAMES = {"web-18", "web-40", "web-41", "db-03", "cache-11"};
    private static final String SHA = "ab5b62081b1d305e58466ebdd352f80163518250301558368312c5d48baec3e2";

    private final Words words;
    private final InstantSource clock;
    private final Executor work = task -> Thread.ofVirtual().start(task);
    private final Executor screen = Platform::runLater;

    /** In these words. */
    public ProvisionSamples(Words words, InstantSource clock) {
        this.words = words;
        this.clock = clock;
    }

    /** Of every step. */
    public List<Picture> pictures() {
        return List.of(
                picture("provision-machines", model -> {}, _ -> true),
                picture(
                        "provision-payload",
                        model -> model.go(Step.PAYLOAD),
                        model -> !model.saved().isEmpty()),
                picture(
                        "provision-identity",
                        model -> model.go(Step.IDENTITY),
                        model -> model.caExistsProperty().get().isPresent()),
                picture("provision-policies", model -> model.go(Step.POLICIES), _ -> true),
                picture(
                        "provision-plan",
                        model -> model.go(Step.PLAN),
                        model -> model.planProperty().get().isPresent()),
                picture(
                        "provision-plan-watched",
                        model -> {
                            model.choices().modeProperty().set(Optional.empty());
                            model.choices().runtimeProperty().set(PolicyFrom.NONE);
                            model.go(Step.PLAN);
                        },
                        model -> model.planProperty().get().isPresent()),
                run("provision-running", false),
                run("provision-receipt", true));
    }

    private Picture run(String name, boolean whole) {
        AtomicReference<ProvisionViewModel> shown = new AtomicReference<>();
        return new Picture(
                name,
                () -> {
                    ProvisionViewModel model = model(new Sample(whole));
                    shown.set(model);
                    model.password(SecretBytes.copyOf("sample".getBytes(StandardCharsets.US_ASCII)));
                    model.planProperty().subscribe(plan -> {
                        if (plan.isPresent()) {
                            model.run();
                        }
                    });
                    model.go(Step.PLAN);
                    return page(model);
                },
                () -> {
                    ProvisionViewModel model = shown.get();
                    return whole
                            ? model.provisionRun().phaseProperty().get() == Phase.OVER
                            : model.provisionRun().runs().stream()
                                    .anyMatch(run -> run.state() == MachineRun.State.FAILED);
                },
                () -> shown.get().close());
    }

    private Picture picture(String name, Consumer<ProvisionViewModel> arrange, Predicate<ProvisionViewModel> ready) {
        AtomicReference<ProvisionViewModel> shown = new AtomicReference<>();
        return new Picture(
                name,
                () -> {
                    ProvisionViewModel model = model(new Sample(true));
                    shown.set(model);
                    Parent page = page(model);
                    arrange.accept(model);
                    return page;
                },
                () -> ready.test(shown.get()),
                () -> shown.get().close());
    }

    private Parent page(ProvisionViewModel model) {
        ProvisionPage page = new ProvisionPage(words, model, () -> {});
        page.shown();
        return (Parent) page.content();
    }

    private ProvisionViewModel model(Provisioner provisioner) {
        Records records = Records.inMemory(words, new SecureRandom(), clock);
        FleetSnapshot fleet = fleet();
        ProvisionViewModel model = new ProvisionViewModel(new ProvisionViewModel.Parts(
                () -> fleet,
                () -> {},
                provisioner,
                () -> List.of(
                        new SavedPayload(
                                "ssh-access", Path.of("/home/you/ssh-access"), PayloadMode.CERTIFICATE_PACKAGE),
                        new SavedPayload("ca-roots", Path.of("/home/you/ca-roots"), PayloadMode.ZIP)),
                records.drafts(),
                records.receipts(),
                0,
                id -> name(id),
                () -> new Staleness(Duration.ofMinutes(5)),
                Path.of("/var/lib/keylime/ca"),
                "",
                new Tasks(clock, work, words),
                words,
                clock,
                work,
                screen));
        model.begin(List.of(id(0), id(1), id(2)));
        model.choices().text(Field.PLACE).set("/home/you/ssh-access");
        model.choices().runtimeProperty().set(PolicyFrom.NAME);
        model.choices().text(Field.RUNTIME_NAME).set("web-2026.11");
        return model;
    }

    private static AgentId id(int number) {
        return AgentId.of("777ffcab-dd92-586c-aae7-a27538d1460" + number);
    }

    private static String name(AgentId id) {
        for (int i = 0; i < NAMES.length; i++) {
            if (id(i).equals(id)) {
                return NAMES[i];
            }
        }
        return id.value();
    }

    private FleetSnapshot fleet() {
        Instant now = clock.instant();
        Map<AgentId, Machine> machines = new LinkedHashMap<>();
        MachineState[] states = {
            MachineState.WAITING, MachineState.WAITING, MachineState.TRUSTED, MachineState.FAILED, MachineState.TRUSTED
        };
        for (int i = 0; i < NAMES.length; i++) {
            machines.put(
                    id(i),
                    new Machine(
                            id(i),
                            "10.20.4." + (28 + i),
                            9002,
                            states[i],
                            StaleReason.NONE,
                            3,
                            12,
                            now.minusSeconds(2),
                            now.minusSeconds(2),
                            "",
                            "",
                            null));
        }
        FleetSnapshot.Light up = new FleetSnapshot.Light(FleetSnapshot.Light.Status.UP, now, null);
        return new FleetSnapshot(
                1,
                List.copyOf(machines.values()),
                machines,
                Optional.of(now),
                up,
                up,
                FleetSnapshot.ServerKind.LIMELIGHT,
                new FleetSnapshot.Load(0, Duration.ofSeconds(5), Duration.ofMillis(10)));
    }

    /** Says what a fleet would. */
    private final class Sample implements Provisioner {
        private final boolean whole;

        Sample(boolean whole) {
            this.whole = whole;
        }

        @Override
        public CertificateAuthority authority(Path folder) {
            return new CertificateAuthority(
                    Path.of("/nothing-is-here"),
                    new CertificateSubject("US", "MA", "Lexington", "Keylime", "53", "CA", 3650, 2048, "http://x/crl"),
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
            return List.of("web-2026.10", "web-2026.11");
        }

        private List<TaskStep> steps(boolean certified) {
            List<TaskStep> steps = new ArrayList<>();
            for (String id : List.of(
                    "registrar-record",
                    "agent-version",
                    "identity-quote",
                    "endorsement",
                    "policies",
                    "certificate-package",
                    "share-u",
                    "verifier-add",
                    "listed",
                    "key-proof",
                    "opened",
                    "script")) {
                if (certified
                        || List.of(
                                        "registrar-record",
                                        "agent-version",
                                        "identity-quote",
                                        "endorsement",
                                        "verifier-add",
                                        "listed")
                                .contains(id)) {
                    steps.add(new TaskStep(id, id));
                }
            }
            return steps;
        }

        @Override
        public ProvisionPlan plan(ProvisionDraft draft, Optional<SecretBytes> password, Cancellation cancellation) {
            boolean certified = draft.payload().withKey();
            List<PackedFile> files = new ArrayList<>();
            if (certified) {
                for (String made : List.of("public.pem", "cert.crt", "private.pem")) {
                    files.add(new PackedFile(id(0) + "-" + made, 0, Optional.empty()));
                }
                for (String made : List.of("cacert.crt", "cacrl.der", "cacrl.pem", "RevocationNotifier-cert.crt")) {
                    files.add(new PackedFile(made, 0, Optional.empty()));
                }
                files.add(new PackedFile("action_list", 49, Optional.of(SHA)));
                files.add(new PackedFile("autorun.sh", 634, Optional.of(SHA)));
                files.add(new PackedFile("known_hosts", 191_900, Optional.of(SHA)));
                files.add(new PackedFile("local_action_rm_ssh.py", 1434, Optional.of(SHA)));
                files.add(new PackedFile("local_action_fetch_crl.py", 2150, Optional.of(SHA)));
                files.add(new PackedFile("payload_id_ed25519.pub", 96, Optional.of(SHA)));
            }
            PackedContents contents = new PackedContents(files, certified ? 208_000 : 0, Optional.empty());
            List<ProvisionPlan.ForMachine> machines = new ArrayList<>();
            int serial = 1185;
            for (AgentId machine : draft.machines()) {
                EnrolmentPlan plan =
                        new EnrolmentPlan(EnrolmentDraft.of(machine), List.of(), 0, List.of(), Optional.of(contents));
                machines.add(new ProvisionPlan.ForMachine(
                        machine,
                        plan,
                        machine.equals(id(2)),
                        certified
                                ? Optional.of(new ExpectedIdentity(
                                        "OU=53,O=Keylime,L=Lexington,ST=MA,CN=" + machine + ",C=US",
                                        BigInteger.valueOf(serial++),
                                        true))
                                : Optional.empty(),
                        machine.equals(id(1)) ? SecureSize.UNKNOWN : new SecureSize(OptionalLong.of(1 << 20), false),
                        !machine.equals(id(1)),
                        line(
                                "limelight",
                                "tenant",
                                "-c",
                                "add",
                                "-u",
                                machine.value(),
                                "--verify",
                                "--cert",
                                "/var/lib/keylime/ca",
                                "--include",
                                "/home/you/ssh-access",
                                "--runtime-policy-name",
                                "web-2026.11"),
                        List.of(line(
                                "keylime_tenant",
                                "-c",
                                "add",
                                "-u",
                                machine.value(),
                                "--verify",
                                "--cert",
                                "/var/lib/keylime/ca",
                                "--include",
                                "/home/you/ssh-access",
                                "--runtime-policy-name",
                                "web-2026.11"))));
            }
            return new ProvisionPlan(
                    draft,
                    machines,
                    List.of(),
                    new PayloadPreview(
                            contents,
                            certified ? 440_000 : 0,
                            certified ? List.of("local_action_rm_ssh.py", "local_action_fetch_crl.py") : List.of(),
                            certified),
                    certified ? 277_400 : 0,
                    1 << 20,
                    certified
                            ? Optional.of(new ProvisionPlan.Authority(
                                    Path.of("/var/lib/keylime/ca"),
                                    false,
                                    true,
                                    Optional.of("CN=dc-east"),
                                    Optional.of(clock.instant().plus(Duration.ofDays(900))),
                                    12))
                            : Optional.empty(),
                    steps(certified),
                    certified ? "runtime policy web-2026.11" : "",
                    !certified,
                    List.of(),
                    PreparedPolicies.NONE);
        }

        private CommandWords line(String... all) {
            return new CommandWords(List.of(all).stream()
                    .map(word -> new CommandWords.Word(word, false))
                    .toList());
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
            int machine = 0;
            for (AgentId id : which) {
                TaskReport report = observer.report(id);
                int number = 0;
                for (TaskStep step : plan.checks()) {
                    report.begin(step);
                    if ((machine == 2 && number == 2) || (machine == 1 && !whole && number == 9)) {
                        break;
                    }
                    report.done(step, words.of("provision.rail.done"), Duration.ofMillis(12));
                    number++;
                }
                if (machine == 2) {
                    observer.failed(
                            id,
                            new TenantException(
                                    TenantException.Kind.IDENTITY,
                                    "The quote is not signed by the attestation key on record."));
                } else if (machine == 0 || whole) {
                    observer.done(receipt(id, plan));
                }
                machine++;
            }
            if (!whole) {
                try {
                    all.sleep(Duration.ofMinutes(1));
                } catch (CancelledException e) {
                    // The picture was taken.
                    return;
                }
            }
        }

        private ProvisionReceipt receipt(AgentId id, ProvisionPlan plan) {
            return new ProvisionReceipt(
                    id,
                    clock.instant(),
                    "10.20.0.11:8881",
                    "10.20.0.11:8891",
                    "10.20.4.28:9002",
                    false,
                    Optional.of(new Delivered(
                            new PackedContents(
                                    plan.payload().contents().files().stream()
                                            .map(file -> new PackedFile(
                                                    file.name(), Math.max(file.size(), 1200), Optional.of(SHA)))
                                            .toList(),
                                    206_120,
                                    Optional.of(SHA)),
                            Optional.of(new Delivered.Certificate(
                                    BigInteger.valueOf(1185),
                                    "OU=53,O=Keylime,L=Lexington,ST=MA,CN=" + id + ",C=US",
                                    clock.instant().plus(Duration.ofDays(365)),
                                    true,
                                    "CN=dc-east")),
                            List.of())),
                    plan.policies(),
                    true,
                    new PayloadOutcome(
                            PayloadOutcome.Stage.DONE, Optional.empty(), OptionalInt.of(0), Optional.empty()),
                    List.of(),
                    List.of());
        }
    }
}
