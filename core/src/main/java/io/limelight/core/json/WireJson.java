package io.limelight.core.json;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON as it travels: read as a tree, within bounds. Records are filled by hand from trees, because the peers disagree
 * about types (a port is a number or a numeric string, results are null, {} or absent) and because a tree needs no
 * reflection.
 */
public final class WireJson {
    /** A measurement list of a long-lived machine is tens of MiB; nothing honest is larger. */
    public static final int MAX_STRING = 128 * 1024 * 1024;

    private static final JsonTrees TREES = new JsonTrees(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(64)
                    .maxNumberLength(64)
                    .maxNameLength(1024)
                    .maxStringLength(MAX_STRING)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            // JSON is UTF-8 (RFC 8259 §8.1); what looks like UTF-16 is somebody's attempt to be read differently.
            .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
            // Names come from strangers; the JVM's table of interned strings is not theirs to fill.
            .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
            .build());

    /** As Keylime's registrar indents. */
    private static final DefaultIndenter INDENTER = new DefaultIndenter("    ", "\n");

    private WireJson() {}

    /** An empty object to fill. */
    public static ObjectNode object() {
        return JsonTrees.object();
    }

    /**
     * Parses one JSON document.
     *
     * @throws IOException if it is no JSON, no UTF-8, holds a key twice, is nested deeper than 64, or has trailing content
     */
    public static JsonNode parse(byte[] utf8) throws IOException {
        // The parser itself takes overlong and cut characters for what they resemble.
        if (!Utf8.wellFormed(utf8)) {
            throw new IOException("not JSON: not encoded as UTF-8");
        }
        return TREES.read(utf8);
    }

    /** As {@link #parse(byte[])}. */
    public static JsonNode parse(String text) throws IOException {
        return parse(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Parses one JSON object. */
    public static ObjectNode parseObject(byte[] utf8) throws IOException {
        if (parse(utf8) instanceof ObjectNode object) {
            return object;
        }
        throw new IOException("a JSON object was expected");
    }

    /** One line, UTF-8. */
    public static byte[] compact(JsonNode node) {
        return TREES.write(node);
    }

    /** One line. */
    public static String compactText(JsonNode node) {
        return new String(TREES.write(node), StandardCharsets.UTF_8);
    }

    /** Indented by four spaces, as Keylime's registrar writes. */
    public static byte[] indented(JsonNode node) {
        return TREES.write(node, INDENTER);
    }

    /** A member for a document that is written in pieces. */
    public static JsonNode longText(LongText text) {
        return JsonTrees.longText(text);
    }

    /**
     * One line, UTF-8, written as it is made; the stream is closed.
     *
     * @throws IOException if it cannot be written, or a {@link LongText} cannot be read
     */
    public static void write(JsonNode node, OutputStream out) throws IOException {
        TREES.write(node, out);
    }

    /**
     * How many bytes {@link #write} writes: the document is made once for nobody.
     *
     * @throws IOException if a {@link LongText} cannot be read
     */
    public static long length(JsonNode node) throws IOException {
        Counted counted = new Counted();
        TREES.write(node, counted);
        return counted.length;
    }

    private static final class Counted extends OutputStream {
        private long length;

        @Override
        public void write(int octet) {
            length++;
        }

        @Override
        public void write(byte[] bytes, int from, int count) {
            length += count;
        }
    }

    /** The text under the key, if it is there and is text. */
    public static Optional<String> text(JsonNode object, String key) {
        JsonNode node = object.get(key);
        return node != null && node.isString() ? Optional.of(node.stringValue()) : Optional.empty();
    }

    /** The text under the key, with the empty string counting as absent. */
    public static Optional<String> nonEmptyText(JsonNode object, String key) {
        return text(object, key).filter(value -> !value.isEmpty());
    }

    /** The whole number under the key, also when it is written as a string of digits. */
    public static Optional<Long> number(JsonNode object, String key) {
        JsonNode node = object.get(key);
        if (node == null) {
            return Optional.empty();
        }
        if (node.isIntegralNumber() && node.canConvertToLong()) {
            return Optional.of(node.longValue());
        }
        if (node.isString() && node.stringValue().matches("-?[0-9]{1,18}")) {
            return Optional.of(Long.parseLong(node.stringValue()));
        }
        return Optional.empty();
    }
}
