package io.limelight.verifier;

import io.limelight.core.api.AgentId;
import io.limelight.core.http.Access;
import io.limelight.core.http.HttpCall;
import io.limelight.core.http.HttpReply;
import io.limelight.core.http.Route;
import io.limelight.core.http.Routes;
import io.limelight.core.json.WireJson;
import io.limelight.core.policy.TpmPolicy;
import io.limelight.core.policy.TpmPolicyException;
import io.limelight.store.StoreAnswers;
import io.limelight.verifier.fleet.Fleet;
import io.limelight.verifier.state.AssignmentStore;
import io.limelight.verifier.state.AssignmentStore.Assigned;
import io.limelight.verifier.state.AssignmentStore.Former;
import io.limelight.verifier.state.AssignmentStore.Wanted;
import io.limelight.verifier.state.StoredAgent;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code POST /limelight/v1/agents/{id}/policies}: an agent is judged by other policies and keeps everything else it was added with. */
final class AssignmentRoute {
    private static final Logger LOG = LoggerFactory.getLogger(AssignmentRoute.class);
    /** Two TPM policies as texts in a text. */
    private static final int MAX_BODY = 4 * TpmPolicy.MAX_LENGTH;

    private final AssignmentStore assignments;
    private final Fleet fleet;

    AssignmentRoute(AssignmentStore assignments, Fleet fleet) {
        this.assignments = assignments;
        this.fleet = fleet;
    }

    void addTo(Routes.Builder routes) {
        routes.add(new Route(
                "POST",
                "/limelight/v1/agents/{id}/policies",
                Access.ADMINISTRATOR,
                "assign_policies",
                MAX_BODY,
                StoreAnswers.guarded("verifier", this::assign)));
    }

    private static final class WrongException extends Exception {
        private static final long serialVersionUID = 1;

        WrongException(String message) {
            super(message);
        }
    }

    private HttpReply assign(HttpCall call) {
        String text = call.variable("id");
        if (AgentId.problem(text).isPresent()) {
            return HttpReply.refusal(404, "agent id not found");
        }
        AgentId id = AgentId.of(text);
        Wanted wanted;
        try {
            wanted = wanted(call.json());
        } catch (IOException | WrongException e) {
            return HttpReply.refusal(400, String.valueOf(e.getMessage()));
        }
        return switch (fleet.assign(id, () -> assignments.assign(id, wanted))) {
            case Assigned.Done(StoredAgent agent) -> {
                LOG.info(
                        "{} is judged by runtime policy {}, measured boot policy {} and tpm_policy {} from now on, on an"
                                + " administrator's word",
                        id,
                        agent.enrolment().policies().runtime().orElse("none"),
                        agent.enrolment().policies().boot().orElse("none"),
                        agent.enrolment().tpmPolicy());
                yield HttpReply.success(WireJson.object()
                        .put("agent_id", id.value())
                        .put(
                                "runtime_policy",
                                agent.enrolment().policies().runtime().orElse(null))
                        .put("mb_policy", agent.enrolment().policies().boot().orElse(null))
                        .put("tpm_policy", agent.enrolment().tpmPolicy()));
            }
            case Assigned.Unknown _ -> HttpReply.refusal(404, "agent id not found");
            case Assigned.PolicyUnknown(var kind, String name) ->
                HttpReply.refusal(409, kind.noun() + " with name " + name + " not found; nothing was changed");
            case Assigned.Changed _ ->
                HttpReply.refusal(409, id + " is not judged by what was expected any more; nothing was changed");
            case Assigned.Unreadable(String why) ->
                HttpReply.refusal(
                        409, "the tpm_policy of " + id + " " + why + "; give one with it. Nothing was changed");
        };
    }

    private static Wanted wanted(JsonNode body) throws WrongException {
        if (!(body instanceof ObjectNode object)) {
            throw new WrongException("the body is no object");
        }
        Optional<String> runtime = name(object, "runtime_policy");
        Optional<String> boot = name(object, "mb_policy");
        Optional<String> tpm = text(object, "tpm_policy");
        if (runtime.isEmpty() && boot.isEmpty() && tpm.isEmpty()) {
            throw new WrongException(
                    "none of runtime_policy, mb_policy and tpm_policy is named, so nothing would change");
        }
        JsonNode expected = object.path("expected");
        Optional<Former> former = Optional.empty();
        if (expected instanceof ObjectNode seen) {
            former = Optional.of(new Former(
                    orNull(text(seen, "runtime_policy")),
                    orNull(text(seen, "mb_policy")),
                    text(seen, "tpm_policy").orElse("")));
        } else if (!expected.isMissingNode()) {
            throw new WrongException("expected is no object");
        }
        return new Wanted(runtime, boot, tpm.isEmpty() ? Optional.empty() : Optional.of(policy(tpm.get())), former);
    }

    private static @Nullable String orNull(Optional<String> text) {
        return text.orElse(null);
    }

    private static TpmPolicy policy(String text) throws WrongException {
        try {
            return TpmPolicy.fromWire(text);
        } catch (TpmPolicyException e) {
            throw new WrongException("tpm_policy " + e.getMessage());
        }
    }

    /** Nobody is judged by nothing in passing: a name that is empty is a mistake. */
    private static Optional<String> name(ObjectNode object, String member) throws WrongException {
        Optional<String> name = text(object, member);
        if (name.isPresent() && name.get().isEmpty()) {
            throw new WrongException(member + " is empty; leave it out to keep what there is");
        }
        return name;
    }

    private static Optional<String> text(ObjectNode object, String member) throws WrongException {
        JsonNode node = object.path(member);
        if (node.isMissingNode() || node.isNull()) {
            return Optional.empty();
        }
        if (!node.isString()) {
            throw new WrongException(member + " is no text");
        }
        return Optional.of(node.stringValue());
    }
}
