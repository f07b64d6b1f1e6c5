package io.limelight.verifier;

import io.limelight.core.api.AgentId;
import io.limelight.core.http.Access;
import io.limelight.core.http.HttpCall;
import io.limelight.core.http.HttpHandler;
import io.limelight.core.http.HttpReply;
import io.limelight.core.http.Route;
import io.limelight.core.http.Routes;
import io.limelight.core.json.WireJson;
import io.limelight.store.StoreAnswers;
import io.limelight.verifier.fleet.Fleet;
import io.limelight.verifier.state.AgentStore;
import io.limelight.verifier.state.MachineState;
import io.limelight.verifier.state.Progress;
import io.limelight.verifier.state.StoredAgent;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code /limelight/v1/agents}: all machines in one paged list with state, age and reason, and what can be done to one without
 * adding it again. Shapes stand in {@code docs/api.md}.
 */
final class MachineRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(MachineRoutes.class);
    private static final String BASE = "/limelight/v1/agents";
    private static final int PAGE = 100;
    private static final int LARGEST_PAGE = 1000;
    private static final int SMALL_BODY = 4 * 1024;

    private final AgentStore store;
    private final Fleet fleet;
    private final InstantSource clock;

    MachineRoutes(AgentStore store, Fleet fleet, InstantSource clock) {
        this.store = store;
        this.fleet = fleet;
        this.clock = clock;
    }

    void addTo(Routes.Builder routes) {
        routes.add(read(BASE, "list_machines", this::list))
                .add(read(BASE + "/{id}", "read_machine", valid(this::show)))
                .add(act(
                        "pause",
                        id -> changed(
                                id,
                                fleet.pause(id),
                                "paused; it is not asked and nobody is told anything",
                                "it is not being asked at the moment")))
                .add(act("resume", id -> changed(id, fleet.resume(id), "resumed", "it is not paused")))
                .add(act(
                        "attest",
                        id -> changed(
                                id,
                                fleet.attest(id),
                                "asked at once on an administrator's word",
                                "it is not being asked; resume or reactivate it")));
    }

    private static Route read(String path, String action, HttpHandler handler) {
        return new Route("GET", path, Access.OBSERVER, action, 0, StoreAnswers.guarded("verifier", handler));
    }

    private static Route act(String verb, Function<AgentId, HttpReply> handler) {
        return new Route(
                "POST",
                BASE + "/{id}/" + verb,
                Access.ADMINISTRATOR,
                verb + "_machine",
                SMALL_BODY,
                StoreAnswers.guarded("verifier", valid(handler)));
    }

    private static HttpHandler valid(Function<AgentId, HttpReply> handler) {
        return call -> AgentId.problem(call.variable("id")).isPresent()
                ? unknown()
                : handler.apply(AgentId.of(call.variable("id")));
    }

    private static HttpReply unknown() {
        return HttpReply.refusal(404, "agent id not found");
    }

    private HttpReply list(HttpCall call) {
        Optional<Integer> limit = call.query("limit")
                .map(text -> text.matches("[0-9]{1,4}") ? Integer.parseInt(text) : 0)
                .or(() -> Optional.of(PAGE))
                .filter(number -> number >= 1 && number <= LARGEST_PAGE);
        if (limit.isEmpty()) {
            return HttpReply.refusal(400, "limit is a number from 1 to " + LARGEST_PAGE);
        }
        List<StoredAgent> page = store.after(call.query("after").orElse(""), limit.get());
        Instant now = clock.instant();
        ObjectNode results = WireJson.object();
        ArrayNode agents = results.putArray("agents");
        page.forEach(agent -> agents.add(machine(agent, now)));
        String next =
                page.size() == limit.get() ? page.getLast().enrolment().id().value() : null;
        return HttpReply.success(results.put("next_after", next));
    }

    private HttpReply show(AgentId id) {
        return store.find(id)
                .map(agent -> HttpReply.success(machine(agent, clock.instant())))
                .orElseGet(MachineRoutes::unknown);
    }

    private static ObjectNode machine(StoredAgent agent, Instant now) {
        Progress progress = agent.progress();
        ObjectNode machine = WireJson.object()
                .put("agent_id", agent.enrolment().id().value())
                .put("ip", agent.enrolment().ip())
                .put("port", agent.enrolment().port())
                .put("state", MachineState.of(progress).word())
                .put("operational_state", progress.state().number())
                .put("attestation_count", progress.appraisal().attestationCount());
        age(machine, "last_received_quote", progress.lastReceivedQuote(), now);
        age(machine, "last_successful_attestation", progress.lastSuccessfulAttestation(), now);
        machine.put("runtime_policy", agent.enrolment().policies().runtime().orElse(null));
        machine.put("mb_policy", agent.enrolment().policies().boot().orElse(null));
        machine.set("last_failure", failure(progress.lastFailure()));
        return machine;
    }

    /** A time in epoch seconds and how long ago that is by the verifier's clock; both null for never. */
    private static void age(ObjectNode machine, String name, long epochSeconds, Instant now) {
        if (epochSeconds == 0) {
            machine.putNull(name).putNull(name + "_age");
        } else {
            machine.put(name, Instant.ofEpochSecond(epochSeconds).toString())
                    .put(name + "_age", Math.max(0, now.getEpochSecond() - epochSeconds));
        }
    }

    private static @Nullable ObjectNode failure(@Nullable String json) {
        try {
            return json == null ? null : WireJson.parseObject(json.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        } catch (IOException e) {
            LOG.warn("a stored failure is damaged and is left out", e);
            return null;
        }
    }

    private HttpReply changed(AgentId id, Fleet.Change change, String done, String notNow) {
        return switch (change) {
            case DONE -> {
                LOG.info("{} was {}", id, done);
                yield show(id);
            }
            case NOT_NOW -> HttpReply.refusal(409, id + ": " + notNow + " (state " + state(id) + ")");
            case UNKNOWN -> unknown();
        };
    }

    private String state(AgentId id) {
        return store.find(id)
                .map(agent -> MachineState.of(agent.progress()).word())
                .orElse("gone");
    }
}
