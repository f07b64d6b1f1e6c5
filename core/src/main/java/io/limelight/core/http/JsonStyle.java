package io.limelight.core.http;

import io.limelight.core.json.WireJson;
import tools.jackson.databind.JsonNode;

/** How a listener lays out its JSON: peers parse either, people compare with the originals. */
public enum JsonStyle {
    /** The verifier's and the agent's. */
    COMPACT,
    /** The registrar's, four spaces. */
    INDENTED;

    byte[] write(JsonNode node) {
        return this == COMPACT ? WireJson.compact(node) : WireJson.indented(node);
    }
}
