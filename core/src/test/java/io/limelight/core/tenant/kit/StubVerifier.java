package io.limelight.core.tenant.kit;

import io.limelight.core.api.AddAgentRequest;
import io.limelight.core.api.AgentList;
import io.limelight.core.api.AgentStatus;
import io.limelight.core.api.OperationalState;
import io.limelight.core.api.PolicyKind;
import io.limelight.core.api.PolicyNames;
import io.limelight.core.api.StoredPolicy;
import io.limelight.core.http.HttpReply;
import io.limelight.core.http.JsonStyle;
import io.limelight.core.json.WireJson;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.tls.ServerTls;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** A verifier that believes every machine at once: it gives V away as soon as it has it. */
public final class StubVerifier extends ServiceStub {
    private final Map<String, AddAgentRequest> machines = new ConcurrentSkipListMap<>();
    private final Map<String, OperationalState> states = new ConcurrentHashMap<>();
    private final Map<PolicyKind, Map<String, ObjectNode>> policies = Map.of(
            PolicyKind.RUNTIME, new ConcurrentSkipListMap<>(), PolicyKind.MEASURED_BOOT, new ConcurrentSkipListMap<>());
    private volatile BiConsumer<String, SecretBytes> delivery = (id, share) -> {};
    private volatile boolean signaturesAsked;

    StubVerifier(ServerTls tls, Journal journal) {
        super("verifier", tls, JsonStyle.COMPACT, journal);
        route("POST", "/v{version}/agents/{id}", call -> {
            String id = call.variable("id");
            ObjectNode body = call.json();
            var missing = AddAgentRequest.missingMember(body);
            if (missing.isPresent()) {
                return HttpReply.refusal(400, "Exception error: '" + missing.get() + "'");
            }
            AddAgentRequest request = AddAgentRequest.from(body);
            if (signaturesAsked && !request.runtimePolicy().isEmpty()) {
                return HttpReply.refusal(400, "Runtime policy is not signed!");
            }
            if (machines.putIfAbsent(id, request) != null) {
                return HttpReply.refusal(409, "Agent of uuid " + id + " already exists");
            }
            states.put(id, OperationalState.START);
            if (request.v() != null) {
                delivery.accept(id, SecretBytes.adopt(Base64.getDecoder().decode(request.v())));
            }
            return HttpReply.success();
        });
        route(
                "GET",
                "/v{version}/agents/{id}",
                call -> machines.containsKey(call.variable("id"))
                        ? HttpReply.success(status(call.variable("id")).toJson())
                        : HttpReply.refusal(404, "agent id not found"));
        route("GET", "/v{version}/agents", call -> {
            if (call.query("bulk").isPresent()) {
                ObjectNode all = WireJson.object();
                machines.keySet().forEach(id -> all.set(id, status(id).toJson()));
                return HttpReply.success(all);
            }
            return HttpReply.success(new AgentList(new ArrayList<>(machines.keySet())).toVerifierJson());
        });
        route(
                "DELETE",
                "/v{version}/agents/{id}",
                call -> machines.remove(call.variable("id")) == null
                        ? HttpReply.refusal(404, "agent id not found")
                        : HttpReply.success());
        route(
                "PUT",
                "/v{version}/agents/{id}/stop",
                call -> state(call.variable("id"), OperationalState.TENANT_FAILED));
        route("PUT", "/v{version}/agents/{id}/reactivate", call -> state(call.variable("id"), OperationalState.START));
        for (PolicyKind kind : PolicyKind.values()) {
            policyRoutes(kind);
        }
        // As Keylime's verifier, which has none of these.
        for (String path : List.of("revocations", "notifiers", "brake")) {
            route("GET", "/limelight/v1/" + path, call -> HttpReply.refusal(404, "not found"));
        }
        for (String path : List.of("notifiers/test", "brake/release", "brake/discard")) {
            route("POST", "/limelight/v1/" + path, call -> HttpReply.refusal(404, "not found"));
        }
    }

    /** As Keylime's verifier answers (wire reference §5.6, §5.7). */
    private void policyRoutes(PolicyKind kind) {
        String all = "/v{version}/" + kind.segment();
        String one = all + "/{name}";
        Map<String, ObjectNode> stored = policies(kind);
        route(
                "GET",
                all,
                call -> HttpReply.success(new PolicyNames(new ArrayList<>(stored.keySet())).toJson(kind.listKey())));
        route("GET", one, call -> {
            ObjectNode body = stored.get(call.variable("name"));
            return body == null
                    ? HttpReply.refusal(404, "Policy " + call.variable("name") + " not found")
                    : HttpReply.success(shown(kind, call.variable("name"), body));
        });
        route(
                "POST",
                one,
                call -> stored.putIfAbsent(call.variable("name"), call.json()) == null
                        ? HttpReply.envelope(201, "Created", WireJson.object())
                        : HttpReply.refusal(409, "Policy with name " + call.variable("name") + " already exists"));
        route(
                "PUT",
                one,
                call -> stored.replace(call.variable("name"), call.json()) != null
                        ? HttpReply.envelope(201, "Created", WireJson.object())
                        : HttpReply.refusal(
                                kind == PolicyKind.RUNTIME ? 404 : 409,
                                "Policy with name " + call.variable("name") + " does not exist"));
        route(
                "DELETE",
                one,
                call -> stored.remove(call.variable("name")) == null
                        ? HttpReply.refusal(404, "Policy " + call.variable("name") + " not found")
                        : HttpReply.empty(204, "No Content"));
    }

    private static ObjectNode shown(PolicyKind kind, String name, ObjectNode body) {
        if (kind == PolicyKind.MEASURED_BOOT) {
            return new StoredPolicy(name, body.path("mb_policy").asString(), null).toMeasuredBootPolicyJson();
        }
        String text = new String(
                Base64.getDecoder().decode(body.path("runtime_policy").asString()), StandardCharsets.UTF_8);
        return new StoredPolicy(name, text, body.path("tpm_policy").asString()).toRuntimePolicyJson();
    }

    /** Bodies of policies that were posted and put, by name. */
    public Map<String, ObjectNode> policies(PolicyKind kind) {
        return Objects.requireNonNull(policies.get(kind));
    }

    private HttpReply state(String id, OperationalState state) {
        if (!machines.containsKey(id)) {
            return HttpReply.refusal(400, "Exception error: No row was found when one was required");
        }
        states.put(id, state);
        return HttpReply.success();
    }

    private static boolean judged(@Nullable String policy) {
        return policy != null && !policy.isEmpty();
    }

    private AgentStatus status(String id) {
        AddAgentRequest request = Objects.requireNonNull(machines.get(id));
        OperationalState state = states.getOrDefault(id, OperationalState.START);
        return new AgentStatus(
                state.number(),
                request.v(),
                request.cloudagentIp(),
                request.cloudagentPort(),
                request.tpmPolicy(),
                request.metadata(),
                judged(request.mbPolicy()) || judged(request.mbPolicyName()),
                judged(request.runtimePolicy()) || judged(request.runtimePolicyName()),
                Objects.requireNonNullElse(request.acceptTpmHashAlgs(), List.of()),
                Objects.requireNonNullElse(request.acceptTpmEncryptionAlgs(), List.of()),
                Objects.requireNonNullElse(request.acceptTpmSigningAlgs(), List.of()),
                "",
                "",
                "",
                "default",
                request.verifierIp(),
                request.verifierPort(),
                null,
                state == OperationalState.INVALID_QUOTE ? "pcr_validation.invalid_pcr_15" : null,
                0,
                0,
                0,
                "PENDING",
                "2s",
                "10s");
    }

    /** Gives V to the machine that a request names. */
    public void delivering(BiConsumer<String, SecretBytes> to) {
        delivery = to;
    }

    /** Puts a machine into a state. */
    public void set(String id, OperationalState state) {
        states.put(id, state);
    }

    /** What was posted, by id. */
    public Map<String, AddAgentRequest> machines() {
        return machines;
    }

    /** The state of a machine. */
    public OperationalState stateOf(String id) {
        return Objects.requireNonNull(states.get(id));
    }

    /** It takes no runtime policy from now on, since none here is signed. */
    public void asksForSignatures() {
        signaturesAsked = true;
    }
}
