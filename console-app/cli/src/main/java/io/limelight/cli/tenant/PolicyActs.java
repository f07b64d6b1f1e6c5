package io.limelight.cli.tenant;

import io.limelight.core.api.Endpoint;
import io.limelight.core.api.PolicyKind;
import io.limelight.core.api.PolicyName;
import io.limelight.core.json.WireJson;
import io.limelight.core.policy.TpmPolicy;
import io.limelight.core.tenant.BootPolicyChoice;
import io.limelight.core.tenant.PolicyChoice;
import io.limelight.core.tenant.PolicyDesk;
import io.limelight.core.tenant.PreparedPolicies;
import io.limelight.core.tenant.RuntimePolicyChoice;
import io.limelight.core.tenant.TenantException;
import java.util.Optional;

/** The words about policies that a verifier keeps by name. */
final class PolicyActs {
    private final PolicyDesk desk;
    private final Endpoint verifier;
    private final TenantOutput output;

    PolicyActs(PolicyDesk desk, Endpoint verifier, TenantOutput output) {
        this.desk = desk;
        this.verifier = verifier;
        this.output = output;
    }

    /** Does one; what it needs has been asked for with {@link #missing}. */
    void run(TenantWord word, PolicyKind kind, PreparedPolicies policies, TpmPolicy tpmPolicy) throws TenantException {
        switch (word.current()) {
            case LISTRUNTIMEPOLICY, LISTMBPOLICY ->
                output.policies(kind, verifier, desk.names(kind).envelope());
            case SHOWRUNTIMEPOLICY, SHOWMBPOLICY -> {
                PolicyName name = name(kind, policies);
                output.policy(kind, verifier, desk.show(kind, name).envelope());
            }
            case DELETERUNTIMEPOLICY, DELETEMBPOLICY -> {
                PolicyName name = name(kind, policies);
                desk.delete(kind, name);
                // Keylime's tenant makes an empty dictionary of an answer without a body.
                output.answered(WireJson.object());
                output.info("The " + kind.noun() + " " + name + " was deleted from the " + verifier + ".");
            }
            case ADDRUNTIMEPOLICY, ADDMBPOLICY -> {
                PolicyName name = name(kind, policies);
                output.answered(desk.add(name, content(kind, policies, tpmPolicy)));
                output.info(stored(kind, policies) + " is stored as " + name + " on the " + verifier + ".");
            }
            case UPDATERUNTIMEPOLICY, UPDATEMBPOLICY -> {
                PolicyName name = name(kind, policies);
                output.answered(desk.update(name, content(kind, policies, tpmPolicy)));
                output.info(stored(kind, policies) + " has taken the place of " + name + " on the " + verifier
                        + "; machines that are judged by it follow at their next attestation.");
            }
            default -> throw new IllegalStateException("not about policies: " + word);
        }
    }

    /** What has to come with a word and does not. */
    static Optional<String> missing(TenantWord word, PolicyKind kind, PolicyChoice choice) {
        boolean runtime = kind == PolicyKind.RUNTIME;
        if (word.namesPolicy()
                && (runtime ? choice.runtime().policyName() : choice.boot().policyName()).isEmpty()) {
            return Optional.of("-c " + word + " needs the name of a policy: "
                    + (runtime ? "--runtime-policy-name" : "--mb-policy-name") + ".");
        }
        boolean sent = runtime
                ? choice.runtime() instanceof RuntimePolicyChoice.Given
                        || choice.runtime() instanceof RuntimePolicyChoice.Allowlist
                : choice.boot() instanceof BootPolicyChoice.Given;
        return word.storesPolicy() && !sent
                ? Optional.of(
                        "-c " + word + " needs a policy: " + (runtime ? "--runtime-policy" : "--mb-policy") + " FILE.")
                : Optional.empty();
    }

    private static PolicyName name(PolicyKind kind, PreparedPolicies policies) {
        return (kind == PolicyKind.RUNTIME ? policies.runtimeName() : policies.bootName()).orElseThrow();
    }

    private static PolicyDesk.Content content(PolicyKind kind, PreparedPolicies policies, TpmPolicy tpmPolicy) {
        return kind == PolicyKind.RUNTIME
                ? new PolicyDesk.Content.RuntimePolicyContent(
                        policies.runtime().orElseThrow(), tpmPolicy.asking(policies.pcrs()))
                : new PolicyDesk.Content.BootPolicyContent(policies.boot().orElseThrow());
    }

    private static String stored(PolicyKind kind, PreparedPolicies policies) {
        String description = kind == PolicyKind.RUNTIME
                ? policies.runtime().orElseThrow().description()
                : policies.boot().orElseThrow().description();
        return "The " + description;
    }
}
