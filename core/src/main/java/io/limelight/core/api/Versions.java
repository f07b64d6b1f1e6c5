package io.limelight.core.api;

import io.limelight.core.json.WireJson;
import java.util.List;
import java.util.NavigableSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What {@code GET /version} answers. Registrar and verifier send {@code current_version} and a list; agents send
 * {@code supported_version} and, since 2.5, a list too.
 *
 * @param current {@code current_version}; null from agents
 * @param single {@code supported_version}; null from servers
 * @param list {@code supported_versions} as they came; empty if absent
 */
public record Versions(@Nullable String current, @Nullable String single, List<String> list) {
    /** Copies the list. */
    public Versions {
        list = List.copyOf(list);
    }

    /** What a registrar or verifier of ours answers. */
    public static Versions ofServer(List<ApiVersion> supported) {
        return new Versions(supported.getLast().toString(), null, texts(supported));
    }

    /** What an agent of ours answers. */
    public static Versions ofAgent(List<ApiVersion> supported) {
        return new Versions(null, supported.getLast().toString(), texts(supported));
    }

    private static List<String> texts(List<ApiVersion> versions) {
        return versions.stream().map(ApiVersion::toString).toList();
    }

    /** Reads results. */
    public static Versions from(JsonNode results) throws WireFormatException {
        JsonNode object = Members.object(results, "the version answer");
        Versions versions = new Versions(
                Members.text(object, "current_version"),
                Members.text(object, "supported_version"),
                Members.texts(object, "supported_versions"));
        if (versions.current == null && versions.single == null && versions.list.isEmpty()) {
            throw new WireFormatException("the version answer names no version");
        }
        return versions;
    }

    /** All versions named, whichever member they came in; texts that are no version are left out. */
    public NavigableSet<ApiVersion> offered() {
        if (!list.isEmpty()) {
            return ApiVersion.parseAll(list);
        }
        return ApiVersion.parseAll(single != null ? List.of(single) : current != null ? List.of(current) : List.of());
    }

    /** For an answer. */
    public ObjectNode toJson() {
        ObjectNode object = WireJson.object();
        Members.putIfPresent(object, "current_version", current);
        Members.putIfPresent(object, "supported_version", single);
        Members.putTexts(object, "supported_versions", list);
        return object;
    }
}
