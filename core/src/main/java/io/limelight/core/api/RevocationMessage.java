package io.limelight.core.api;

import io.limelight.core.json.WireJson;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Body of an agent's {@code POST /notifications/revocation}.
 *
 * @param msg JSON text; the signature is over its UTF-8 bytes exactly as they stand here
 * @param signature base64 RSASSA-PSS, or {@code ""} from a verifier without a revocation key
 */
public record RevocationMessage(String msg, String signature) {
    /** Reads a body; both members have to be there, as Keylime's Rust agent has it. */
    public static RevocationMessage from(JsonNode body) throws WireFormatException {
        JsonNode object = Members.object(body, "the notification");
        return new RevocationMessage(Members.requiredText(object, "msg"), Members.requiredText(object, "signature"));
    }

    /** For a request. */
    public ObjectNode toJson() {
        return WireJson.object().put("msg", msg).put("signature", signature);
    }
}
