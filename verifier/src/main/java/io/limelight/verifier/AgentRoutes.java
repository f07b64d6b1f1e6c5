package io.limelight.verifier;

import io.limelight.core.api.AgentId;
import io.limelight.core.api.AgentList;
import io.limelight.core.http.Access;
import io.limelight.core.http.HttpCall;
import io.limelight.core.http.HttpHandler;
import io.limelight.core.http.HttpReply;
import io.limelight.core.http.Route;
import io.limelight.core.http.Routes;
import io.limelight.core.json.WireJson;
import io.limelight.core.secret.SecretBytes;
import io.limelight.store.StoreAnswers;
import io.limelight.verifier.fleet.Fleet;
import io.limelight.verifier.state.AgentStore;
import io.limelight.verifier.state.AgentStore.Added;
import io.limelight.verifier.state.PolicyKind;
import io.limelight.verifier.state.Progress;
import io.limelight.verifier.state.StoredAgent;
import io.limelight.verifier.vault.VaultException;
import java.io.IOException;
import java.util.Base64;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code /agents} of the verifier's API (wire reference §5.2 to §5.5). */
final class AgentRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(AgentRoutes.class);

    /** Everything but a policy fits many times. */
    private static final int SMALL_BODY = 64 * 1024;

    private static final String INVALID_ID = "agent_id not not valid";

    private final AgentStore store;
    private final Fleet fleet;
    private final Admission admission;
    private final AgentStatuses statuses;
    private final boolean returnShares;
    private final int policyBody;

    /**
     * The routes.
     *
     * @param returnShares whether V is shown in clear
     * @param policyBody bytes of a body that may carry a policy
     */
    AgentRoutes(
            AgentStore store,
            Fleet fleet,
            Admission admission,
            AgentStatuses statuses,
            boolean returnShares,
            int policyBody) {
        this.store = store;
        this.fleet = fleet;
        this.admission = admission;
        this.statuses = statuses;
        this.returnShares = returnShares;
        this.policyBody = policyBody;
    }

    void addTo(Routes.Builder routes) {
        routes.add(administrator("GET", "/v{version}/agents", "list_agents", SMALL_BODY, this::list))
                .add(administrator("GET", "/v{version}/agents/{id}", "read_agent", SMALL_BODY, valid(this::show)))
                .add(administrator("POST", "/v{version}/agents/{id}", "create_agent", policyBody, this::add))
                .add(administrator(
                        "DELETE", "/v{version}/agents/{id}", "delete_agent", SMALL_BODY, valid(this::delete)))
                .add(administrator("PUT", "/v{version}/agents/{id}/stop", "stop_agent", SMALL_BODY, valid(this::stop)))
                .add(administrator(
                        "PUT",
                        "/v{version}/agents/{id}/reactivate",
                        "reactivate_agent",
                        SMALL_BODY,
                        valid(this::reactivate)));
    }

    private static Route administrator(
            String method, String template, String action, int maxBody, HttpHandler handler) {
        return new Route(
                method, template, Access.ADMINISTRATOR, action, maxBody, StoreAnswers.guarded("verifier", handler));
    }

    private static HttpHandler valid(Function<AgentId, HttpReply> handler) {
        return call -> {
            String id = call.variable("id");
            return AgentId.problem(id).isPresent() ? HttpReply.refusal(400, INVALID_ID) : handler.apply(AgentId.of(id));
        };
    }

    private HttpReply add(HttpCall call) {
        String rawId = call.variable("id");
        if (AgentId.problem(rawId).isPresent()) {
            return HttpReply.refusal(400, INVALID_ID);
        }
        if (call.body().length == 0) {
            return HttpReply.refusal(400, "Expected non zero content length");
        }
        AgentId id = AgentId.of(rawId);
        try (Admission.Admitted admitted = admission.admit(id, call.json())) {
            return fleet.exclusively(id, () -> begin(admitted));
        } catch (IOException e) {
            return HttpReply.refusal(400, "Exception error: " + e.getMessage());
        } catch (Admission.RefusedException e) {
            LOG.warn("{} was not added: {}", id, e.getMessage());
            return HttpReply.refusal(e.status(), String.valueOf(e.getMessage()));
        }
    }

    private HttpReply begin(Admission.Admitted admitted) {
        AgentId id = admitted.enrolment().id();
        return switch (store.add(
                admitted.enrolment(),
                Progress.start(admitted.version()),
                admitted.v(),
                admitted.revocationKey(),
                admitted.choices())) {
            case Added.AgentExists _ ->
                HttpReply.refusal(409, "Agent of uuid " + id + " already exists. Please use delete or update.");
            case Added.PolicyExists(PolicyKind kind, String name) ->
                HttpReply.refusal(
                        409,
                        kind.noun() + " with name " + name + " already exists. Please use delete or update, or add the"
                                + " agent by that name without sending a policy.");
            case Added.PolicyUnknown(PolicyKind kind, String name) ->
                HttpReply.refusal(404, kind.noun() + " with name " + name + " not found");
            case Added.Done(StoredAgent agent) -> {
                LOG.info(
                        "{} was added; its agent is at {} port {}{}",
                        id,
                        admitted.enrolment().ip(),
                        admitted.enrolment().port(),
                        admitted.v() == null ? "" : "; it is to get a key share once it has passed");
                fleet.begin(agent);
                yield HttpReply.success();
            }
        };
    }

    private HttpReply list(HttpCall call) {
        String verifier = call.query("verifier").orElse("");
        if (call.query("bulk").isEmpty()) {
            return HttpReply.success(new AgentList(store.ids(verifier)).toVerifierJson());
        }
        ObjectNode all = WireJson.object();
        for (StoredAgent agent : store.all(verifier)) {
            all.set(agent.enrolment().id().value(), status(agent));
        }
        return HttpReply.success(all);
    }

    private HttpReply show(AgentId id) {
        return store.find(id)
                .map(agent -> HttpReply.success(status(agent)))
                .orElseGet(() -> HttpReply.refusal(404, "agent id not found"));
    }

    private ObjectNode status(StoredAgent agent) {
        return statuses.of(agent, returnShares ? share(agent) : null).toJson();
    }

    private @Nullable String share(StoredAgent agent) {
        try (SecretBytes share = store.share(agent.lease()).orElse(null)) {
            return share == null
                    ? null
                    : share.apply(bytes -> Base64.getEncoder().encodeToString(bytes));
        } catch (VaultException e) {
            LOG.error("{}", e.getMessage());
            return null;
        }
    }

    private HttpReply delete(AgentId id) {
        return switch (fleet.delete(id)) {
            case DONE -> {
                LOG.info("{} was deleted", id);
                yield HttpReply.success();
            }
            case PENDING -> HttpReply.envelope(202, "Accepted", WireJson.object());
            case UNKNOWN -> HttpReply.refusal(404, "agent id not found");
        };
    }

    private HttpReply stop(AgentId id) {
        if (!fleet.stop(id)) {
            return unknown();
        }
        LOG.info("{} was stopped by an administrator", id);
        return HttpReply.success();
    }

    private HttpReply reactivate(AgentId id) {
        if (!fleet.reactivate(id)) {
            return unknown();
        }
        LOG.info("{} was reactivated", id);
        return HttpReply.success();
    }

    /** The text of the original's database library, which tenants know; 400 and not 404. */
    private static HttpReply unknown() {
        return HttpReply.refusal(400, "Exception error: No row was found when one was required");
    }
}
