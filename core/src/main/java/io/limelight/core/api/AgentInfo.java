package io.limelight.core.api;

import io.limelight.core.json.WireJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Results of an agent's {@code GET /agent/info} (2.2 and later).
 *
 * @param agentUuid the agent's id
 * @param tpmHashAlg hash algorithm name
 * @param tpmEncAlg algorithm name of the keys
 * @param tpmSignAlg signature scheme name
 * @param akHandle TPM handle of the AK, meaningful inside the agent only; null if unknown
 */
public record AgentInfo(
        String agentUuid,
        @Nullable String tpmHashAlg,
        @Nullable String tpmEncAlg,
        @Nullable String tpmSignAlg,
        @Nullable Long akHandle) {
    /** Reads results. */
    public static AgentInfo from(JsonNode results) throws WireFormatException {
        JsonNode object = Members.object(results, "the agent's info");
        return new AgentInfo(
                Members.requiredText(object, "agent_uuid"),
                Members.text(object, "tpm_hash_alg"),
                Members.text(object, "tpm_enc_alg"),
                Members.text(object, "tpm_sign_alg"),
                Members.number(object, "ak_handle"));
    }

    /** For an answer. */
    public ObjectNode toJson() {
        ObjectNode object = WireJson.object().put("agent_uuid", agentUuid);
        Members.putIfPresent(object, "tpm_hash_alg", tpmHashAlg);
        Members.putIfPresent(object, "tpm_enc_alg", tpmEncAlg);
        Members.putIfPresent(object, "tpm_sign_alg", tpmSignAlg);
        if (akHandle != null) {
            object.put("ak_handle", akHandle);
        }
        return object;
    }
}
