package io.limelight.agent.http;

import io.limelight.core.api.ApiVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The option {@code api_versions}. */
public final class AgentVersions {
    private static final Logger LOG = LoggerFactory.getLogger(AgentVersions.class);

    private AgentVersions() {}

    /** Enabled versions, oldest first; empty if nothing in the list is one of ours. */
    public static List<ApiVersion> of(List<String> words) {
        NavigableSet<ApiVersion> enabled = new TreeSet<>();
        for (String word : words) {
            switch (word) {
                case "default" -> enabled.addAll(ApiVersion.SUPPORTED);
                case "latest" -> enabled.add(ApiVersion.CURRENT);
                default ->
                    ApiVersion.parse(word)
                            .filter(ApiVersion::supported)
                            .ifPresentOrElse(
                                    enabled::add, () -> LOG.warn("api_versions: {} is not served here; ignored", word));
            }
        }
        return new ArrayList<>(enabled);
    }
}
