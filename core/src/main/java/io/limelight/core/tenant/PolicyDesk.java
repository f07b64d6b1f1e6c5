package io.limelight.core.tenant;

import io.limelight.core.api.Answer;
import io.limelight.core.api.ApiException;
import io.limelight.core.api.ApiVersion;
import io.limelight.core.api.Endpoint;
import io.limelight.core.api.MeasuredBootPolicyRequest;
import io.limelight.core.api.PoliciesClient;
import io.limelight.core.api.PolicyKind;
import io.limelight.core.api.PolicyName;
import io.limelight.core.api.PolicyNames;
import io.limelight.core.api.RuntimePolicyRequest;
import io.limelight.core.api.StoredPolicy;
import io.limelight.core.policy.TpmPolicy;
import io.limelight.core.tenant.TenantException.Kind;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Policies that the verifier keeps by name. */
public final class PolicyDesk {
    private static final int UNAUTHORIZED = 401;
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;
    /** Verifiers before this one call measured boot policies otherwise, and know none by name. */
    private static final ApiVersion BOOT_POLICIES = new ApiVersion(2, 3);

    private final TenantServices services;

    /**
     * Asks the verifier of these services.
     *
     * @param services connections to use; they stay the caller's to close
     */
    public PolicyDesk(TenantServices services) {
        this.services = services;
    }

    /** What is to be stored. */
    public sealed interface Content {
        /**
         * A runtime policy.
         *
         * @param policy the policy
         * @param tpmPolicy values of PCRs that go with it
         */
        record RuntimePolicyContent(PreparedRuntimePolicy policy, TpmPolicy tpmPolicy) implements Content {}

        /** A measured boot policy. */
        record BootPolicyContent(PreparedBootPolicy policy) implements Content {}

        /** Which kind it is. */
        default PolicyKind kind() {
            return this instanceof RuntimePolicyContent ? PolicyKind.RUNTIME : PolicyKind.MEASURED_BOOT;
        }

        /** As it travels. */
        private ObjectNode body() {
            return switch (this) {
                case RuntimePolicyContent runtime ->
                    new RuntimePolicyRequest(
                                    runtime.tpmPolicy().wireText(),
                                    runtime.policy().wireText(),
                                    runtime.policy().wireKey())
                            .toJson();
                case BootPolicyContent boot ->
                    new MeasuredBootPolicyRequest(boot.policy().text()).toJson();
            };
        }
    }

    /** One question to the verifier. */
    @FunctionalInterface
    private interface Question<T> {
        T ask(PoliciesClient client, ApiVersion version) throws ApiException;
    }

    /** What a refusal means for a question; empty if no more than the verifier says. */
    @FunctionalInterface
    private interface Meaning {
        Optional<String> of(int status);
    }

    /** The names of all of a kind. */
    public Answer<PolicyNames> names(PolicyKind kind) throws TenantException {
        return ask(kind, (client, version) -> client.names(version, kind), _ -> Optional.empty());
    }

    /** One of them. */
    public Answer<StoredPolicy> show(PolicyKind kind, PolicyName name) throws TenantException {
        return ask(
                kind,
                (client, version) -> client.policy(version, kind, name),
                status -> status == NOT_FOUND ? Optional.of(absent(kind, name)) : Optional.empty());
    }

    /** Stores a new one; the whole envelope. */
    public ObjectNode add(PolicyName name, Content content) throws TenantException {
        PolicyKind kind = content.kind();
        ObjectNode body = content.body();
        return ask(
                kind,
                (client, version) -> client.create(version, kind, name, body),
                status -> status == CONFLICT
                        ? Optional.of("has a " + kind.noun() + " " + name + " already. -c " + word("update", kind)
                                + " puts another in its place.")
                        : Optional.empty());
    }

    /** Puts another in the place of one, by which the machines that use it are judged from then on; the whole envelope. */
    public ObjectNode update(PolicyName name, Content content) throws TenantException {
        PolicyKind kind = content.kind();
        ObjectNode body = content.body();
        return ask(
                kind,
                (client, version) -> client.update(version, kind, name, body),
                // Keylime answers 409 for a measured boot policy that is not there.
                status -> status == NOT_FOUND || (status == CONFLICT && kind == PolicyKind.MEASURED_BOOT)
                        ? Optional.of(absent(kind, name) + " -c " + word("add", kind) + " stores a new one.")
                        : Optional.empty());
    }

    /** Deletes one that no machine uses. */
    public void delete(PolicyKind kind, PolicyName name) throws TenantException {
        ask(
                kind,
                (client, version) -> {
                    client.delete(version, kind, name);
                    return name;
                },
                status -> switch (status) {
                    case NOT_FOUND -> Optional.of(absent(kind, name));
                    case CONFLICT ->
                        Optional.of("does not delete the " + kind.noun() + " " + name
                                + " while machines are judged by it. Enrol those with another one first (-c update).");
                    default -> Optional.empty();
                });
    }

    private static String absent(PolicyKind kind, PolicyName name) {
        return "has no " + kind.noun() + " " + name + ". -c " + word("list", kind) + " shows the names.";
    }

    /** The command of the tenant, which people know. */
    static String word(String verb, PolicyKind kind) {
        return verb + (kind == PolicyKind.RUNTIME ? "runtimepolicy" : "mbpolicy");
    }

    private <T> T ask(PolicyKind kind, Question<T> question, Meaning meaning) throws TenantException {
        TenantServices.Policies policies = services.policies();
        requireKnown(kind, policies.client().endpoint(), policies.version());
        try {
            return question.ask(policies.client(), policies.version());
        } catch (ApiException.Refused e) {
            Optional<String> meant = signatureAsked(e).or(() -> meaning.of(e.status()));
            throw meant.isEmpty()
                    ? TenantException.of(e)
                    : new TenantException(
                            Kind.REQUEST, "The " + policies.client().endpoint() + " " + meant.get() + said(e), e);
        } catch (ApiException e) {
            throw TenantException.of(e);
        }
    }

    /**
     * A verifier that takes no policy without a good signature says 401, as if it were about the one who asks; one that finds
     * none says 400.
     */
    static Optional<String> signatureAsked(ApiException.Refused e) {
        String reason = e.reason().toLowerCase(Locale.ROOT);
        return (e.status() == UNAUTHORIZED && reason.contains("signature")) || reason.contains("policy is not signed")
                ? Optional.of(
                        "takes signed runtime policies only (require_allow_list_signatures). limelight policy sign"
                                + " runtime signs one, and --runtime-policy-sig-key names the public key.")
                : Optional.empty();
    }

    static String said(ApiException.Refused e) {
        return e.reason().isEmpty() ? "" : " It says: '" + e.reason() + "'.";
    }

    /** A verifier too old for a kind would take it for nothing. */
    static void requireKnown(PolicyKind kind, Endpoint verifier, ApiVersion version) throws TenantException {
        if (kind == PolicyKind.MEASURED_BOOT && version.compareTo(BOOT_POLICIES) < 0) {
            throw new TenantException(
                    Kind.NO_COMMON_VERSION,
                    "The " + verifier + " speaks API " + version + ", and measured boot policies as they are sent today"
                            + " came with " + BOOT_POLICIES + ". Nothing was sent.");
        }
    }
}
