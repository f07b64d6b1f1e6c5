package io.limelight.core.tenant;

import io.limelight.core.api.AgentClient;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.ApiException;
import io.limelight.core.api.RegistrarAgent;
import io.limelight.core.api.SecureSize;
import io.limelight.core.ca.CaException;
import io.limelight.core.ca.CaListing;
import io.limelight.core.ca.CaName;
import io.limelight.core.ca.ExpectedIdentity;
import io.limelight.core.ca.Identities;
import io.limelight.core.ca.KeyKind;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import io.limelight.core.task.TaskReport;
import io.limelight.core.task.TaskStep;
import io.limelight.core.tenant.TenantException.Kind;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/**
 * Provisions several machines: says what will happen to each, then does it, some at a time, over connections opened once. Every machine
 * stands for itself: one that fails its checks, is slow or vanishes holds up none of the others.
 */
public final class Provisioning {
    /** Polite to a verifier that may be Keylime's, and more than a CA issues at once. */
    private static final int AT_ONCE = 8;

    /** How long a script is waited for before the receipt says that it runs. */
    private static final Duration SCRIPT = Duration.ofSeconds(5);

    private final TenantSettings settings;
    private final SecureRandom random;
    private final InstantSource clock;

    /** With these settings. */
    public Provisioning(TenantSettings settings, SecureRandom random, InstantSource clock) {
        this.settings = settings;
        this.random = random;
        this.clock = clock;
    }

    /** Is told how it goes, on the threads that do it. */
    public interface Observer {
        /** Takes the steps of one machine. */
        TaskReport report(AgentId id);

        /** A machine is done. */
        void done(ProvisionReceipt receipt);

        /** A machine is not. */
        void failed(AgentId id, TenantException failure);
    }

    // --- plan ---

    /**
     * Plans: reads the files, asks servers and machines, changes nothing.
     *
     * @param password of the CA's keystore, for the exact serial numbers; a wrong one is said
     */
    public ProvisionPlan plan(ProvisionDraft draft, Optional<SecretBytes> password, Cancellation cancellation)
            throws TenantException {
        if (draft.machines().isEmpty()) {
            throw new TenantException(Kind.BAD_DRAFT, "No machine is chosen.");
        }
        if (draft.machines().size() > ProvisionDraft.MOST) {
            throw new TenantException(
                    Kind.BAD_DRAFT, "At most " + ProvisionDraft.MOST + " machines are provisioned at once.");
        }
        PreparedPolicies policies = new PolicyPreparation(settings, clock, cancellation).prepare(draft.policyChoice());
        // What is wrong with files is said before anybody is asked.
        EnrolmentPlan again = EnrolmentPlan.of(draft.of(draft.machines().getFirst(), true, policies), settings);
        EnrolmentPlan anew = EnrolmentPlan.of(draft.of(draft.machines().getFirst(), false, policies), settings);
        PayloadPreview preview = PayloadPreview.of(anew.draft(), settings.maxPayload());
        Map<AgentId, ExpectedIdentity> identities = new HashMap<>();
        Optional<ProvisionPlan.Authority> ca = Optional.empty();
        if (draft.payload() instanceof PayloadChoice.WithCertificate certified) {
            ca = Optional.of(authority(draft, certified, password, identities));
        }
        List<ProvisionPlan.ForMachine> machines = new ArrayList<>();
        List<ProvisionPlan.Refused> refused = new ArrayList<>();
        EquivalentCommands commands = new EquivalentCommands(draft, settings);
        List<Seen> seen = look(draft.machines(), cancellation);
        for (Seen one : seen) {
            if (one.refusal().isPresent()) {
                refused.add(new ProvisionPlan.Refused(one.id(), one.refusal().get()));
                continue;
            }
            EnrolmentPlan plan = (one.watched() ? again : anew).about(one.id());
            PackedContents contents = preview.contentsFor(one.id());
            machines.add(new ProvisionPlan.ForMachine(
                    one.id(),
                    draft.payload().withKey() && !(draft.payload() instanceof PayloadChoice.ExistingKey)
                            ? plan.sendingOnly(contents)
                            : plan,
                    one.watched(),
                    Optional.ofNullable(identities.get(one.id())),
                    one.room(),
                    one.tells(),
                    commands.limelight(one.id(), one.watched()),
                    commands.keylime(one.id(), one.watched())));
        }
        List<TaskStep> checks = new ArrayList<>(
                machines.isEmpty()
                        ? anew.steps()
                        : machines.getFirst().enrolment().steps());
        if (!preview.contents().files().isEmpty()) {
            checks.add(EnrolmentSteps.OPENED);
            if (preview.script()) {
                checks.add(EnrolmentSteps.SCRIPT);
            }
        }
        return new ProvisionPlan(
                draft,
                machines,
                refused,
                preview,
                anew.payloadCharacters(),
                settings.maxPayload(),
                ca,
                checks,
                policies.description(),
                settings.endorsement().acceptsAnything(),
                anew.warnings(),
                policies);
    }

    private static ProvisionPlan.Authority authority(
            ProvisionDraft draft,
            PayloadChoice.WithCertificate certified,
            Optional<SecretBytes> password,
            Map<AgentId, ExpectedIdentity> identities)
            throws TenantException {
        try {
            List<CaName> names = new ArrayList<>();
            boolean needed = false;
            boolean there = certified.ca().exists();
            for (AgentId id : draft.machines()) {
                CaName name = CaName.fresh(id.value());
                names.add(name);
                needed = needed || !there || !new Identities(certified.ca()).complete(name);
            }
            List<ExpectedIdentity> expected = ExpectedIdentity.of(certified.ca(), names, password);
            for (int i = 0; i < names.size(); i++) {
                identities.put(draft.machines().get(i), expected.get(i));
            }
            Optional<CaListing> listing = there ? Optional.of(certified.ca().listing()) : Optional.empty();
            return new ProvisionPlan.Authority(
                    certified.ca().path(),
                    !there,
                    needed,
                    listing.map(
                            list -> list.certificate().getSubjectX500Principal().getName()),
                    listing.map(list -> list.certificate().getNotAfter().toInstant()),
                    listing.map(list -> (int) list.issued().stream()
                                    .filter(one -> one.state() == CaListing.State.VALID
                                            && !one.name().equals(CaName.NOTIFIER.value())
                                            && names.stream()
                                                    .noneMatch(
                                                            name -> name.value().equals(one.name())))
                                    .count())
                            .orElse(0));
        } catch (CaException e) {
            throw new TenantException(Kind.PAYLOAD, "The CA cannot be used: " + e.getMessage() + ".", e);
        }
    }

    private record Seen(AgentId id, boolean watched, SecureSize room, boolean tells, Optional<String> refusal) {}

    private List<Seen> look(List<AgentId> ids, Cancellation cancellation) throws TenantException {
        try (TenantServices services = new TenantServices(settings, clock, cancellation)) {
            services.registrar();
            services.verifier();
            return each(ids, id -> look(id, services, cancellation));
        }
    }

    private Seen look(AgentId id, TenantServices services, Cancellation cancellation) throws TenantException {
        try {
            TenantServices one = services.forOne(cancellation);
            Optional<RegistrarAgent> wire =
                    one.registrar().client().find(one.registrar().version(), id);
            if (wire.isEmpty()) {
                return refused(
                        id,
                        "The registrar knows no activated machine of this id. Its agent has to run and to register first.");
            }
            MachineRecord machine = MachineRecord.of(id, wire.get(), settings.plainAgentsAllowed());
            boolean watched =
                    one.verifier().client().find(one.verifier().version(), id).isPresent();
            AgentClient agent = agent(one, machine);
            try {
                return new Seen(
                        id, watched, SecureSize.of(agent.limelightStatus().value()), true, Optional.empty());
            } catch (ApiException e) {
                // Keylime's agent, or one that is not there now: the run asks again.
                return new Seen(id, watched, SecureSize.UNKNOWN, false, Optional.empty());
            }
        } catch (ApiException e) {
            throw TenantException.of(e);
        } catch (TenantException e) {
            return switch (e.kind()) {
                case BAD_RECORD, BAD_DRAFT, WITHOUT_TLS -> refused(id, e.sentences());
                default -> throw e;
            };
        }
    }

    private static Seen refused(AgentId id, String why) {
        return new Seen(id, false, SecureSize.UNKNOWN, false, Optional.of(why));
    }

    private static AgentClient agent(TenantServices services, MachineRecord machine) throws TenantException {
        var address = machine.endpoint(Optional.empty(), java.util.OptionalInt.empty());
        return machine.pin().isPresent()
                ? services.agent(address, machine.pin().get())
                : services.agentWithoutTls(address);
    }

    // --- run ---

    /**
     * Does what the plan says, for these of its machines; returns when all are over.
     *
     * @param newCa key of a CA that has to be made; empty: RSA, as Keylime's tools know it
     * @param password of the CA's keystore; stays the caller's to close, once this has returned
     * @param cancellations of each machine; cancelling {@code all} cancels every one
     */
    public void run(
            ProvisionPlan plan,
            Collection<AgentId> which,
            Optional<KeyKind> newCa,
            Optional<SecretBytes> password,
            Observer observer,
            Map<AgentId, Cancellation> cancellations,
            Cancellation all)
            throws TenantException {
        List<ProvisionPlan.ForMachine> due = plan.machines().stream()
                .filter(machine -> which.contains(machine.id()))
                .toList();
        Issuing issuing = new Issuing(newCa, password);
        try (TenantServices services = new TenantServices(settings, clock, all)) {
            services.connectAhead();
            services.registrar();
            services.verifier();
            each(due, machine -> {
                Cancellation own = cancellations.getOrDefault(machine.id(), new Cancellation());
                try (Cancellation.Registration _ = all.onCancel(own::cancel)) {
                    observer.done(one(plan, machine, services.forOne(own), issuing, observer, own));
                } catch (TenantException e) {
                    observer.failed(machine.id(), e);
                }
                return machine;
            });
        }
    }

    /** Gives the password, and makes a new CA first where its key is to be of another kind than usual. */
    private record Issuing(Optional<KeyKind> newCa, Optional<SecretBytes> password) {
        PayloadChoice of(PayloadChoice choice) {
            if (!(choice instanceof PayloadChoice.WithCertificate certified)) {
                return choice;
            }
            return new PayloadChoice.WithCertificate(certified.ca(), certified.include(), fresh -> {
                SecretBytes known = password.orElseThrow(() ->
                        new CaException("a certificate has to be issued, and the password of the CA was not given"));
                if (fresh && newCa.isPresent()) {
                    // Machines come here side by side, and the second finds what the first has made.
                    synchronized (Issuing.class) {
                        if (!certified.ca().exists()) {
                            certified.ca().init(known, false, newCa.get());
                        }
                    }
                }
                return known.copy();
            });
        }
    }

    private ProvisionReceipt one(
            ProvisionPlan plan,
            ProvisionPlan.ForMachine machine,
            TenantServices services,
            Issuing issuing,
            Observer observer,
            Cancellation own)
            throws TenantException {
        Recorder recorder = new Recorder(observer.report(machine.id()), clock);
        Enrolled enrolled = new Enrolment(settings, services, random, clock, recorder, own)
                .run(machine.enrolment().paying(issuing::of));
        PayloadOutcome outcome = PayloadOutcome.NOT_REPORTED;
        boolean sent = enrolled.delivered()
                .filter(delivered -> !delivered.contents().files().isEmpty())
                .isPresent();
        if (sent) {
            outcome =
                    follow(machine.id(), services, recorder, own, plan.payload().script());
        }
        return new ProvisionReceipt(
                machine.id(),
                clock.instant(),
                settings.verifier().address(),
                settings.registrar().address(),
                enrolled.agent().address(),
                machine.replaces(),
                enrolled.delivered(),
                plan.policies(),
                enrolled.keyProven(),
                outcome,
                recorder.lines(),
                recorder.warnings());
    }

    private PayloadOutcome follow(
            AgentId id, TenantServices services, TaskReport report, Cancellation own, boolean script) {
        try {
            Optional<RegistrarAgent> wire =
                    services.registrar().client().find(services.registrar().version(), id);
            if (wire.isEmpty()) {
                return PayloadOutcome.NOT_REPORTED;
            }
            AgentClient agent = agent(services, MachineRecord.of(id, wire.get(), settings.plainAgentsAllowed()));
            return new PayloadFollow(own, report, clock, SCRIPT).run(agent, script);
        } catch (ApiException | TenantException | CancelledException e) {
            // It is enrolled and has proved its key; nobody waits for its word any longer.
            return PayloadOutcome.NOT_REPORTED;
        }
    }

    /** Passes on what it hears and keeps it for the receipt; heard by one thread. */
    private static final class Recorder implements TaskReport {
        private final TaskReport to;
        private final InstantSource clock;
        private final List<ProvisionReceipt.Line> lines = new ArrayList<>();
        private final List<String> warnings = new ArrayList<>();

        Recorder(TaskReport to, InstantSource clock) {
            this.to = to;
            this.clock = clock;
        }

        List<ProvisionReceipt.Line> lines() {
            return lines;
        }

        List<String> warnings() {
            return warnings;
        }

        @Override
        public void begin(TaskStep step) {
            to.begin(step);
        }

        @Override
        public void done(TaskStep step, String sentence, Duration took) {
            Instant now = clock.instant();
            lines.add(new ProvisionReceipt.Line(step.id(), sentence, now, took));
            to.done(step, sentence, took);
        }

        @Override
        public void waiting(TaskStep step, String reason, Duration delay, int attempt, int attempts) {
            to.waiting(step, reason, delay, attempt, attempts);
        }

        @Override
        public void warn(String sentence) {
            warnings.add(sentence);
            to.warn(sentence);
        }
    }

    // --- side by side ---

    private interface Doing<A, T> {
        T to(A one) throws TenantException;
    }

    private static <A, T> List<T> each(List<A> all, Doing<A, T> doing) throws TenantException {
        Semaphore atOnce = new Semaphore(AT_ONCE);
        List<Future<T>> futures = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (A one : all) {
                Callable<T> task = () -> {
                    atOnce.acquire();
                    try {
                        return doing.to(one);
                    } finally {
                        atOnce.release();
                    }
                };
                futures.add(threads.submit(task));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TenantException said) {
                throw said;
            }
            throw new IllegalStateException("provisioning failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TenantException(Kind.CANCELLED, "Interrupted.", e);
        }
    }
}
