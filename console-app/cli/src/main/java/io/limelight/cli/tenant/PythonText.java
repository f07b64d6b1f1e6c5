package io.limelight.cli.tenant;

import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * JSON as Python prints it, character by character what scripts written for Keylime look for: {@code json.dumps} (blanks
 * after comma and colon, ASCII only) and the notation of a dictionary.
 */
final class PythonText {
    private PythonText() {}

    /** {@code {"a": [1, null]}}. */
    static String json(JsonNode node) {
        StringBuilder text = new StringBuilder();
        append(text, node, false);
        return text.toString();
    }

    /** {@code {'a': [1, None]}}. */
    static String dictionary(JsonNode node) {
        StringBuilder text = new StringBuilder();
        append(text, node, true);
        return text.toString();
    }

    private static void append(StringBuilder text, JsonNode node, boolean python) {
        if (node.isObject()) {
            String before = "{";
            for (Map.Entry<String, JsonNode> member : node.properties()) {
                quote(text.append(before), member.getKey(), python);
                append(text.append(": "), member.getValue(), python);
                before = ", ";
            }
            text.append(node.isEmpty() ? "{}" : "}");
        } else if (node.isArray()) {
            String before = "[";
            for (JsonNode element : node) {
                append(text.append(before), element, python);
                before = ", ";
            }
            text.append(node.isEmpty() ? "[]" : "]");
        } else if (node.isString()) {
            quote(text, node.stringValue(), python);
        } else if (node.isBoolean()) {
            text.append(python ? (node.booleanValue() ? "True" : "False") : node.asString());
        } else if (node.isNull()) {
            text.append(python ? "None" : "null");
        } else {
            text.append(node.asString());
        }
    }

    private static void quote(StringBuilder text, String value, boolean python) {
        // Python prefers single quotes and changes to double ones where that saves escapes.
        boolean single = python && (value.indexOf('\'') < 0 || value.indexOf('"') >= 0);
        char mark = single ? '\'' : '"';
        text.append(mark);
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == mark || c == '\\') {
                text.append('\\').append(c);
            } else if (c == '\n') {
                text.append("\\n");
            } else if (c == '\r') {
                text.append("\\r");
            } else if (c == '\t') {
                text.append("\\t");
            } else if (c < 0x20 || c >= 0x7f) {
                escape(text, c, python);
            } else {
                text.append(c);
            }
        }
        text.append(mark);
    }

    private static void escape(StringBuilder text, char c, boolean python) {
        String hex = Integer.toHexString(c);
        if (python && c < 0x100) {
            text.append("\\x").append("0".repeat(2 - hex.length())).append(hex);
        } else {
            text.append("\\u").append("0".repeat(4 - hex.length())).append(hex);
        }
    }
}
