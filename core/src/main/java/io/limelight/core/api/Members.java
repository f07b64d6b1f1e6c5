package io.limelight.core.api;

import io.limelight.core.json.WireJson;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads members of wire objects the way peers need it: null is absent, scalars may come as text or number, unknown
 * members are nobody's business; an object where a text belongs is an error that names the member.
 */
final class Members {
    private Members() {}

    static ObjectNode object(JsonNode node, String what) throws WireFormatException {
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw new WireFormatException(what + " is no JSON object");
    }

    static @Nullable String text(JsonNode object, String key) throws WireFormatException {
        JsonNode node = object.get(key);
        if (node == null || node.isNull()) {
            return null;
        }
        if (node.isString()) {
            return node.stringValue();
        }
        if (node.isNumber() || node.isBoolean()) {
            return node.asString();
        }
        throw new WireFormatException("the member " + key + " is neither text nor number");
    }

    /** Text, where a number makes no sense. */
    static @Nullable String textOnly(JsonNode object, String key) throws WireFormatException {
        JsonNode node = object.get(key);
        if (node != null && !node.isNull() && !node.isString()) {
            throw new WireFormatException("the member " + key + " is no text");
        }
        return text(object, key);
    }

    static String requiredText(JsonNode object, String key) throws WireFormatException {
        String text = text(object, key);
        if (text == null) {
            throw new WireFormatException("the member " + key + " is missing");
        }
        return text;
    }

    static @Nullable Long number(JsonNode object, String key) throws WireFormatException {
        JsonNode node = object.get(key);
        if (node == null
                || node.isNull()
                || (node.isString() && node.stringValue().isEmpty())) {
            return null;
        }
        return WireJson.number(object, key)
                .orElseThrow(() -> new WireFormatException("the member " + key + " is no whole number"));
    }

    static long numberOr(JsonNode object, String key, long absent) throws WireFormatException {
        Long number = number(object, key);
        return number == null ? absent : number;
    }

    static @Nullable Integer port(JsonNode object, String key) throws WireFormatException {
        Long number = number(object, key);
        if (number == null) {
            return null;
        }
        if (number < 0 || number > 65535) {
            throw new WireFormatException("the member " + key + " is no port number");
        }
        return number.intValue();
    }

    /** A time as ISO 8601 has it, in UTC. */
    static @Nullable Instant time(JsonNode object, String key) throws WireFormatException {
        String text = textOnly(object, key);
        try {
            return text == null ? null : Instant.parse(text);
        } catch (DateTimeException e) {
            throw new WireFormatException("the member " + key + " is no time");
        }
    }

    static Instant requiredTime(JsonNode object, String key) throws WireFormatException {
        Instant time = time(object, key);
        if (time == null) {
            throw new WireFormatException("the member " + key + " is missing");
        }
        return time;
    }

    /** 0 and 1 count as booleans, as old releases write them. */
    static boolean flag(JsonNode object, String key) throws WireFormatException {
        JsonNode node = object.get(key);
        return (node != null && node.isBoolean()) ? node.booleanValue() : numberOr(object, key, 0) != 0;
    }

    static List<String> texts(JsonNode object, String key) throws WireFormatException {
        JsonNode node = object.get(key);
        if (node == null || node.isNull()) {
            return List.of();
        }
        if (!node.isArray()) {
            throw new WireFormatException("the member " + key + " is no list");
        }
        List<String> texts = new ArrayList<>(node.size());
        for (JsonNode element : node) {
            if (!element.isString()) {
                throw new WireFormatException("the list " + key + " holds something that is no text");
            }
            texts.add(element.stringValue());
        }
        return List.copyOf(texts);
    }

    /** Text or an explicit null. */
    static void putNullable(ObjectNode object, String key, @Nullable String value) {
        object.set(key, value == null ? NullNode.getInstance() : object.stringNode(value));
    }

    static void putIfPresent(ObjectNode object, String key, @Nullable String value) {
        if (value != null) {
            object.put(key, value);
        }
    }

    static void putNullable(ObjectNode object, String key, @Nullable Number value) {
        object.set(key, value == null ? NullNode.getInstance() : object.numberNode(value.longValue()));
    }

    static void putTexts(ObjectNode object, String key, Collection<String> values) {
        ArrayNode array = object.putArray(key);
        values.forEach(array::add);
    }

    /** What toString shows instead of a secret. */
    static String masked(@Nullable String secret) {
        return secret == null ? "null" : "(" + secret.length() + " characters)";
    }
}
