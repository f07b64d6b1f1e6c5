package io.limelight.core.api;

import io.limelight.core.json.WireJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Results of {@code GET /limelight/v1/registrations}.
 *
 * @param registrations in the order of their ids
 * @param nextAfter asks for the next page; empty on the last
 */
public record RegistrationPage(List<RegistrationSummary> registrations, Optional<String> nextAfter) {
    public RegistrationPage {
        registrations = List.copyOf(registrations);
    }

    /** Reads results. */
    public static RegistrationPage from(JsonNode results) throws WireFormatException {
        JsonNode object = Members.object(results, "the page of registrations");
        JsonNode list = object.get("registrations");
        if (list == null || !list.isArray()) {
            throw new WireFormatException("the member registrations is no list");
        }
        List<RegistrationSummary> registrations = new ArrayList<>(list.size());
        for (JsonNode registration : list) {
            registrations.add(RegistrationSummary.from(registration));
        }
        return new RegistrationPage(registrations, Optional.ofNullable(Members.textOnly(object, "next_after")));
    }

    /** For an answer. */
    public ObjectNode toJson() {
        ObjectNode object = WireJson.object();
        ArrayNode list = object.putArray("registrations");
        registrations.forEach(registration -> list.add(registration.toJson()));
        Members.putNullable(object, "next_after", nextAfter.orElse(null));
        return object;
    }
}
