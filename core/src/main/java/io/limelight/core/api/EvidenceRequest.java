package io.limelight.core.api;

import io.limelight.core.json.WireJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Body of {@code POST /v2.x/verify/evidence} for TPM evidence: 2.5 wraps the members in {@code {"type", "data"}}, 2.4
 * has them at the top; both are read. Policies are plain JSON text here.
 *
 * @param type {@code tpm} (also for the flat form) or another kind, whose data stays unread
 * @param quote quote text
 * @param nonce nonce as text
 * @param hashAlg hash algorithm name
 * @param tpmEk base64 TPM2B_PUBLIC
 * @param tpmAk base64 TPM2B_PUBLIC
 * @param tpmPolicy JSON text
 * @param runtimePolicy JSON text
 * @param mbPolicy JSON text
 * @param imaMeasurementList text lines
 * @param mbLog base64
 */
public record EvidenceRequest(
        String type,
        @Nullable String quote,
        @Nullable String nonce,
        @Nullable String hashAlg,
        @Nullable String tpmEk,
        @Nullable String tpmAk,
        @Nullable String tpmPolicy,
        @Nullable String runtimePolicy,
        @Nullable String mbPolicy,
        @Nullable String imaMeasurementList,
        @Nullable String mbLog) {
    /** The kind of evidence this record describes. */
    public static final String TPM = "tpm";

    /** Reads a body. */
    public static EvidenceRequest from(JsonNode body) throws WireFormatException {
        JsonNode object = Members.object(body, "the evidence");
        String type = Members.text(object, "type");
        JsonNode data = object.has("data") ? Members.object(object.get("data"), "the member data") : object;
        return new EvidenceRequest(
                type == null ? TPM : type,
                Members.text(data, "quote"),
                Members.text(data, "nonce"),
                Members.text(data, "hash_alg"),
                Members.text(data, "tpm_ek"),
                Members.text(data, "tpm_ak"),
                Members.text(data, "tpm_policy"),
                Members.text(data, "runtime_policy"),
                Members.text(data, "mb_policy"),
                Members.text(data, "ima_measurement_list"),
                Members.text(data, "mb_log"));
    }

    /** For a request of 2.5 and later. */
    public ObjectNode toJson() {
        ObjectNode object = WireJson.object().put("type", type);
        ObjectNode data = object.putObject("data");
        Members.putIfPresent(data, "quote", quote);
        Members.putIfPresent(data, "nonce", nonce);
        Members.putIfPresent(data, "hash_alg", hashAlg);
        Members.putIfPresent(data, "tpm_ek", tpmEk);
        Members.putIfPresent(data, "tpm_ak", tpmAk);
        Members.putIfPresent(data, "tpm_policy", tpmPolicy);
        Members.putIfPresent(data, "runtime_policy", runtimePolicy);
        Members.putIfPresent(data, "mb_policy", mbPolicy);
        Members.putIfPresent(data, "ima_measurement_list", imaMeasurementList);
        Members.putIfPresent(data, "mb_log", mbLog);
        return object;
    }
}
