package io.limelight.core.api;

import io.limelight.core.json.WireJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Body of an agent's {@code POST /keys/ukey}.
 *
 * @param encryptedKey base64 of U, encrypted to the transport key
 * @param authTag hex HMAC-SHA384 of the agent id under K
 * @param payload base64 of the sealed payload; null without one
 */
public record UKeyRequest(
        String encryptedKey, String authTag, @Nullable String payload) {
    /** Reads a body. */
    public static UKeyRequest from(JsonNode body) throws WireFormatException {
        JsonNode object = Members.object(body, "the request");
        return new UKeyRequest(
                Members.requiredText(object, "encrypted_key"),
                Members.requiredText(object, "auth_tag"),
                Members.text(object, "payload"));
    }

    /** For a request. */
    public ObjectNode toJson() {
        ObjectNode object = WireJson.object().put("auth_tag", authTag).put("encrypted_key", encryptedKey);
        Members.putIfPresent(object, "payload", payload);
        return object;
    }

    /** Lengths only. */
    @Override
    public String toString() {
        return "UKeyRequest[payload=" + Members.masked(payload) + "]";
    }
}
