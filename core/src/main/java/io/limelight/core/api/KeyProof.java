package io.limelight.core.api;

import io.limelight.core.json.WireJson;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Results of an agent's {@code GET /keys/verify}: proof that it has K.
 *
 * @param hmac hex HMAC-SHA384 of the challenge under K
 */
public record KeyProof(String hmac) {
    /** Reads results. */
    public static KeyProof from(JsonNode results) throws WireFormatException {
        return new KeyProof(Members.requiredText(Members.object(results, "the proof"), "hmac"));
    }

    /** For an answer. */
    public ObjectNode toJson() {
        return WireJson.object().put("hmac", hmac);
    }
}
