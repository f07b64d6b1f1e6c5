package io.limelight.core.api;

import io.limelight.core.json.WireJson;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Results of {@code GET /v2.x/agents/}. The registrar writes {@code {"uuids": ["a", "b"]}}, the verifier
 * {@code {"uuids": [["a"], ["b"]]}}; both are read.
 *
 * @param ids the ids as texts: a list may hold what our own rules refuse
 */
public record AgentList(List<String> ids) {
    /** Copies the list. */
    public AgentList {
        ids = List.copyOf(ids);
    }

    /** Reads results of either service. */
    public static AgentList from(JsonNode results) throws WireFormatException {
        JsonNode list = Members.object(results, "the list of agents").get("uuids");
        if (list == null || list.isNull()) {
            return new AgentList(List.of());
        }
        if (!list.isArray()) {
            throw new WireFormatException("the member uuids is no list");
        }
        List<String> ids = new ArrayList<>(list.size());
        for (JsonNode element : list) {
            JsonNode id = element.isArray() && element.size() == 1 ? element.get(0) : element;
            if (!id.isString()) {
                throw new WireFormatException("the list uuids holds something that is no agent id");
            }
            ids.add(id.stringValue());
        }
        return new AgentList(ids);
    }

    /** As a registrar answers. */
    public ObjectNode toRegistrarJson() {
        ObjectNode object = WireJson.object();
        Members.putTexts(object, "uuids", ids);
        return object;
    }

    /** As a verifier answers: each id in a list of its own. */
    public ObjectNode toVerifierJson() {
        ObjectNode object = WireJson.object();
        ArrayNode list = object.putArray("uuids");
        ids.forEach(id -> list.addArray().add(id));
        return object;
    }
}
