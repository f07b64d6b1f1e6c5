package io.limelight.core.api;

import io.limelight.core.json.WireJson;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Results of a registration: the credential challenge.
 *
 * @param blob base64 of the credential file (reference §1.6)
 */
public record RegistrationChallenge(String blob) {
    /** Reads results. */
    public static RegistrationChallenge from(JsonNode results) throws WireFormatException {
        return new RegistrationChallenge(
                Members.requiredText(Members.object(results, "the answer to the registration"), "blob"));
    }

    /** For an answer. */
    public ObjectNode toJson() {
        return WireJson.object().put("blob", blob);
    }
}
