package io.limelight.console.fleet;

import io.limelight.core.json.WireJson;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** An answer as it came, laid out for reading; secrets masked, long texts cut, so that it can be looked at and handed to others. */
final class RawText {
    /** Keylime's verifier gives V away; keys have no business in an answer, but a copy is for ever. */
    private static final Set<String> SECRET = Set.of("v", "u", "k", "revocation_key", "auth_tag", "password", "token");

    private static final int LONGEST_TEXT = 16 << 10;
    private static final int LONGEST = 512 << 10;
    private static final int DEEPEST = 40;

    private RawText() {}

    static String of(ObjectNode envelope) {
        ObjectNode copy = envelope.deepCopy();
        mask(copy, 0);
        return cut(new String(WireJson.indented(copy), StandardCharsets.UTF_8), LONGEST);
    }

    private static void mask(JsonNode node, int depth) {
        if (node instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> entry : Set.copyOf(object.properties())) {
                if (secret(entry.getKey()) && !entry.getValue().isNull()) {
                    object.put(entry.getKey(), "•••");
                } else if (depth == DEEPEST) {
                    object.put(entry.getKey(), "…");
                } else if (entry.getValue().isString()) {
                    object.put(entry.getKey(), text(entry.getValue().stringValue()));
                } else {
                    mask(entry.getValue(), depth + 1);
                }
            }
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                if (array.get(i).isString()) {
                    array.set(i, array.stringNode(text(array.get(i).stringValue())));
                } else {
                    mask(array.get(i), depth + 1);
                }
            }
        }
    }

    private static boolean secret(String member) {
        String name = member.toLowerCase(Locale.ROOT);
        return SECRET.contains(name) || name.contains("private") || name.contains("secret");
    }

    private static String text(String text) {
        return text.contains("PRIVATE KEY") ? "•••" : cut(text, LONGEST_TEXT);
    }

    private static String cut(String text, int most) {
        return text.length() > most ? text.substring(0, most) + "…" : text;
    }
}
