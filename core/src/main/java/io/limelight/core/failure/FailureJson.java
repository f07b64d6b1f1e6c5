package io.limelight.core.failure;

import io.limelight.core.json.WireJson;
import java.util.Collection;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A failure as JSON. */
public final class FailureJson {
    private FailureJson() {}

    /** The details of a failure by name, in their order: numbers, texts, lists of texts. */
    public static ObjectNode context(Failure failure) {
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
