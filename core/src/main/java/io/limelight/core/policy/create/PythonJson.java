package io.limelight.core.policy.create;

import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * JSON as Python's {@code json.dumps} spaces and escapes it: {@code ", "} and {@code ": "}, everything outside printable ASCII
 * as {@code \}{@code uXXXX}. Policies written so are equal to Keylime's to the byte, and so are their checksums.
 */
final class PythonJson {
    private static final String HEX = "0123456789abcdef";

    private PythonJson() {}

    /** Appends a text with its quotes. */
    static void text(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                default -> {
                    if (c >= ' ' && c <= '~') {
                        out.append(c);
                    } else {
                        out.append("\\u");
                        for (int shift = 12; shift >= 0; shift -= 4) {
                            out.append(HEX.charAt(c >> shift & 0xf));
                        }
                    }
                }
            }
        }
        out.append('"');
    }

    /** Appends a list of texts. */
    static void texts(StringBuilder out, Iterable<String> texts) {
        out.append('[');
        String before = "";
        for (String text : texts) {
            out.append(before);
            text(out, text);
            before = ", ";
        }
        out.append(']');
    }

    /** Appends any tree. Depth is that of the tree, which its reader bounded. */
    static void tree(StringBuilder out, JsonNode node) {
        switch (node.getNodeType()) {
            case OBJECT -> {
                out.append('{');
                String before = "";
                for (Map.Entry<String, JsonNode> member : node.properties()) {
                    out.append(before);
                    text(out, member.getKey());
                    out.append(": ");
                    tree(out, member.getValue());
                    before = ", ";
                }
                out.append('}');
            }
            case ARRAY -> {
                out.append('[');
                String before = "";
                for (JsonNode element : node) {
                    out.append(before);
                    tree(out, element);
                    before = ", ";
                }
                out.append(']');
            }
            case STRING -> text(out, node.stringValue());
            case NUMBER, BOOLEAN -> out.append(node.asString());
            case NULL -> out.append("null");
            case BINARY, MISSING, POJO -> throw new IllegalArgumentException("not JSON: " + node.getNodeType());
        }
    }
}
