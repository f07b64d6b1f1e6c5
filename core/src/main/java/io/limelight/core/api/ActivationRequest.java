package io.limelight.core.api;

import io.limelight.core.json.WireJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Body of {@code PUT /v2.x/agents/{id}} at the registrar.
 *
 * @param authTag 96 lower-case hex digits; null when the member is missing
 */
public record ActivationRequest(@Nullable String authTag) {
    /** Reads a body. */
    public static ActivationRequest from(JsonNode body) throws WireFormatException {
        return new ActivationRequest(Members.text(Members.object(body, "the activation"), "auth_tag"));
    }

    /** For a request. */
    public ObjectNode toJson() {
        ObjectNode object = WireJson.object();
        Members.putIfPresent(object, "auth_tag", authTag);
        return object;
    }

    /** Without the tag. */
    @Override
    public String toString() {
        return "ActivationRequest[authTag=" + Members.masked(authTag) + "]";
    }
}
