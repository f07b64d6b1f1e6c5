package io.limelight.core.api;

import io.limelight.core.json.WireJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Body of POST and PUT {@code /v2.x/allowlists/{name}}.
 *
 * @param tpmPolicy JSON text
 * @param runtimePolicy base64 of a policy or DSSE envelope
 * @param runtimePolicyKey base64 of a PEM public key or certificate
 */
public record RuntimePolicyRequest(
        @Nullable String tpmPolicy,
        @Nullable String runtimePolicy,
        @Nullable String runtimePolicyKey) {
    /** Reads a body. */
    public static RuntimePolicyRequest from(JsonNode body) throws WireFormatException {
        JsonNode object = Members.object(body, "the runtime policy request");
        return new RuntimePolicyRequest(
                Members.text(object, "tpm_policy"),
                Members.text(object, "runtime_policy"),
                Members.text(object, "runtime_policy_key"));
    }

    /** For a request. */
    public ObjectNode toJson() {
        ObjectNode object = WireJson.object();
        Members.putNullable(object, "tpm_policy", tpmPolicy);
        Members.putNullable(object, "runtime_policy", runtimePolicy);
        Members.putNullable(object, "runtime_policy_key", runtimePolicyKey);
        return object;
    }
}
