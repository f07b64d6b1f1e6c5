package io.limelight.core.api;

import io.limelight.core.json.WireJson;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Results of an agent's {@code GET /keys/pubkey}.
 *
 * @param pubkey PEM of the transport key
 */
public record TransportKeyResults(String pubkey) {
    /** Reads results. */
    public static TransportKeyResults from(JsonNode results) throws WireFormatException {
        return new TransportKeyResults(
                Members.requiredText(Members.object(results, "the transport key answer"), "pubkey"));
    }

    /** For an answer. */
    public ObjectNode toJson() {
        return WireJson.object().put("pubkey", pubkey);
    }
}
