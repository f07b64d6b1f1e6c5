package io.limelight.core.api;

import io.limelight.core.json.WireJson;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Body of {@code POST /v2.x/agents/{id}} at the verifier: the machine to watch and the reference values
 * (reference §5.2).
 *
 * <p>Six generations of tenants name the policies differently; {@link #from} reads them all into the current members:
 * {@code allowlist} and {@code ima_policy_bundle} arrive as {@link #legacyImaPolicy} (JSON text where the current
 * member is base64), {@code ima_policy_name} as {@link #runtimePolicyName}, {@code mb_refstate} as {@link #mbPolicy}.
 * {@code runtime_policy_sig} of two releases is a signature nobody checks any more; it is kept so that a verifier can
 * refuse rather than ignore it. {@code vtpm_policy} named virtual PCRs, which no longer exist; its text is kept too.
 *
 * <p>Two members are secrets: {@link #v} and {@link #revocationKey}. {@link #toString} hides them.
 *
 * @param v base64 of the share V, or null without payload
 * @param cloudagentIp address of the agent as the verifier reaches it
 * @param cloudagentPort its port
 * @param verifierIp stored and echoed
 * @param verifierPort stored and echoed
 * @param tpmPolicy JSON text; null if the member is missing
 * @param metadata JSON text; null if the member is missing
 * @param runtimePolicy base64 of a policy or DSSE envelope, {@code ""} for none, null if missing or null
 * @param runtimePolicyName name of a stored policy, or to store it under
 * @param runtimePolicyKey base64 of a PEM public key or certificate
 * @param runtimePolicySig of tenants 6.6 and 6.7
 * @param legacyImaPolicy JSON text of {@code allowlist} (6.3, 6.4) or {@code ima_policy_bundle} (6.5)
 * @param vtpmPolicy of tenants 6.3
 * @param mbPolicy JSON text, or null
 * @param mbPolicyName name of a stored measured boot policy, or to store it under
 * @param imaSignVerificationKeys JSON keyring or {@code ""}
 * @param revocationKey PEM private key or {@code ""}
 * @param acceptTpmHashAlgs names; null if the member is missing
 * @param acceptTpmEncryptionAlgs names; null if the member is missing
 * @param acceptTpmSigningAlgs names; null if the member is missing
 * @param akTpm base64 TPM2B_PUBLIC of the attestation key; null from tenants 6.3
 * @param mtlsCert PEM, {@code disabled} or null
 * @param supportedVersion API version to speak with the agent
 */
public record AddAgentRequest(
        @Nullable String v,
        @Nullable String cloudagentIp,
        @Nullable Integer cloudagentPort,
        @Nullable String verifierIp,
        @Nullable Integer verifierPort,
        @Nullable String tpmPolicy,
        @Nullable String metadata,
        @Nullable String runtimePolicy,
        @Nullable String runtimePolicyName,
        @Nullable String runtimePolicyKey,
        @Nullable String runtimePolicySig,
        @Nullable String legacyImaPolicy,
        @Nullable String vtpmPolicy,
        @Nullable String mbPolicy,
        @Nullable String mbPolicyName,
        @Nullable String imaSignVerificationKeys,
        @Nullable String revocationKey,
        @Nullable List<String> acceptTpmHashAlgs,
        @Nullable List<String> acceptTpmEncryptionAlgs,
        @Nullable List<String> acceptTpmSigningAlgs,
        @Nullable String akTpm,
        @Nullable String mtlsCert,
        @Nullable String supportedVersion) {

    /** Members whose absence the verifier refuses, in the order it looks, each with older members that replace it. */
    private static final Map<String, List<String>> REQUIRED = required();

    /** Copies the lists. */
    public AddAgentRequest {
        acceptTpmHashAlgs = acceptTpmHashAlgs == null ? null : List.copyOf(acceptTpmHashAlgs);
        acceptTpmEncryptionAlgs = acceptTpmEncryptionAlgs == null ? null : List.copyOf(acceptTpmEncryptionAlgs);
        acceptTpmSigningAlgs = acceptTpmSigningAlgs == null ? null : List.copyOf(acceptTpmSigningAlgs);
    }

    private static Map<String, List<String>> required() {
        Map<String, List<String>> required = new java.util.LinkedHashMap<>();
        required.put("tpm_policy", List.of());
        required.put("metadata", List.of());
        required.put("runtime_policy", List.of("allowlist", "ima_policy_bundle"));
        required.put("mb_policy", List.of("mb_refstate"));
        required.put("ima_sign_verification_keys", List.of());
        required.put("revocation_key", List.of());
        required.put("accept_tpm_hash_algs", List.of());
        required.put("accept_tpm_encryption_algs", List.of());
        required.put("accept_tpm_signing_algs", List.of());
        required.put("ak_tpm", List.of());
        return java.util.Collections.unmodifiableMap(required);
    }

    /**
     * The first member a body must have and has not, counting what older tenants send instead. {@code mb_policy_name}
     * is not asked for, since only tenants from 7.12 on send it.
     */
    public static Optional<String> missingMember(JsonNode body) {
        return REQUIRED.entrySet().stream()
                .filter(member ->
                        !body.has(member.getKey()) && member.getValue().stream().noneMatch(body::has))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** Reads a body of any tenant since 6.3. */
    public static AddAgentRequest from(JsonNode body) throws WireFormatException {
        JsonNode o = Members.object(body, "the request");
        return new AddAgentRequest(
                Members.text(o, "v"),
                Members.textOnly(o, "cloudagent_ip"),
                Members.port(o, "cloudagent_port"),
                Members.textOnly(o, "verifier_ip"),
                Members.port(o, "verifier_port"),
                jsonText(o, "tpm_policy"),
                jsonText(o, "metadata"),
                Members.text(o, "runtime_policy"),
                firstText(o, "runtime_policy_name", "ima_policy_name"),
                Members.text(o, "runtime_policy_key"),
                Members.text(o, "runtime_policy_sig"),
                firstText(o, "ima_policy_bundle", "allowlist"),
                jsonText(o, "vtpm_policy"),
                firstText(o, "mb_policy", "mb_refstate"),
                Members.text(o, "mb_policy_name"),
                jsonText(o, "ima_sign_verification_keys"),
                Members.text(o, "revocation_key"),
                names(o, "accept_tpm_hash_algs"),
                names(o, "accept_tpm_encryption_algs"),
                names(o, "accept_tpm_signing_algs"),
                Members.text(o, "ak_tpm"),
                Members.text(o, "mtls_cert"),
                Members.text(o, "supported_version"));
    }

    private static @Nullable String firstText(JsonNode object, String key, String older) throws WireFormatException {
        String text = jsonText(object, key);
        return text != null ? text : jsonText(object, older);
    }

    /** JSON inside a string, or (from hand-written clients) the JSON itself. */
    private static @Nullable String jsonText(JsonNode object, String key) throws WireFormatException {
        JsonNode node = object.get(key);
        return node != null && node.isContainer() ? WireJson.compactText(node) : Members.text(object, key);
    }

    private static @Nullable List<String> names(JsonNode object, String key) throws WireFormatException {
        return object.has(key) ? Members.texts(object, key) : null;
    }

    /** As a current tenant sends it: every member, older ones left out. */
    public ObjectNode toJson() {
        ObjectNode o = WireJson.object();
        Members.putNullable(o, "v", v);
        Members.putNullable(o, "cloudagent_ip", cloudagentIp);
        Members.putNullable(o, "cloudagent_port", cloudagentPort);
        Members.putNullable(o, "verifier_ip", verifierIp);
        Members.putNullable(o, "verifier_port", verifierPort);
        Members.putNullable(o, "tpm_policy", tpmPolicy);
        Members.putNullable(o, "runtime_policy", runtimePolicy);
        Members.putNullable(o, "runtime_policy_name", runtimePolicyName);
        Members.putNullable(o, "runtime_policy_key", runtimePolicyKey);
        Members.putNullable(o, "mb_policy", mbPolicy);
        Members.putNullable(o, "mb_policy_name", mbPolicyName);
        Members.putNullable(o, "ima_sign_verification_keys", imaSignVerificationKeys);
        Members.putNullable(o, "metadata", metadata);
        Members.putNullable(o, "revocation_key", revocationKey);
        putNames(o, "accept_tpm_hash_algs", acceptTpmHashAlgs);
        putNames(o, "accept_tpm_encryption_algs", acceptTpmEncryptionAlgs);
        putNames(o, "accept_tpm_signing_algs", acceptTpmSigningAlgs);
        Members.putNullable(o, "ak_tpm", akTpm);
        Members.putNullable(o, "mtls_cert", mtlsCert);
        Members.putNullable(o, "supported_version", supportedVersion);
        return o;
    }

    private static void putNames(ObjectNode object, String key, @Nullable List<String> names) {
        if (names == null) {
            object.set(key, NullNode.getInstance());
        } else {
            Members.putTexts(object, key, names);
        }
    }

    /** Without V and the revocation key. */
    @Override
    public String toString() {
        return "AddAgentRequest[agent=" + cloudagentIp + ":" + cloudagentPort + ", v=" + Members.masked(v)
                + ", revocationKey=" + Members.masked(revocationKey) + ", tpmPolicy=" + tpmPolicy
                + ", supportedVersion="
                + supportedVersion + "]";
    }
}
