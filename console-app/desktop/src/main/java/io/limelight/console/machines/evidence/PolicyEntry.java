package io.limelight.console.machines.evidence;

import io.limelight.console.fleet.FailureSummary;
import io.limelight.core.ima.ImaEntry;
import io.limelight.core.ima.ImaEntry.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The member of a runtime policy's {@code digests} that would approve what a failure is about. Only for a person to look at and put
 * into a policy: that it would pass is no reason to approve it.
 */
public final class PolicyEntry {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String ABOUT = "ima.";

    private PolicyEntry() {}

    /** {@code {"/usr/bin/x": ["0c…"]}}; empty where the failure is about no file. */
    public static Optional<String> of(FailureSummary failure) {
        String line = failure.context().getOrDefault("line", "");
        if (!failure.id().startsWith(ABOUT) || line.isEmpty()) {
            return Optional.empty();
        }
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        ImaEntry entry = new ImaEntry();
        if (entry.read(bytes, 0, bytes.length) == Outcome.BROKEN
                || entry.digest().isEmpty()) {
            return Optional.empty();
        }
        ObjectNode member = JSON.createObjectNode();
        member.putArray(entry.name()).add(entry.digest());
        return Optional.of(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(member));
    }
}
