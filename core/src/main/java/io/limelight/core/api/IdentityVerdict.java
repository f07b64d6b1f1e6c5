package io.limelight.core.api;

import io.limelight.core.json.WireJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Results of {@code GET /v2.x/verify/identity}.
 *
 * @param valid the quote is that of the machine
 * @param reason why not; null if it is
 */
public record IdentityVerdict(boolean valid, @Nullable String reason) {
    /** Reads results. */
    public static IdentityVerdict from(JsonNode results) throws WireFormatException {
        JsonNode object = Members.object(results, "the verdict");
        return new IdentityVerdict(Members.flag(object, "valid"), Members.text(object, "reason"));
    }

    /** For an answer; {@code valid} as 0 or 1. */
    public ObjectNode toJson() {
        ObjectNode object = WireJson.object().put("valid", valid ? 1 : 0);
        Members.putIfPresent(object, "reason", reason);
        return object;
    }
}
