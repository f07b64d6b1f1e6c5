package io.limelight.core.api;

import io.limelight.core.json.WireJson;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/**
 * How far the payload of a machine is, in the words of a Limelight agent; a claim of that machine.
 *
 * @param stage its word for it
 * @param problem why it failed, if it did
 */
public record PayloadProgress(String stage, Optional<String> problem) {
    private static final int SHOWN = 400;
    private static final Set<String> UNDER_WAY = Set.of("have_u", "have_v", "key_only", "unpacking");

    /** Whether the next look may show something else within moments. */
    public boolean underWay() {
        return UNDER_WAY.contains(stage);
    }

    /** Whether the machine could not open it or not start its script. */
    public boolean failed() {
        return stage.equals("failed");
    }

    static PayloadProgress from(ObjectNode status) {
        return new PayloadProgress(
                text(status, "payload_stage").orElse(""),
                text(status, "payload_problem").filter(why -> !why.isEmpty()));
    }

    private static Optional<String> text(ObjectNode status, String member) {
        return WireJson.text(status, member).map(text -> Texts.printable(text, SHOWN));
    }
}
