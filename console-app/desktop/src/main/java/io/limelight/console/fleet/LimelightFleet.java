package io.limelight.console.fleet;

import io.limelight.console.problem.Problem;
import io.limelight.console.problem.ProblemException;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.ApiException;
import io.limelight.core.api.ListedMachine;
import io.limelight.core.api.MachinePage;
import io.limelight.core.api.MachineTimeline;
import io.limelight.core.api.MachinesClient;
import io.limelight.core.api.ProvedEvidence;
import io.limelight.core.api.ToldFailure;
import io.limelight.core.task.Cancellation;
import io.limelight.core.tenant.TenantException;
import io.limelight.core.tenant.TenantServices;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Limelight's verifier: the whole list in pages of a thousand with every refresh, and with it state, age and reason. Ages are told in
 * seconds, so its clock does not matter; a machine's times are reckoned from when the page was asked for, never from a later moment.
 */
final class LimelightFleet implements VerifierSource {
    /** What this console is made for, and more: a list that goes on and on is none. */
    static final int MOST_MACHINES = 300_000;

    private static final int MOST_ROWS = 250_000;
    private static final int TIMELINE_PAGE = 50;

    private final InstantSource clock;
    private final LoadMeter meter;
    private final Problems problems;
    private final Settling settling = new Settling();

    LimelightFleet(InstantSource clock, LoadMeter meter, Problems problems) {
        this.clock = clock;
        this.meter = meter;
        this.problems = problems;
    }

    @Override
    public FleetSnapshot.ServerKind kind() {
        return FleetSnapshot.ServerKind.LIMELIGHT;
    }

    @Override
    public Told list(TenantServices services, Before before) throws TenantException, ApiException, ProblemException {
        MachinesClient client = services.machines();
        List<Machine> machines = new ArrayList<>(before.known().size() + 16);
        Set<String> cursors = new HashSet<>();
        Instant begun = clock.instant();
        int refused = 0;
        String example = "";
        Optional<String> after = Optional.of("");
        while (after.isPresent()) {
            if (!cursors.add(after.get())) {
                throw lying(client, "loop");
            }
            Instant asked = clock.instant();
            meter.count();
            MachinePage page = client.machines(after.get(), MachinesClient.LARGEST_PAGE);
            for (ListedMachine listed : page.machines()) {
                machines.add(machine(listed, asked, before.known()));
            }
            refused += page.refused();
            example = example.isEmpty() ? page.refusedExample() : example;
            if (machines.size() + refused > MOST_MACHINES) {
                throw lying(client, "endless");
            }
            if (page.nextAfter().isPresent() && page.machines().isEmpty() && page.refused() == 0) {
                throw lying(client, "loop");
            }
            after = page.nextAfter();
        }
        machines.sort(MachineIndex.ORDER);
        for (int i = 1; i < machines.size(); i++) {
            if (machines.get(i).id().equals(machines.get(i - 1).id())) {
                throw lying(client, "twice");
            }
        }
        return new Told(
                Settling.list(before.known().machines(), machines),
                begun,
                refused == 0
                        ? List.of()
                        : List.of(problems.of("odd-ids", client.endpoint(), Integer.toString(refused), example)));
    }

    private ProblemException lying(MachinesClient client, String how) {
        Problem problem = problems.of("lying-" + how, client.endpoint(), "", "");
        return new ProblemException(problem, null);
    }

    private Machine machine(ListedMachine listed, Instant asked, MachineIndex known) {
        Machine before = known.find(listed.id());
        Standing standing = Standing.of(listed.operationalState(), listed.state(), listed.attestationCount());
        Instant pass = ago(asked, listed.passAge());
        Instant quote = ago(asked, listed.quoteAge());
        if (before != null) {
            quote = Settling.time(before.lastQuote(), quote);
            // Without a further pass it is the same pass, whatever rounding says.
            pass = before.attestations() == listed.attestationCount() ? Settling.time(before.lastPass(), pass) : pass;
        }
        return Settling.machine(
                before,
                new Machine(
                        before == null ? listed.id() : before.id(),
                        listed.ip(),
                        listed.port(),
                        standing.state(),
                        standing.reason(),
                        listed.operationalState(),
                        listed.attestationCount(),
                        quote,
                        pass,
                        settling.name(listed.runtimePolicy()),
                        settling.name(listed.mbPolicy()),
                        failure(listed.lastFailure(), before)));
    }

    private static @Nullable FailureSummary failure(@Nullable ToldFailure told, @Nullable Machine before) {
        if (told == null) {
            return null;
        }
        FailureSummary failure = Failures.of(told);
        return before != null && failure.equals(before.failure()) ? before.failure() : failure;
    }

    private static @Nullable Instant ago(Instant asked, long seconds) {
        return seconds < 0 ? null : asked.minusSeconds(seconds);
    }

    @Override
    public TimelinePage timeline(TenantServices services, AgentId id, OptionalLong before)
            throws TenantException, ApiException {
        meter.count();
        MachineTimeline told = services.machines().timeline(id, before, TIMELINE_PAGE);
        return new TimelinePage(
                told.happenings().stream().map(LimelightFleet::happening).toList(), told.nextBefore(), true);
    }

    private static TimelinePage.Happening happening(MachineTimeline.Happening told) {
        return new TimelinePage.Happening(
                told.number(),
                told.at(),
                told.lastAt(),
                told.times(),
                told.kind(),
                told.failures().stream().map(Failures::of).toList(),
                told.leftOut(),
                Map.copyOf(told.details()));
    }

    @Override
    public KeptEvidence evidence(TenantServices services, AgentId id, Cancellation cancellation)
            throws TenantException, ApiException {
        MachinesClient client = services.machines();
        meter.count();
        ProvedEvidence first = client.evidence(id, 0, MachinesClient.LARGEST_EVIDENCE);
        List<String> rows =
                new ArrayList<>(first.rows().stream().map(Printable::row).toList());
        OptionalLong next = first.nextFrom();
        // Pages belong together only while the quote is the same; a list that grew meanwhile is read to where it was.
        while (next.isPresent()
                && next.getAsLong() == rows.size()
                && rows.size() < Math.min(first.entries(), MOST_ROWS)) {
            meter.count();
            ProvedEvidence page = client.evidence(id, next.getAsLong(), MachinesClient.LARGEST_EVIDENCE);
            if (page.rows().isEmpty()) {
                break;
            }
            page.rows().forEach(row -> rows.add(Printable.row(row)));
            next = page.nextFrom();
        }
        ProvedEvidence.Clock told = first.clock();
        return new KeptEvidence(
                first.receivedAt(),
                KeptEvidence.Source.VERIFIER,
                first.verdict(),
                first.quote(),
                Optional.ofNullable(told)
                        .map(time -> new KeptEvidence.Clock(time.clock(), time.resetCount(), time.restartCount())),
                rows.size() > first.entries() ? rows.subList(0, Math.toIntExact(first.entries())) : rows,
                first.entries(),
                first.cut() || rows.size() < first.entries(),
                first.bootLog(),
                List.of());
    }

    @Override
    public ObjectNode raw(TenantServices services, AgentId id) throws TenantException, ApiException {
        meter.count();
        return services.machines().machine(id).envelope();
    }

    @Override
    public boolean act(TenantServices services, MachineAct act, AgentId id) throws TenantException, ApiException {
        MachinesClient client = services.machines();
        meter.count();
        switch (act) {
            case PAUSE -> client.pause(id);
            case RESUME -> client.resume(id);
            case ATTEST -> client.attest(id);
            case REACTIVATE, STOP, DELETE, FORGET -> throw new IllegalArgumentException("every verifier does that");
        }
        return true;
    }
}
