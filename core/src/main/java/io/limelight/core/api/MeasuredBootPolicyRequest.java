package io.limelight.core.api;

import io.limelight.core.json.WireJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Body of POST and PUT {@code /v2.x/mbpolicies/{name}}.
 *
 * @param mbPolicy JSON text
 */
public record MeasuredBootPolicyRequest(@Nullable String mbPolicy) {
    /** Reads a body. */
    public static MeasuredBootPolicyRequest from(JsonNode body) throws WireFormatException {
        return new MeasuredBootPolicyRequest(
                Members.text(Members.object(body, "the measured boot policy request"), "mb_policy"));
    }

    /** For a request. */
    public ObjectNode toJson() {
        ObjectNode object = WireJson.object();
        Members.putNullable(object, "mb_policy", mbPolicy);
        return object;
    }
}
