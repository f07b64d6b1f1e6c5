package io.limelight.verifier.state;

import io.limelight.core.failure.Failure;
import io.limelight.core.failure.Severity;
import io.limelight.core.json.WireJson;
import java.util.Collection;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A failure as JSON text, for the database. */
final class FailureText {
    private FailureText() {}

    static String json(Failure failure, Severity severity) {
        ObjectNode object = WireJson.object();
        object.put("id", failure.id());
        object.put("severity_label", severity.label());
        object.put("sentence", failure.sentence());
        ArrayNode causes = object.putArray("likely_causes");
        failure.likelyCauses().forEach(causes::add);
        ObjectNode context = object.putObject("context");
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
        object.put("recoverable", failure.recoverable());
        return WireJson.compactText(object);
    }
}
