package io.limelight.verifier.state;

import io.limelight.core.failure.Failure;
import io.limelight.core.failure.FailureJson;
import io.limelight.core.failure.Severity;
import io.limelight.core.json.WireJson;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A failure as JSON text, for the database and for notices. */
public final class FailureText {
    private FailureText() {}

    static String json(Failure failure, Severity severity) {
        ObjectNode object = WireJson.object();
        object.put("id", failure.id());
        object.put("severity_label", severity.label());
        object.put("sentence", failure.sentence());
        ArrayNode causes = object.putArray("likely_causes");
        failure.likelyCauses().forEach(causes::add);
        object.set("context", FailureJson.context(failure));
        object.put("recoverable", failure.recoverable());
        return WireJson.compactText(object);
    }

    /** The details alone, with a sentence as {@code message}, as notices have them (certificate reference §3.2). */
    public static String context(Failure failure) {
        ObjectNode details = FailureJson.context(failure);
        if (details.has("message")) {
            return WireJson.compactText(details);
        }
        ObjectNode context = WireJson.object().put("message", failure.sentence());
        context.setAll(details);
        return WireJson.compactText(context);
    }
}
