package io.limelight.core.api;

import io.limelight.core.json.WireJson;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Results of {@code GET /v2.x/agents/{id}} at the verifier (reference §5.3).
 *
 * @param operationalState number of {@link OperationalState}; null in push mode
 * @param v base64 of the share V from verifiers that give it away; a secret, hidden by {@link #toString}
 * @param ip address of the agent
 * @param port its port
 * @param tpmPolicy JSON text as posted
 * @param metaData JSON text as posted
 * @param hasMbRefstate a measured boot policy is stored
 * @param hasRuntimePolicy a runtime policy that says something is stored
 * @param acceptTpmHashAlgs as posted
 * @param acceptTpmEncryptionAlgs as posted
 * @param acceptTpmSigningAlgs as posted
 * @param hashAlg of the last quote, {@code ""} before
 * @param encAlg of the last quote, {@code ""} before
 * @param signAlg of the last quote, {@code ""} before
 * @param verifierId name of the verifier
 * @param verifierIp its address
 * @param verifierPort its port
 * @param severityLevel index of the label of the last failure, or null
 * @param lastEventId id of the last failure, or null
 * @param attestationCount successful quotes since it was added
 * @param lastReceivedQuote epoch seconds, 0 for never
 * @param lastSuccessfulAttestation epoch seconds, 0 for never
 * @param attestationStatus {@code PASS}, {@code FAIL}, {@code PENDING}; null from verifiers before 2.5
 * @param attestationPeriod such as {@code 2s}; null from verifiers before 2.5
 * @param maximumAttestationInterval such as {@code 10s}; null from verifiers before 2.5
 */
public record AgentStatus(
        @Nullable Integer operationalState,
        @Nullable String v,
        @Nullable String ip,
        @Nullable Integer port,
        @Nullable String tpmPolicy,
        @Nullable String metaData,
        boolean hasMbRefstate,
        boolean hasRuntimePolicy,
        List<String> acceptTpmHashAlgs,
        List<String> acceptTpmEncryptionAlgs,
        List<String> acceptTpmSigningAlgs,
        @Nullable String hashAlg,
        @Nullable String encAlg,
        @Nullable String signAlg,
        @Nullable String verifierId,
        @Nullable String verifierIp,
        @Nullable Integer verifierPort,
        @Nullable Integer severityLevel,
        @Nullable String lastEventId,
        long attestationCount,
        long lastReceivedQuote,
        long lastSuccessfulAttestation,
        @Nullable String attestationStatus,
        @Nullable String attestationPeriod,
        @Nullable String maximumAttestationInterval) {

    /** Copies the lists. */
    public AgentStatus {
        acceptTpmHashAlgs = List.copyOf(acceptTpmHashAlgs);
        acceptTpmEncryptionAlgs = List.copyOf(acceptTpmEncryptionAlgs);
        acceptTpmSigningAlgs = List.copyOf(acceptTpmSigningAlgs);
    }

    /** The state, if the number is one. */
    public Optional<OperationalState> state() {
        return operationalState == null ? Optional.empty() : OperationalState.of(operationalState);
    }

    /** Reads results. */
    public static AgentStatus from(JsonNode results) throws WireFormatException {
        JsonNode o = Members.object(results, "the status of the agent");
        return new AgentStatus(
                integer(o, "operational_state"),
                Members.text(o, "v"),
                Members.text(o, "ip"),
                Members.port(o, "port"),
                Members.text(o, "tpm_policy"),
                Members.text(o, "meta_data"),
                Members.flag(o, "has_mb_refstate"),
                Members.flag(o, "has_runtime_policy"),
                Members.texts(o, "accept_tpm_hash_algs"),
                Members.texts(o, "accept_tpm_encryption_algs"),
                Members.texts(o, "accept_tpm_signing_algs"),
                Members.text(o, "hash_alg"),
                Members.text(o, "enc_alg"),
                Members.text(o, "sign_alg"),
                Members.text(o, "verifier_id"),
                Members.text(o, "verifier_ip"),
                Members.port(o, "verifier_port"),
                integer(o, "severity_level"),
                Members.text(o, "last_event_id"),
                Members.numberOr(o, "attestation_count", 0),
                Members.numberOr(o, "last_received_quote", 0),
                Members.numberOr(o, "last_successful_attestation", 0),
                Members.text(o, "attestation_status"),
                Members.text(o, "attestation_period"),
                Members.text(o, "maximum_attestation_interval"));
    }

    private static @Nullable Integer integer(JsonNode object, String key) throws WireFormatException {
        Long number = Members.number(object, key);
        if (number == null) {
            return null;
        }
        if (number != number.intValue()) {
            throw new WireFormatException("the member " + key + " is out of range");
        }
        return number.intValue();
    }

    /** For an answer; flags as 0 and 1. */
    public ObjectNode toJson() {
        ObjectNode o = WireJson.object();
        Members.putNullable(o, "operational_state", operationalState);
        Members.putNullable(o, "v", v);
        Members.putNullable(o, "ip", ip);
        Members.putNullable(o, "port", port);
        Members.putNullable(o, "tpm_policy", tpmPolicy);
        Members.putNullable(o, "meta_data", metaData);
        o.put("has_mb_refstate", hasMbRefstate ? 1 : 0);
        o.put("has_runtime_policy", hasRuntimePolicy ? 1 : 0);
        Members.putTexts(o, "accept_tpm_hash_algs", acceptTpmHashAlgs);
        Members.putTexts(o, "accept_tpm_encryption_algs", acceptTpmEncryptionAlgs);
        Members.putTexts(o, "accept_tpm_signing_algs", acceptTpmSigningAlgs);
        Members.putNullable(o, "hash_alg", hashAlg);
        Members.putNullable(o, "enc_alg", encAlg);
        Members.putNullable(o, "sign_alg", signAlg);
        Members.putNullable(o, "verifier_id", verifierId);
        Members.putNullable(o, "verifier_ip", verifierIp);
        Members.putNullable(o, "verifier_port", verifierPort);
        Members.putNullable(o, "severity_level", severityLevel);
        Members.putNullable(o, "last_event_id", lastEventId);
        o.put("attestation_count", attestationCount);
        o.put("last_received_quote", lastReceivedQuote);
        o.put("last_successful_attestation", lastSuccessfulAttestation);
        Members.putIfPresent(o, "attestation_status", attestationStatus);
        Members.putIfPresent(o, "attestation_period", attestationPeriod);
        Members.putIfPresent(o, "maximum_attestation_interval", maximumAttestationInterval);
        return o;
    }

    /** Without V. */
    @Override
    public String toString() {
        return "AgentStatus[operationalState=" + operationalState + ", agent=" + ip + ":" + port + ", v="
                + Members.masked(v) + ", attestationCount=" + attestationCount + ", lastEventId=" + lastEventId + "]";
    }
}
