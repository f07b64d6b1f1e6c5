package io.limelight.core.json;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.POJONode;

/**
 * JSON trees over Jackson's token streams, without its object mapper: the mapper is there to turn objects of any class into
 * JSON, and making one takes a short-lived program a tenth of a second.
 *
 * <p>Bounds, duplicate keys and lenient syntax are those of the factory; depth must be bounded there, since nesting is read
 * by recursion.
 */
public final class JsonTrees {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final JsonFactory factory;

    /** Trees as this factory reads and writes tokens. */
    public JsonTrees(JsonFactory factory) {
        this.factory = factory;
    }

    /** An empty object to fill. */
    public static ObjectNode object() {
        return NODES.objectNode();
    }

    /**
     * Parses exactly one document.
     *
     * @throws IOException if it is empty, no JSON, beyond the factory's bounds, or followed by anything
     */
    public JsonNode read(byte[] utf8) throws IOException {
        try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), utf8)) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw new IOException("empty where JSON was expected");
            }
            JsonNode node = value(parser, first);
            if (parser.nextToken() != null) {
                throw new IOException("not JSON: something follows its end");
            }
            return node;
        } catch (JacksonException e) {
            throw new IOException("not JSON: " + JsonTrouble.of(e) + place(e), e);
        }
    }

    private static String place(JacksonException e) {
        TokenStreamLocation at = e.getLocation();
        return at == null || at.getLineNr() < 1
                ? ""
                : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
    }

    private static JsonNode value(JsonParser parser, JsonToken token) {
        return switch (token) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> array(parser);
            case VALUE_STRING -> NODES.stringNode(parser.getString());
            case VALUE_NUMBER_INT ->
                switch (parser.getNumberType()) {
                    case INT -> NODES.numberNode(parser.getIntValue());
                    case LONG -> NODES.numberNode(parser.getLongValue());
                    default -> NODES.numberNode(parser.getBigIntegerValue());
                };
            case VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDoubleValue());
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            case VALUE_NULL -> NODES.nullNode();
            default -> throw new IllegalStateException("no value starts with " + token);
        };
    }

    private static ObjectNode object(JsonParser parser) {
        ObjectNode object = NODES.objectNode();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_OBJECT; token = parser.nextToken()) {
            String name = parser.currentName();
            object.set(name, value(parser, parser.nextToken()));
        }
        return object;
    }

    private static ArrayNode array(JsonParser parser) {
        ArrayNode array = NODES.arrayNode();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            array.add(value(parser, token));
        }
        return array;
    }

    /** One line, UTF-8. */
    public byte[] write(JsonNode node) {
        return write(node, ObjectWriteContext.empty());
    }

    /** Many lines, UTF-8. */
    public byte[] write(JsonNode node, DefaultIndenter indenter) {
        return write(node, new ObjectWriteContext.Base() {
            @Override
            public boolean hasPrettyPrinter() {
                return true;
            }

            @Override
            public PrettyPrinter getPrettyPrinter() {
                // It counts levels, so every document needs its own.
                return new DefaultPrettyPrinter().withObjectIndenter(indenter).withArrayIndenter(indenter);
            }
        });
    }

    /**
     * One line, UTF-8, written as it is made. The stream is closed.
     *
     * @throws IOException if it cannot be written, or a {@link LongText} cannot be read
     */
    public void write(JsonNode node, OutputStream out) throws IOException {
        try (JsonGenerator generator = factory.createGenerator(ObjectWriteContext.empty(), out)) {
            write(generator, node);
        } catch (JacksonIOException e) {
            throw e.getCause();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** A member whose text is read when it is written. */
    static JsonNode longText(LongText text) {
        return NODES.pojoNode(text);
    }

    private byte[] write(JsonNode node, ObjectWriteContext context) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
        try (JsonGenerator generator = factory.createGenerator(context, out)) {
            write(generator, node);
        }
        return out.toByteArray();
    }

    private static void write(JsonGenerator out, JsonNode node) {
        switch (node.getNodeType()) {
            case OBJECT -> {
                out.writeStartObject();
                for (Map.Entry<String, JsonNode> member : node.properties()) {
                    out.writeName(member.getKey());
                    write(out, member.getValue());
                }
                out.writeEndObject();
            }
            case ARRAY -> {
                out.writeStartArray();
                for (JsonNode element : node) {
                    write(out, element);
                }
                out.writeEndArray();
            }
            case STRING -> out.writeString(node.stringValue());
            case NUMBER -> number(out, node);
            case BOOLEAN -> out.writeBoolean(node.booleanValue());
            case NULL -> out.writeNull();
            case BINARY -> out.writeBinary(node.binaryValue());
            case POJO -> longText(out, node);
            case MISSING -> throw new IllegalArgumentException("not JSON: " + node.getNodeType());
        }
    }

    private static void longText(JsonGenerator out, JsonNode node) {
        if (!(node instanceof POJONode pojo) || !(pojo.getPojo() instanceof LongText text)) {
            throw new IllegalArgumentException("not JSON: " + node.getNodeType());
        }
        try (Reader reader = text.open()) {
            out.writeString(reader, -1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void number(JsonGenerator out, JsonNode node) {
        switch (node.numberType()) {
            case INT -> out.writeNumber(node.intValue());
            case LONG -> out.writeNumber(node.longValue());
            case BIG_INTEGER -> out.writeNumber(node.bigIntegerValue());
            case FLOAT -> out.writeNumber(node.floatValue());
            case DOUBLE -> out.writeNumber(node.doubleValue());
            case BIG_DECIMAL -> out.writeNumber(node.decimalValue());
        }
    }
}
