package io.limelight.core.api;

import java.util.Collection;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which API version two sides speak (reference §0.4). Pure rules; who asks {@code /version} and what happens when
 * nobody answers is the caller's part.
 *
 * <p>Servers announce 1.0 and 3.0 although those routes are gone or belong to another model, so every rule starts with
 * the intersection with our own {@link ApiVersion#SUPPORTED}.
 */
public final class VersionNegotiation {
    /**
     * What an agent answers, with status 400, to a version it does not speak. The verifier looks for exactly this text,
     * so an agent must use it and nothing else may.
     */
    public static final String AGENT_REFUSAL = "API version not supported";

    /** What came of asking an agent again after it refused the stored version. */
    public sealed interface Renegotiated {
        /** Speak this from now on; may equal the stored version. */
        record Use(ApiVersion version) implements Renegotiated {}

        /** The agent has attested before and now offers less: refused, since less may mean weaker. */
        record Downgrade(ApiVersion stored, ApiVersion offered) implements Renegotiated {}

        /** Nothing in common. */
        record NoCommonVersion() implements Renegotiated {}
    }

    private VersionNegotiation() {}

    /**
     * Agent to registrar: the registrar's current version if we have it, else the newest common one.
     *
     * @param enabled the agent's own versions ({@code api_versions})
     * @return empty if there is none: give up
     */
    public static Optional<ApiVersion> agentToRegistrar(Versions offered, Collection<ApiVersion> enabled) {
        String current = offered.current();
        Optional<ApiVersion> preferred =
                current == null ? Optional.empty() : ApiVersion.parse(current).filter(enabled::contains);
        return preferred.isPresent() ? preferred : newest(offered.offered(), enabled);
    }

    /** The newest version both sides have; empty if there is none. */
    public static Optional<ApiVersion> newestCommon(Versions offered) {
        return newest(offered.offered(), ApiVersion.SUPPORTED);
    }

    private static Optional<ApiVersion> newest(NavigableSet<ApiVersion> offered, Collection<ApiVersion> own) {
        NavigableSet<ApiVersion> common = new TreeSet<>(offered);
        common.retainAll(own);
        return common.isEmpty() ? Optional.empty() : Optional.of(common.last());
    }

    /**
     * Verifier to agent: what to speak with a machine that was just added.
     *
     * @param posted {@code supported_version} of the request
     */
    public static ApiVersion posted(@Nullable String posted) {
        return posted == null
                ? ApiVersion.CURRENT
                : ApiVersion.parse(posted).filter(ApiVersion::supported).orElse(ApiVersion.CURRENT);
    }

    /** True if this answer of an agent means "ask my {@code /version} again". */
    public static boolean refusesVersion(int httpStatus, String statusText) {
        return httpStatus == 400 && statusText.contains(AGENT_REFUSAL);
    }

    /**
     * Verifier to agent, after {@link #refusesVersion}.
     *
     * @param stored the version that was refused
     * @param attested the machine has passed at least once since it was added
     */
    public static Renegotiated again(ApiVersion stored, Versions offered, boolean attested) {
        return newestCommon(offered)
                .<Renegotiated>map(version -> attested && version.compareTo(stored) < 0
                        ? new Renegotiated.Downgrade(stored, version)
                        : new Renegotiated.Use(version))
                .orElseGet(Renegotiated.NoCommonVersion::new);
    }
}
