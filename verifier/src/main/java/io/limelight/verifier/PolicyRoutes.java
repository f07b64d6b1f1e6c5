package io.limelight.verifier;

import io.limelight.core.api.PolicyName;
import io.limelight.core.api.PolicyNames;
import io.limelight.core.http.Access;
import io.limelight.core.http.HttpCall;
import io.limelight.core.http.HttpHandler;
import io.limelight.core.http.HttpReply;
import io.limelight.core.http.Route;
import io.limelight.core.http.Routes;
import io.limelight.core.json.WireJson;
import io.limelight.core.policy.TpmPolicy;
import io.limelight.core.policy.TpmPolicyException;
import io.limelight.core.policy.boot.BootReference;
import io.limelight.core.policy.runtime.RuntimePolicyReader;
import io.limelight.store.StoreAnswers;
import io.limelight.verifier.policy.PolicyBook;
import io.limelight.verifier.policy.PolicyCheck;
import io.limelight.verifier.policy.PolicyRefusedException;
import io.limelight.verifier.state.PolicyKind;
import io.limelight.verifier.state.StoredPolicy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code /allowlists} and {@code /mbpolicies}: policies by name, which agents follow (wire reference §5.6, §5.7). */
final class PolicyRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(PolicyRoutes.class);
    private static final int SMALL_BODY = 64 * 1024;
    /** A TPM policy, a key, names. */
    private static final int BESIDE_POLICY = 1024 * 1024;

    private final PolicyBook policies;
    private final PolicyCheck check;
    private final int policyBody;

    PolicyRoutes(PolicyBook policies, PolicyCheck check, int policyBody) {
        this.policies = policies;
        this.check = check;
        this.policyBody = policyBody;
    }

    /** Of a body with one runtime policy, in base64 and with a little beside it: what is larger is refused before it is read. */
    static int runtimeBody(int policyBody) {
        return (int) Math.min(policyBody, PolicyCheck.base64Length(RuntimePolicyReader.MAX_BYTES) + BESIDE_POLICY);
    }

    void addTo(Routes.Builder routes) {
        kind(
                routes,
                "allowlists",
                "list_runtime_policies",
                "runtime_policy",
                PolicyNames.RUNTIME_KEY,
                PolicyKind.RUNTIME,
                runtimeBody(policyBody),
                call -> runtime(call, false),
                call -> runtime(call, true));
        kind(
                routes,
                "mbpolicies",
                "list_mb_policies",
                "mb_policy",
                PolicyNames.MEASURED_BOOT_KEY,
                PolicyKind.BOOT,
                policyBody,
                call -> boot(call, false),
                call -> boot(call, true));
    }

    /** Something that a body asks for, and the ways in which that goes wrong. */
    @FunctionalInterface
    private interface Change {
        HttpReply make(HttpCall call) throws IOException, PolicyRefusedException;
    }

    private void kind(
            Routes.Builder routes,
            String segment,
            String list,
            String action,
            String listKey,
            PolicyKind kind,
            int body,
            Change create,
            Change update) {
        String all = "/v{version}/" + segment;
        String one = all + "/{name}";
        routes.add(route(
                        "GET",
                        all,
                        list,
                        SMALL_BODY,
                        _ -> HttpReply.success(new PolicyNames(policies.names(kind)).toJson(listKey))))
                .add(route("GET", one, "read_" + action, SMALL_BODY, call -> show(kind, call)))
                .add(route("POST", one, "create_" + action, body, call -> change(call, create)))
                .add(route("PUT", one, "update_" + action, body, call -> change(call, update)))
                .add(route("DELETE", one, "delete_" + action, SMALL_BODY, call -> delete(kind, call)));
    }

    private static Route route(String method, String template, String action, int maxBody, HttpHandler handler) {
        return new Route(
                method, template, Access.ADMINISTRATOR, action, maxBody, StoreAnswers.guarded("verifier", handler));
    }

    private HttpReply show(PolicyKind kind, HttpCall call) {
        String name = call.variable("name");
        Optional<StoredPolicy> found =
                PolicyName.problem(name).isPresent() ? Optional.empty() : policies.find(kind, name);
        if (found.isEmpty()) {
            return absent(kind, name, 404);
        }
        String text = new String(found.get().body(), StandardCharsets.UTF_8);
        ObjectNode results = WireJson.object().put("name", name);
        switch (kind) {
            // "tmp": the wire spells it so.
            case RUNTIME -> results.put("tmp_policy", found.get().tpmPolicy()).put("runtime_policy", text);
            case BOOT -> results.put("mb_policy", text);
        }
        return HttpReply.success(results);
    }

    private static HttpReply change(HttpCall call, Change change) {
        String name = call.variable("name");
        Optional<String> problem = PolicyName.problem(name);
        if (problem.isPresent()) {
            return HttpReply.refusal(400, "the policy's name " + problem.get());
        }
        try {
            return change.make(call);
        } catch (IOException e) {
            return HttpReply.refusal(400, "Exception error: " + e.getMessage());
        } catch (PolicyRefusedException e) {
            LOG.warn("policy {} was refused: {}", name, e.getMessage());
            return HttpReply.refusal(e.status(), String.valueOf(e.getMessage()));
        }
    }

    private HttpReply runtime(HttpCall call, boolean update) throws IOException, PolicyRefusedException {
        String name = call.variable("name");
        ObjectNode body = call.json();
        String policy = text(body, "runtime_policy");
        if (policy == null || policy.isEmpty()) {
            return HttpReply.refusal(400, "runtime_policy is required: base64 of the policy");
        }
        String tpmPolicy = text(body, "tpm_policy");
        if (tpmPolicy != null && !tpmPolicy.isEmpty()) {
            try {
                TpmPolicy.fromWire(tpmPolicy);
            } catch (TpmPolicyException e) {
                return HttpReply.refusal(400, String.valueOf(e.getMessage()));
            }
        }
        String key = text(body, "runtime_policy_key");
        var checked = check.runtime(
                check.decodedRuntime(policy),
                key == null || key.isEmpty() ? null : PolicyCheck.decoded("runtime_policy_key", key));
        boolean done = update
                ? policies.replaceRuntime(name, checked, tpmPolicy)
                : policies.addRuntime(name, checked, tpmPolicy);
        return done ? done(PolicyKind.RUNTIME, name, update) : refused(PolicyKind.RUNTIME, name, update, 404);
    }

    private HttpReply boot(HttpCall call, boolean update) throws IOException, PolicyRefusedException {
        String name = call.variable("name");
        String policy = text(call.json(), "mb_policy");
        if (policy == null || policy.isEmpty()) {
            return HttpReply.refusal(400, "mb_policy is required: the policy as JSON text");
        }
        PolicyCheck.Checked<BootReference> checked = check.boot(policy);
        checked.value().warnings().forEach(LOG::warn);
        boolean done = update ? policies.replaceBoot(name, checked) : policies.addBoot(name, checked);
        // 409 also where there is nothing to update: upstream's answer, which tenants know.
        return done ? done(PolicyKind.BOOT, name, update) : refused(PolicyKind.BOOT, name, update, 409);
    }

    private static HttpReply done(PolicyKind kind, String name, boolean update) {
        LOG.info(
                "{} {} was {}",
                kind.noun(),
                name,
                update ? "updated; its machines are judged by it from now on" : "stored");
        return HttpReply.envelope(201, "Created", WireJson.object());
    }

    private static HttpReply refused(PolicyKind kind, String name, boolean update, int absentStatus) {
        return update
                ? absent(kind, name, absentStatus)
                : HttpReply.refusal(409, kind.noun() + " with name " + name + " already exists");
    }

    private static HttpReply absent(PolicyKind kind, String name, int status) {
        return HttpReply.refusal(status, kind.noun() + " " + printable(name) + " not found");
    }

    private HttpReply delete(PolicyKind kind, HttpCall call) {
        String name = call.variable("name");
        if (PolicyName.problem(name).isPresent()) {
            return absent(kind, name, 404);
        }
        return switch (policies.remove(kind, name)) {
            case DONE -> {
                LOG.info("{} {} was deleted", kind.noun(), name);
                yield HttpReply.empty(204, "No Content");
            }
            case IN_USE ->
                HttpReply.refusal(
                        409,
                        "Can't delete " + kind.noun().toLowerCase(java.util.Locale.ROOT) + " " + name
                                + ": agents are judged by it");
            case UNKNOWN -> absent(kind, name, 404);
        };
    }

    private static @Nullable String text(JsonNode body, String member) throws IOException {
        JsonNode value = body.get(member);
        if (value == null || value.isNull()) {
            return null;
        }
        // JSON where JSON text belongs, from hand-written clients.
        if (value.isContainer()) {
            return WireJson.compactText(value);
        }
        if (!value.isString()) {
            throw new IOException(member + " is no text");
        }
        return value.stringValue();
    }

    private static String printable(String name) {
        String cut = name.length() > 80 ? name.substring(0, 80) + "…" : name;
        return cut.replaceAll("[^\\x20-\\x7e…]", "?");
    }
}
