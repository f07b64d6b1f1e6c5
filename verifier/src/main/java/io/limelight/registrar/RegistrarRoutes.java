package io.limelight.registrar;

import io.limelight.core.api.ActivationRequest;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.AgentList;
import io.limelight.core.api.ApiVersion;
import io.limelight.core.api.RegistrarAgent;
import io.limelight.core.api.RegistrationChallenge;
import io.limelight.core.api.RegistrationPage;
import io.limelight.core.api.RegistrationRequest;
import io.limelight.core.api.RegistrationSummary;
import io.limelight.core.api.Versions;
import io.limelight.core.api.WireFormatException;
import io.limelight.core.http.Access;
import io.limelight.core.http.HttpCall;
import io.limelight.core.http.HttpHandler;
import io.limelight.core.http.HttpReply;
import io.limelight.core.http.RefusalLog;
import io.limelight.core.http.Route;
import io.limelight.core.http.Routes;
import io.limelight.registrar.RegistrarTally.Outcome;
import io.limelight.store.StoreAnswers;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/** The registrar's API, the same on both listeners; what administrators may do is refused on the plain one. */
final class RegistrarRoutes {
    static final Logger LOG = LoggerFactory.getLogger(RegistrarRoutes.class);

    /** Anonymous callers get little: an honest registration with an EK certificate chain stays below 16 KiB. */
    private static final int MAX_BODY = 64 * 1024;

    private static final int PAGE = 100;
    private static final int LARGEST_PAGE = 1000;

    private final RegistrationCheck check;
    private final RegistrationStore store;
    private final AttemptLimit attempts;
    private final RefusalLog refusals;
    private final RegistrarTally tally;
    private final SecureRandom random;

    RegistrarRoutes(
            RegistrationCheck check,
            RegistrationStore store,
            AttemptLimit attempts,
            RefusalLog refusals,
            RegistrarTally tally,
            SecureRandom random) {
        this.check = check;
        this.store = store;
        this.attempts = attempts;
        this.refusals = refusals;
        this.tally = tally;
        this.random = random;
    }

    Routes routes() {
        return Routes.builder()
                .versions(RegistrarRoutes::served)
                .get(
                        "/version",
                        _ -> HttpReply.success(
                                Versions.ofServer(ApiVersion.SUPPORTED).toJson()))
                .add(anonymous("POST", "/v{version}/agents", this::registerWithIdInBody))
                .add(anonymous("POST", "/v{version}/agents/{id}", call -> register(call, call.variable("id"))))
                .add(anonymous("PUT", "/v{version}/agents/{id}", this::activate))
                .add(anonymous("PUT", "/v{version}/agents/{id}/activate", this::activate))
                .add(anonymous("POST", "/v{version}/agents/{id}/activate", this::activate))
                .add(administrator("GET", "/v{version}/agents", "list_registrations", _ -> list()))
                .add(administrator("GET", "/v{version}/agents/{id}", "read_registration", this::show))
                .add(administrator("DELETE", "/v{version}/agents/{id}", "delete_registration", this::delete))
                .add(administrator("GET", "/limelight/v1/registrations", "list_registrations", this::page))
                .build();
    }

    private static boolean served(String version) {
        return version.equals("2")
                || ApiVersion.parse(version).filter(ApiVersion::supported).isPresent();
    }

    private static Route anonymous(String method, String template, HttpHandler handler) {
        return new Route(method, template, Access.ANYONE, "", MAX_BODY, StoreAnswers.guarded("registrar", handler));
    }

    private static Route administrator(String method, String template, String action, HttpHandler handler) {
        return new Route(
                method, template, Access.ADMINISTRATOR, action, MAX_BODY, StoreAnswers.guarded("registrar", handler));
    }

    private HttpReply registerWithIdInBody(HttpCall call) {
        try {
            RegistrationRequest request = RegistrationRequest.from(call.json());
            String id = request.agentId();
            return id == null ? HttpReply.refusal(400, "agent_id is required") : register(call, id);
        } catch (WireFormatException e) {
            return invalid(e);
        } catch (IOException e) {
            return malformed(call, e);
        }
    }

    private HttpReply register(HttpCall call, String rawId) {
        Optional<String> problem = AgentId.problem(rawId);
        if (problem.isPresent()) {
            tally.count(Outcome.INVALID);
            return HttpReply.refusal(400, problem.get());
        }
        AgentId id = AgentId.of(rawId);
        if (!attempts.admit(rawId, call.remoteAddress())) {
            tally.count(Outcome.TOO_OFTEN);
            return HttpReply.refusal(429, "This id registers too often; try again in a minute");
        }
        try {
            RegistrationRequest request = RegistrationRequest.from(call.json());
            Registration registration = check.check(id, request);
            Challenge challenge = Challenge.make(registration.ek(), registration.ak(), random);
            store.addPending(registration, challenge.key(), call.remoteAddress());
            tally.count(Outcome.CHALLENGED);
            LOG.info("{} registers from {}; its TPM has been challenged", id, call.remoteAddress());
            return HttpReply.success(new RegistrationChallenge(challenge.blob()).toJson());
        } catch (RegistrationRefusedException e) {
            tally.refused(e);
            refusals.warn(
                    call.remoteAddress(),
                    "the registration of " + id + " from " + call.remoteAddress() + " was refused: " + e.getMessage());
            return HttpReply.refusal(e.status(), e.answer());
        } catch (WireFormatException e) {
            return invalid(e);
        } catch (IOException e) {
            return malformed(call, e);
        }
    }

    private HttpReply activate(HttpCall call) {
        String rawId = call.variable("id");
        if (AgentId.problem(rawId).isPresent()) {
            return notFound(rawId);
        }
        AgentId id = AgentId.of(rawId);
        String tag;
        try {
            tag = ActivationRequest.from(call.json()).authTag();
        } catch (WireFormatException e) {
            return HttpReply.empty(400, "Bad Request");
        } catch (IOException e) {
            return malformed(call, e);
        }
        if (tag == null) {
            return HttpReply.empty(400, "Bad Request");
        }
        return switch (store.activate(id, tag, call.remoteAddress())) {
            case ACTIVATED -> {
                tally.count(Outcome.ACTIVATED);
                LOG.info("{} is registered: its TPM answered the challenge", id);
                yield HttpReply.success();
            }
            case WRONG_TAG -> {
                tally.count(Outcome.WRONG_TAG);
                refusals.warn(
                        call.remoteAddress(),
                        id + " from " + call.remoteAddress() + " answered the challenge wrongly; that attempt ends");
                yield HttpReply.refusal(400, "Auth tag does not match expected value");
            }
            case UNKNOWN -> {
                tally.count(Outcome.NOT_PENDING);
                yield notFound(rawId);
            }
        };
    }

    private HttpReply list() {
        return HttpReply.success(new AgentList(store.ids()).toRegistrarJson());
    }

    private HttpReply page(HttpCall call) {
        int limit = call.query("limit")
                .map(text -> text.matches("[0-9]{1,4}") ? Integer.parseInt(text) : 0)
                .orElse(PAGE);
        if (limit < 1 || limit > LARGEST_PAGE) {
            return HttpReply.refusal(400, "limit is a number from 1 to " + LARGEST_PAGE);
        }
        List<RegistrationSummary> page = store.after(call.query("after").orElse(""), limit);
        Optional<String> next =
                page.size() == limit ? Optional.of(page.getLast().agentId()) : Optional.empty();
        return HttpReply.success(new RegistrationPage(page, next).toJson());
    }

    private HttpReply show(HttpCall call) {
        String rawId = call.variable("id");
        if (AgentId.problem(rawId).isPresent()) {
            return notFound(rawId);
        }
        AgentId id = AgentId.of(rawId);
        Optional<RegistrarAgent> agent = store.find(id);
        if (agent.isPresent()) {
            ObjectNode results = agent.get().toJson();
            return HttpReply.success(results);
        }
        return store.hasPending(id)
                ? HttpReply.refusal(404, "Agent with ID '" + id + "' has not been activated")
                : notFound(rawId);
    }

    private HttpReply delete(HttpCall call) {
        String rawId = call.variable("id");
        if (AgentId.problem(rawId).isPresent() || !store.delete(AgentId.of(rawId))) {
            return notFound(rawId);
        }
        LOG.info("{} was deleted", rawId);
        return HttpReply.success();
    }

    private static HttpReply notFound(String id) {
        return HttpReply.refusal(
                404,
                AgentId.problem(id)
                        .map(problem -> "Agent with ID '?' not found: " + problem)
                        .orElse("Agent with ID '" + id + "' not found"));
    }

    /** JSON, but not what a registration is made of; Keylime's words, and which member it is. */
    private HttpReply invalid(WireFormatException e) {
        tally.count(Outcome.INVALID);
        return HttpReply.refusal(400, "Could not register agent with invalid data: " + e.getMessage());
    }

    /** No JSON: an empty answer as Keylime's, with a reason in the status line. */
    private HttpReply malformed(HttpCall call, IOException e) {
        tally.count(Outcome.INVALID);
        LOG.info("a body from {} that is no JSON object was refused", call.remoteAddress());
        LOG.debug("because", e);
        return HttpReply.empty(400, "Malformed Request Parameter");
    }
}
