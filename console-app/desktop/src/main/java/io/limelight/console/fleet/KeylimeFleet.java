package io.limelight.console.fleet;

import io.limelight.console.problem.Problem;
import io.limelight.console.words.Words;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.AgentStatus;
import io.limelight.core.api.ApiException;
import io.limelight.core.api.Endpoint;
import io.limelight.core.api.QuoteResults;
import io.limelight.core.task.Cancellation;
import io.limelight.core.tenant.Examination;
import io.limelight.core.tenant.TenantException;
import io.limelight.core.tenant.TenantServices;
import io.limelight.core.tenant.TenantSettings;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Keylime's verifier, or any that speaks v2 only: all statuses in one answer with every refresh. Where it does not give that answer,
 * the list of ids, and details of those that are looked at, a few a second.
 *
 * <p>It tells times by its own clock. They are believed only as far as they agree with this computer's: a clock that is ahead is found out
 * by the newest time of all, and by how much; one that is behind makes passes look older than they are, until they are seen to happen.
 */
final class KeylimeFleet implements VerifierSource {
    private static final Duration DETAIL_LASTS = Duration.ofSeconds(30);
    private static final double DETAILS_PER_SECOND = 1.5;
    private static final int MOST_DETAILS = 20;
    private static final int TIMEOUTS_BORNE = 2;
    private static final int MOST_ROWS = 250_000;
    private static final int UNWATCHED = -1;

    private final TenantSettings settings;
    private final InstantSource clock;
    private final SecureRandom random;
    private final LoadMeter meter;
    private final Problems problems;
    private final Failures failures;
    private final String unnamedPolicy;
    private final Map<AgentId, Instant> detailed = new HashMap<>();
    private boolean bulk = true;
    private int timeouts;
    private long ahead;

    KeylimeFleet(
            TenantSettings settings,
            InstantSource clock,
            SecureRandom random,
            LoadMeter meter,
            Problems problems,
            Words words) {
        this.settings = settings;
        this.clock = clock;
        this.random = random;
        this.meter = meter;
        this.problems = problems;
        this.failures = new Failures(words);
        this.unnamedPolicy = words.of("fleet.policy.unnamed");
    }

    @Override
    public FleetSnapshot.ServerKind kind() {
        return FleetSnapshot.ServerKind.KEYLIME;
    }

    @Override
    public Told list(TenantServices services, Before before) throws TenantException, ApiException {
        TenantServices.Verifier verifier = services.verifier();
        if (bulk) {
            try {
                Told told = bulk(verifier, before);
                timeouts = 0;
                return told;
            } catch (ApiException.Refused e) {
                if (e.status() == 401 || e.status() == 403 || e.status() == 410) {
                    throw e;
                }
                bulk = false;
            } catch (ApiException.BadAnswer e) {
                bulk = false;
            } catch (ApiException.TimedOut e) {
                timeouts++;
                bulk = timeouts < TIMEOUTS_BORNE;
                throw e;
            }
        }
        return one(verifier, before);
    }

    private Told bulk(TenantServices.Verifier verifier, Before before) throws ApiException {
        Instant asked = clock.instant();
        meter.count();
        Map<String, AgentStatus> statuses =
                verifier.client().bulk(verifier.version(), "").value();
        Ids ids = new Ids();
        List<Machine> machines = new ArrayList<>(statuses.size());
        statuses.values().forEach(status -> learn(status, asked));
        for (Map.Entry<String, AgentStatus> entry : statuses.entrySet()) {
            if (ids.accepts(entry.getKey())) {
                Machine known = before.known().get(AgentId.of(entry.getKey()));
                AgentId id = known == null ? AgentId.of(entry.getKey()) : known.id();
                machines.add(machine(id, entry.getValue(), asked, known, before.knownAt()));
            }
        }
        machines.sort(MachineIndex.ORDER);
        return new Told(
                Settling.list(before.known().machines(), machines),
                asked,
                ids.remarks(verifier.client().endpoint()));
    }

    /** Ids that are none, counted. */
    private final class Ids {
        private int refused;
        private String example = "";

        boolean accepts(String text) {
            Optional<String> problem = AgentId.problem(text);
            problem.ifPresent(why -> {
                refused++;
                example = example.isEmpty() ? why : example;
            });
            return problem.isEmpty();
        }

        List<Problem> remarks(Endpoint endpoint) {
            return refused == 0
                    ? List.of()
                    : List.of(problems.of("odd-ids", endpoint, Integer.toString(refused), example));
        }
    }

    private Told one(TenantServices.Verifier verifier, Before before) throws ApiException {
        Instant asked = clock.instant();
        meter.count();
        List<String> listed =
                verifier.client().agents(verifier.version(), "").value().ids();
        Ids ids = new Ids();
        Map<String, Machine> machines = new HashMap<>();
        for (String text : listed) {
            if (ids.accepts(text)) {
                Machine known = before.known().get(AgentId.of(text));
                machines.put(text, known == null ? unknown(AgentId.of(text)) : known);
            }
        }
        detailed.keySet().removeIf(id -> !machines.containsKey(id.value()));
        for (AgentId id : due(before, asked)) {
            if (machines.containsKey(id.value())) {
                detail(verifier, id, before.known().get(id))
                        .ifPresentOrElse(
                                machine -> machines.put(id.value(), machine), () -> machines.remove(id.value()));
            }
        }
        List<Machine> sorted = new ArrayList<>(machines.values());
        sorted.sort(MachineIndex.ORDER);
        return new Told(
                Settling.list(before.known().machines(), sorted),
                asked,
                ids.remarks(verifier.client().endpoint()));
    }

    /** Those looked at whose details are old, the oldest first, a few a second since the last refresh. */
    private List<AgentId> due(Before before, Instant now) {
        double seconds = before.knownAt().equals(Instant.MIN)
                ? 1
                : Math.max(0, Duration.between(before.knownAt(), now).toMillis() / 1000.0);
        int budget = Math.clamp((long) (seconds * DETAILS_PER_SECOND), 1, MOST_DETAILS);
        return before.visible().stream()
                .filter(id -> {
                    Instant known = detailed.get(id);
                    return known == null || Duration.between(known, now).abs().compareTo(DETAIL_LASTS) > 0;
                })
                .sorted(Comparator.comparing((AgentId id) -> detailed.getOrDefault(id, Instant.MIN))
                        .thenComparing(AgentId::value))
                .limit(budget)
                .toList();
    }

    private Optional<Machine> detail(TenantServices.Verifier verifier, AgentId id, @Nullable Machine known)
            throws ApiException {
        Instant asked = clock.instant();
        meter.count();
        Optional<AgentStatus> status = verifier.client().find(verifier.version(), id);
        Instant earlier = detailed.getOrDefault(id, Instant.MIN);
        detailed.put(id, asked);
        return status.map(told -> {
            learn(told, asked);
            return machine(id, told, asked, known, earlier);
        });
    }

    /** Watched, and nobody has asked how it stands. */
    private static Machine unknown(AgentId id) {
        return new Machine(id, "", 0, MachineState.PROVING, StaleReason.NONE, UNWATCHED, 0, null, null, "", "", null);
    }

    /** No quote comes from the future: if one seems to, the verifier's clock is ahead by at least that. */
    private void learn(AgentStatus status, Instant asked) {
        long newest = Math.max(status.lastReceivedQuote(), status.lastSuccessfulAttestation());
        if (newest < Long.MAX_VALUE / 2) {
            ahead = Math.max(ahead, newest - asked.getEpochSecond());
        }
    }

    private Machine machine(AgentId id, AgentStatus status, Instant asked, @Nullable Machine known, Instant knownAt) {
        Integer number = status.operationalState();
        int state = number == null ? UNWATCHED : Math.clamp(number, UNWATCHED, 100);
        long passes = Math.max(0, status.attestationCount());
        Standing standing = Standing.of(state, "", passes);
        Instant quote = time(status.lastReceivedQuote(), asked);
        Instant pass = time(status.lastSuccessfulAttestation(), asked);
        if (known != null) {
            quote = Settling.time(known.lastQuote(), quote);
            if (passes == known.attestations() && pass != null && known.lastPass() != null) {
                pass = known.lastPass();
            } else if (passes > known.attestations()
                    && known.operationalState() != UNWATCHED
                    && !knownAt.equals(Instant.MIN)) {
                // It was not there when this was asked before, so it happened since.
                pass = pass == null || pass.isBefore(knownAt) ? knownAt : pass;
            }
        }
        String event = status.lastEventId();
        Integer severity = status.severityLevel();
        Integer port = status.port();
        return Settling.machine(
                known,
                new Machine(
                        id,
                        Printable.of(status.ip(), 255),
                        port == null ? 0 : port,
                        standing.state(),
                        standing.reason(),
                        state,
                        passes,
                        quote,
                        pass,
                        status.hasRuntimePolicy() ? unnamedPolicy : "",
                        status.hasMbRefstate() ? unnamedPolicy : "",
                        event == null || event.isEmpty()
                                ? null
                                : failures.named(event, severity == null ? -1 : severity)));
    }

    private @Nullable Instant time(long epochSeconds, Instant asked) {
        if (epochSeconds <= 0) {
            return null;
        }
        long second = Math.clamp(epochSeconds - ahead, 0, asked.getEpochSecond());
        return Instant.ofEpochSecond(second);
    }

    @Override
    public TimelinePage timeline(TenantServices services, AgentId id, OptionalLong before) {
        return new TimelinePage(List.of(), OptionalLong.empty(), false);
    }

    @Override
    public KeptEvidence evidence(TenantServices services, AgentId id, Cancellation cancellation)
            throws TenantException {
        meter.count();
        Examination.Result result = new Examination(settings, services, clock, random).examine(id);
        QuoteResults answer = result.answer();
        String text = answer.imaMeasurementList();
        List<String> rows = text == null
                ? List.of()
                : text.lines().limit(MOST_ROWS).map(Printable::row).toList();
        long entries = text == null ? 0 : text.lines().count();
        String quote = answer.quote();
        String log = answer.mbMeasurementList();
        return new KeptEvidence(
                result.askedAt(),
                KeptEvidence.Source.APPRAISED_HERE,
                result.appraisal().passed() ? "passed" : "failed",
                quote == null ? "" : quote,
                result.appraisal()
                        .quote()
                        .map(proved -> new KeptEvidence.Clock(
                                proved.clock().clock(),
                                proved.clock().resetCount(),
                                proved.clock().restartCount())),
                rows,
                entries,
                rows.size() < entries,
                log == null ? "" : log,
                result.appraisal().failures().stream().map(Failures::of).toList());
    }

    @Override
    public ObjectNode raw(TenantServices services, AgentId id) throws TenantException, ApiException {
        TenantServices.Verifier verifier = services.verifier();
        meter.count();
        return verifier.client().agent(verifier.version(), id).envelope();
    }

    @Override
    public boolean act(TenantServices services, MachineAct act, AgentId id) {
        return false;
    }
}
