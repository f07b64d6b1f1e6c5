package io.limelight.core.api;

import io.limelight.core.json.WireJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Results of GET {@code /v2.x/allowlists/{name}} and {@code /v2.x/mbpolicies/{name}}.
 *
 * @param name name of the policy
 * @param text JSON text of the policy (not base64)
 * @param tpmPolicy only runtime policies; travels as {@code tmp_policy}, a misspelling that is wire format
 */
public record StoredPolicy(
        String name, @Nullable String text, @Nullable String tpmPolicy) {
    /** Reads results of a runtime policy. */
    public static StoredPolicy fromRuntimePolicy(JsonNode results) throws WireFormatException {
        JsonNode object = Members.object(results, "the runtime policy");
        return new StoredPolicy(
                Members.requiredText(object, "name"),
                Members.text(object, "runtime_policy"),
                Members.text(object, "tmp_policy"));
    }

    /** Reads results of a measured boot policy. */
    public static StoredPolicy fromMeasuredBootPolicy(JsonNode results) throws WireFormatException {
        JsonNode object = Members.object(results, "the measured boot policy");
        return new StoredPolicy(Members.requiredText(object, "name"), Members.text(object, "mb_policy"), null);
    }

    /** As a runtime policy is answered. */
    public ObjectNode toRuntimePolicyJson() {
        ObjectNode object = WireJson.object().put("name", name);
        Members.putNullable(object, "tmp_policy", tpmPolicy);
        Members.putNullable(object, "runtime_policy", text);
        return object;
    }

    /** As a measured boot policy is answered. */
    public ObjectNode toMeasuredBootPolicyJson() {
        ObjectNode object = WireJson.object().put("name", name);
        Members.putNullable(object, "mb_policy", text);
        return object;
    }
}
