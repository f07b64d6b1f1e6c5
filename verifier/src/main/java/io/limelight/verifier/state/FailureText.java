package io.limelight.verifier.state;

import io.limelight.core.failure.Failure;
import io.limelight.core.failure.Severity;
import io.limelight.core.json.WireJson;
import java.util.Collection;
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
        object.set("context", details(failure));
        object.put("recoverable", failure.recoverable());
        return WireJson.compactText(object);
    }

    /** The details alone, with a sentence as {@code message}, as notices have them (certificate reference §3.2). */
    public static String context(Failure failure) {
        ObjectNode details = details(failure);
        if (details.has("message")) {
            return WireJson.compactText(details);
        }
        ObjectNode context = WireJson.object().put("message", failure.sentence());
        context.setAll(details);
        return WireJson.compactText(context);
    }

    private static ObjectNode details(Failure failure) {
        ObjectNode context = WireJson.object();
        failure.context().forEach((name, value) -> {
            switch (value) {
                case Number number -> context.put(name, number.longValue());
                case Collection<?> list -> {
                    ArrayNode array = context.putArray(name);
                    list.forEach(element -> array.add(String.valueOf(element)));
                }
                default -> context.put(name, String.valueOf(value));
            }
        });
        return context;
    }
}
