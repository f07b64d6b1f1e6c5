package io.limelight.core.api;

import io.limelight.core.json.WireJson;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Results of GET {@code /v2.x/allowlists/} and {@code /v2.x/mbpolicies/}.
 *
 * @param names names of stored policies
 */
public record PolicyNames(List<String> names) {
    /** The key of a list of runtime policies; it does hold a space. */
    public static final String RUNTIME_KEY = "runtimepolicy names";
    /** The key of a list of measured boot policies; it does hold a space. */
    public static final String MEASURED_BOOT_KEY = "mbpolicy names";

    /** Copies the list. */
    public PolicyNames {
        names = List.copyOf(names);
    }

    /** Reads results of either kind. */
    public static PolicyNames from(JsonNode results, String key) throws WireFormatException {
        return new PolicyNames(Members.texts(Members.object(results, "the list of policies"), key));
    }

    /** For an answer. */
    public ObjectNode toJson(String key) {
        ObjectNode object = WireJson.object();
        Members.putTexts(object, key, names);
        return object;
    }
}
