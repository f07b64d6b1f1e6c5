package io.limelight.console.fleet;

import io.limelight.console.fleet.FleetSnapshot.Light;
import io.limelight.console.fleet.FleetSnapshot.Light.Status;
import io.limelight.console.fleet.FleetSnapshot.ServerKind;
import io.limelight.console.problem.Problem;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.words.Words;
import io.limelight.console.work.ScreenThread;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.ApiException;
import io.limelight.core.api.RegistrarAgent;
import io.limelight.core.api.VerifierClient;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import io.limelight.core.tenant.Examination;
import io.limelight.core.tenant.TenantException;
import io.limelight.core.tenant.TenantServices;
import io.limelight.core.tenant.TenantSettings;
import io.limelight.core.tpm.TpmFormatException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The fleet of one profile over the wire. Which make its verifier is, is found out by asking, again and again until it answers. Verifier
 * and registrar are asked apart, each at its own pace, so that the silence of one does not hold up what the other says; what they said
 * last is put together into one snapshot whenever either has said something.
 */
public final class FleetConnection implements FleetService {
    private static final Logger LOG = LoggerFactory.getLogger(FleetConnection.class);
    private static final Duration USUAL_PACE = Duration.ofSeconds(10);
    private static final int EVIDENCE_AT_ONCE = 4;
    private static final Duration TURN = Duration.ofMillis(100);
    private static final Duration UNTIL_GONE = Duration.ofMillis(500);
    private static final int TIMES_UNTIL_GONE = 60;
    private static final int MOST_VISIBLE = 500;

    private final TenantSettings settings;
    private final Surroundings around;
    private final Problems problems;
    private final LoadMeter meter;
    private final Cancellation closing = new Cancellation();
    private final Semaphore evidence = new Semaphore(EVIDENCE_AT_ONCE);
    private final Pace verifierPace = new Pace(USUAL_PACE);
    private final Poller verifierPoller;
    private final Poller registrarPoller;
    private final List<Mailbox> listeners = new CopyOnWriteArrayList<>();
    private final List<Runnable> news = new CopyOnWriteArrayList<>();
    private volatile Set<AgentId> visible = Set.of();
    private volatile FleetSnapshot latest;
    private volatile @Nullable VerifierSource source;

    // Of the verifier's poller alone.
    private @Nullable TenantServices verifierServices;
    // Of the registrar's poller alone.
    private @Nullable TenantServices registrarServices;

    // Guarded by this.
    private boolean followed;
    private Watched watched = new Watched(List.of(), Optional.empty(), List.of(), Duration.ZERO);
    private Registered registered = new Registered(List.of(), List.of());

    /**
     * What a connection needs besides its settings.
     *
     * @param words in which problems are said
     * @param clock of this computer
     * @param random for nonces and jitter
     * @param registrations how the registrar is asked
     * @param revoked whose certificates are revoked
     */
    public record Surroundings(
            Words words,
            InstantSource clock,
            SecureRandom random,
            Registrations registrations,
            RevokedMachines revoked) {
        /** Of a profile without a CA. */
        public static Surroundings usual(Words words) {
            return new Surroundings(
                    words, InstantSource.system(), new SecureRandom(), Registrations.PLAIN, RevokedMachines.NONE);
        }
    }

    private record Watched(List<Machine> machines, Optional<Instant> told, List<Problem> remarks, Duration took) {}

    private record Registered(List<Registrations.Registered> machines, List<Problem> remarks) {}

    private FleetConnection(TenantSettings settings, Surroundings around) {
        this.settings = settings;
        this.around = around;
        this.problems = new Problems(around.words());
        this.meter = new LoadMeter(System::nanoTime);
        Instant now = around.clock().instant();
        this.latest = new FleetSnapshot(
                0,
                List.of(),
                MachineIndex.EMPTY,
                Optional.empty(),
                new Light(Status.UNKNOWN, now, null),
                new Light(Status.UNKNOWN, now, null),
                ServerKind.UNKNOWN,
                new FleetSnapshot.Load(0, USUAL_PACE, Duration.ZERO));
        this.verifierPoller =
                new Poller("fleet-verifier", this::pollVerifier, verifierPace, System::nanoTime, around.random());
        this.registrarPoller = new Poller(
                "fleet-registrar", this::pollRegistrar, new Pace(USUAL_PACE), System::nanoTime, around.random());
    }

    /** Connects: the first questions go out at once, and what comes of them is told in snapshots. Never blocks. */
    public static FleetService open(TenantSettings settings, Surroundings around) {
        FleetConnection connection = new FleetConnection(settings, around);
        connection.verifierPoller.start();
        connection.registrarPoller.start();
        return connection;
    }

    @Override
    public FleetSnapshot latest() {
        return latest;
    }

    @Override
    public Subscription subscribe(Consumer<FleetSnapshot> listener) {
        Mailbox mailbox = new Mailbox(listener, listeners::remove);
        synchronized (this) {
            listeners.add(mailbox);
            mailbox.tell(latest);
        }
        return mailbox;
    }

    @Override
    public Subscription news(Runnable listener) {
        news.add(listener);
        return () -> news.remove(listener);
    }

    @Override
    public void refreshSoon() {
        verifierPoller.soon();
        registrarPoller.soon();
    }

    @Override
    public void pace(Duration every) {
        verifierPoller.pace(every);
        registrarPoller.pace(every);
    }

    @Override
    public void visible(Collection<AgentId> ids) {
        visible = Set.copyOf(ids.stream().limit(MOST_VISIBLE).toList());
        VerifierSource known = source;
        if (known != null
                && known.kind() == ServerKind.KEYLIME
                && verifierPace.every().isPositive()) {
            verifierPoller.nudge();
        }
    }

    @Override
    public void close() {
        verifierPoller.close();
        registrarPoller.close();
        closing.cancel();
        listeners.forEach(Mailbox::close);
    }

    // --- what the servers say ---

    private boolean pollVerifier() {
        TenantServices services = verifierServices;
        if (services == null) {
            services = new TenantServices(settings, around.clock(), closing);
            verifierServices = services;
        }
        long began = System.nanoTime();
        Problem problem;
        try {
            VerifierSource asked = source(services);
            VerifierSource.Told told = asked.list(
                    services,
                    new VerifierSource.Before(
                            new MachineIndex(watched().machines()),
                            watched().told().orElse(Instant.MIN),
                            visible));
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            publish(
                    asked.kind(),
                    null,
                    new Watched(told.machines(), Optional.of(told.askedAt()), told.remarks(), took));
            if (asked.kind() == ServerKind.LIMELIGHT) {
                follow();
            }
            return true;
        } catch (ApiException.Refused e) {
            if (e.notFound()) {
                // Another verifier stands there now.
                source = null;
            }
            problem = ofList(e);
        } catch (ApiException e) {
            problem = problems.of(e);
        } catch (TenantException e) {
            problem = problems.of(e);
        } catch (ProblemException e) {
            problem = e.problem();
        } catch (RuntimeException e) {
            LOG.error("asking the verifier failed unexpectedly", e);
            problem = problems.of("unexpected", settings.verifier(), "", String.valueOf(e));
        }
        // Key files may have been renewed since they were read.
        services.close();
        verifierServices = null;
        if (!closing.cancelled()) {
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            Watched kept = watched();
            boolean push = problem.code().endsWith(".push");
            if (push) {
                source = null;
            }
            publish(
                    push ? ServerKind.PUSH : latest.kind() == ServerKind.PUSH ? ServerKind.UNKNOWN : latest.kind(),
                    problem,
                    new Watched(kept.machines(), kept.told(), kept.remarks(), took));
        }
        return false;
    }

    /** A server that has no list at all is none of ours: no machine is missing. */
    private Problem ofList(ApiException e) {
        return e instanceof ApiException.Refused refused && refused.notFound()
                ? problems.of("stranger", e.endpoint(), "404", String.valueOf(e.getMessage()))
                : problems.of(e);
    }

    private synchronized Watched watched() {
        return watched;
    }

    /** The verifier's make: one that refuses our list with "not found" is not ours. */
    private VerifierSource source(TenantServices services) throws TenantException, ApiException {
        VerifierSource known = source;
        if (known != null) {
            return known;
        }
        VerifierSource found;
        meter.count();
        try {
            services.machines().machines("", 1);
            found = new LimelightFleet(around.clock(), meter, problems);
        } catch (ApiException.Refused e) {
            if (e.status() != 404 && e.status() != 400 && e.status() != 405 && e.status() != 410) {
                throw e;
            }
            meter.count();
            // Says so if it runs in push mode, or speaks no version we do.
            services.verifier();
            found = new KeylimeFleet(settings, around.clock(), around.random(), meter, problems, around.words());
        }
        source = found;
        return found;
    }

    private boolean pollRegistrar() {
        TenantServices services = registrarServices;
        if (services == null) {
            services = new TenantServices(settings, around.clock(), closing);
            registrarServices = services;
            meter.count();
        }
        Problem problem;
        try {
            meter.count();
            Registrations.Listing listing = around.registrations().list(services);
            List<Registrations.Registered> machines = new ArrayList<>(listing.machines());
            machines.sort(Comparator.comparing(machine -> machine.id().value()));
            publish(
                    null,
                    new Registered(
                            machines,
                            listing.refused() == 0
                                    ? List.of()
                                    : List.of(problems.of(
                                            "odd-ids",
                                            settings.registrar(),
                                            Integer.toString(listing.refused()),
                                            listing.refusedExample()))));
            return true;
        } catch (ApiException e) {
            problem = ofList(e);
        } catch (TenantException e) {
            problem = problems.of(e);
        } catch (RuntimeException e) {
            LOG.error("asking the registrar failed unexpectedly", e);
            problem = problems.of("unexpected", settings.registrar(), "", String.valueOf(e));
        }
        services.close();
        registrarServices = null;
        if (!closing.cancelled()) {
            publish(problem, null);
        }
        return false;
    }

    private synchronized void publish(ServerKind kind, @Nullable Problem problem, Watched next) {
        Instant now = around.clock().instant();
        boolean sameMachines = Settling.very(next.machines(), watched.machines());
        watched = next;
        Light light = turn(latest.verifier(), problem, now);
        tell(kind, light, latest.registrar(), sameMachines);
    }

    private synchronized void publish(@Nullable Problem problem, @Nullable Registered next) {
        Instant now = around.clock().instant();
        boolean same = next == null || next.machines().equals(registered.machines());
        if (next != null) {
            registered = same ? new Registered(registered.machines(), next.remarks()) : next;
        }
        tell(latest.kind(), latest.verifier(), turn(latest.registrar(), problem, now), same);
    }

    private static Light turn(Light before, @Nullable Problem problem, Instant now) {
        Status status = problem == null ? Status.UP : Status.DOWN;
        return new Light(status, before.on() == status ? before.since() : now, problem);
    }

    private void tell(ServerKind kind, Light verifier, Light registrar, boolean sameMachines) {
        if (closing.cancelled()) {
            return;
        }
        FleetSnapshot before = latest;
        List<Machine> machines = sameMachines && around.revoked().equals(RevokedMachines.NONE)
                ? before.machines()
                : Merging.merge(watched.machines(), registered.machines(), around.revoked(), before.machines());
        List<Problem> remarks = new ArrayList<>(watched.remarks());
        remarks.addAll(registered.remarks());
        latest = new FleetSnapshot(
                before.revision() + 1,
                machines,
                Settling.very(machines, before.machines()) ? before.byId() : new MachineIndex(machines),
                watched.told(),
                verifier,
                registrar,
                kind,
                new FleetSnapshot.Load(meter.perSecond(), verifierPace.every(), watched.took()),
                remarks);
        for (Mailbox listener : listeners) {
            listener.tell(latest);
        }
    }

    /** Limelight tells when something happens: then the next refresh need not be waited for. */
    private void follow() {
        synchronized (this) {
            if (followed || closing.cancelled()) {
                return;
            }
            followed = true;
        }
        Thread.ofVirtual().name("fleet-events").start(new EventFollower(settings, around, meter, closing, () -> {
            news.forEach(Runnable::run);
            if (verifierPace.every().isPositive()) {
                verifierPoller.nudge();
            }
        }));
    }

    // --- what people ask ---

    @FunctionalInterface
    private interface Question<T> {
        T ask(TenantServices services, Cancellation cancellation)
                throws TenantException, ApiException, ProblemException, CancelledException;
    }

    private <T> T ask(String doing, Cancellation cancellation, Question<T> question) throws ProblemException {
        ScreenThread.refuse(doing);
        Cancellation either = new Cancellation();
        try (Cancellation.Registration _ = cancellation.onCancel(either::cancel);
                Cancellation.Registration _ = closing.onCancel(either::cancel);
                TenantServices services = new TenantServices(settings, around.clock(), either)) {
            return question.ask(services, either);
        } catch (ApiException e) {
            throw new ProblemException(problems.of(e), e);
        } catch (TenantException e) {
            throw new ProblemException(problems.of(e), e);
        } catch (CancelledException e) {
            throw new ProblemException(problems.of("stopped"), e);
        }
    }

    @Override
    public TimelinePage timeline(AgentId id, OptionalLong before, Cancellation cancellation) throws ProblemException {
        return ask(
                "reading a timeline",
                cancellation,
                (services, _) -> source(services).timeline(services, id, before));
    }

    @Override
    public KeptEvidence evidence(AgentId id, Cancellation cancellation) throws ProblemException {
        return ask("reading evidence", cancellation, (services, either) -> {
            while (!evidence.tryAcquire()) {
                either.sleep(TURN);
            }
            try {
                return source(services).evidence(services, id, either);
            } catch (ApiException.Refused e) {
                if (e.notFound()) {
                    throw new ProblemException(problems.of("no-evidence", id.value()), e);
                }
                throw e;
            } finally {
                evidence.release();
            }
        });
    }

    @Override
    public Identity identity(AgentId id, Cancellation cancellation) throws ProblemException {
        return ask("reading an identity", cancellation, (services, either) -> {
            TenantServices.Registrar registrar = services.registrar();
            meter.count();
            Optional<RegistrarAgent> wire = registrar.client().find(registrar.version(), id);
            if (wire.isEmpty()) {
                throw problems.thrown("unregistered", id.value());
            }
            try {
                return new IdentityReader(settings.endorsement(), around.clock()).read(id, wire.get(), either);
            } catch (TpmFormatException e) {
                throw new ProblemException(problems.of("record", id.value()), e);
            }
        });
    }

    @Override
    public Optional<PayloadReport> payload(AgentId id, Cancellation cancellation) throws ProblemException {
        return ask("reading how far a payload is", cancellation, (services, _) -> {
            meter.count();
            return new Examination(settings, services, around.clock(), around.random())
                    .payloadStatus(id)
                    .map(PayloadReader::read);
        });
    }

    @Override
    public RawAnswers raw(AgentId id, Cancellation cancellation) throws ProblemException {
        return ask("reading raw answers", cancellation, (services, _) -> {
            String verifier = found(() -> source(services).raw(services, id));
            String registrar = found(() -> {
                TenantServices.Registrar known = services.registrar();
                meter.count();
                return known.client().agent(known.version(), id).envelope();
            });
            return new RawAnswers(verifier, registrar);
        });
    }

    @FunctionalInterface
    private interface Answer {
        ObjectNode get() throws TenantException, ApiException;
    }

    private static String found(Answer answer) throws TenantException, ApiException {
        try {
            return RawText.of(answer.get());
        } catch (ApiException.Refused e) {
            if (e.notFound()) {
                return "";
            }
            throw e;
        }
    }

    @Override
    public void act(MachineAct act, AgentId id, Cancellation cancellation) throws ProblemException {
        try {
            ask("acting on a machine", cancellation, (services, either) -> {
                meter.count();
                switch (act) {
                    case PAUSE, RESUME, ATTEST -> {
                        if (!source(services).act(services, act, id)) {
                            throw problems.thrown("not-here", id.value());
                        }
                    }
                    case REACTIVATE ->
                        services.verifier()
                                .client()
                                .reactivate(services.verifier().version(), id);
                    case STOP ->
                        services.verifier().client().stop(services.verifier().version(), id);
                    case DELETE -> delete(services.verifier(), id, either);
                    case FORGET -> {
                        TenantServices.Registrar registrar = services.registrar();
                        registrar.client().delete(registrar.version(), id);
                    }
                }
                return true;
            });
        } finally {
            refreshSoon();
        }
    }

    /** A verifier in the middle of a quote says "begun": then it is gone when it is gone. */
    private void delete(TenantServices.Verifier verifier, AgentId id, Cancellation cancellation)
            throws ApiException, CancelledException, ProblemException {
        if (verifier.client().delete(verifier.version(), id) != VerifierClient.Deletion.PENDING) {
            return;
        }
        for (int i = 0; i < TIMES_UNTIL_GONE; i++) {
            cancellation.sleep(UNTIL_GONE);
            meter.count();
            if (verifier.client().find(verifier.version(), id).isEmpty()) {
                return;
            }
        }
        throw problems.thrown("deletion-pending", id.value());
    }

    @Override
    public Optional<History> history(Duration back, int steps, Cancellation cancellation) throws ProblemException {
        return ask("reading history", cancellation, (services, _) -> {
            if (source(services).kind() != ServerKind.LIMELIGHT) {
                return Optional.empty();
            }
            meter.count();
            Instant now = around.clock().instant();
            try {
                return Optional.of(HistoryReader.read(
                        services.history().history(now.minus(back), now, Optional.of(back.dividedBy(steps)))));
            } catch (ApiException.Refused e) {
                if (e.notFound()) {
                    // An older one of ours.
                    return Optional.empty();
                }
                throw e;
            }
        });
    }
}
