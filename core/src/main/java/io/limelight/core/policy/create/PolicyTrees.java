package io.limelight.core.policy.create;

import io.limelight.core.json.JsonTrees;
import java.io.IOException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;

/** Whole policies as trees, members nobody knows included: for tools, which may take their time and their memory. */
public final class PolicyTrees {
    private static final JsonTrees TREES = new JsonTrees(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(32)
                    .maxNumberLength(64)
                    .maxNameLength(64 * 1024)
                    .maxStringLength(4 * 1024 * 1024)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build());

    private PolicyTrees() {}

    /**
     * Reads one; its size is the caller's to bound.
     *
     * @throws IOException if it is no JSON within the limits of policies
     */
    public static JsonNode read(byte[] utf8) throws IOException {
        return TREES.read(utf8);
    }

    /** Its text as Python's {@code json.dumps} writes it, which is what Keylime signs. */
    public static String text(JsonNode policy) {
        StringBuilder out = new StringBuilder();
        PythonJson.tree(out, policy);
        return out.toString();
    }
}
