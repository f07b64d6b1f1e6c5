package io.limelight.core.api;

import io.limelight.core.json.WireJson;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Body of an agent's {@code POST /keys/vkey}.
 *
 * @param encryptedKey base64 of V, encrypted to the transport key
 */
public record VKeyRequest(String encryptedKey) {
    /** Reads a body. */
    public static VKeyRequest from(JsonNode body) throws WireFormatException {
        return new VKeyRequest(Members.requiredText(Members.object(body, "the request"), "encrypted_key"));
    }

    /** For a request. */
    public ObjectNode toJson() {
        return WireJson.object().put("encrypted_key", encryptedKey);
    }

    /** Nothing of the key. */
    @Override
    public String toString() {
        return "VKeyRequest[]";
    }
}
