package io.limelight.core.policy.runtime;

import static io.limelight.core.policy.runtime.RuntimePolicyException.malformed;

import io.limelight.core.json.JsonTrees;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The one part of a policy that is small and deep, as a tree; the parser bounds its depth. */
final class JsonTree {
    private static final int MAX_NODES = 100_000;

    private final JsonParser parser;
    private final String place;
    private int nodes;

    private JsonTree(JsonParser parser, String place) {
        this.parser = parser;
        this.place = place;
    }

    /** The value the parser stands at. */
    static JsonNode read(JsonParser parser, String place) throws RuntimePolicyException {
        return new JsonTree(parser, place).value(parser.currentToken());
    }

    private JsonNode value(JsonToken token) throws RuntimePolicyException {
        if (++nodes > MAX_NODES) {
            throw malformed(place, "has more than " + MAX_NODES + " values");
        }
        JsonNodeFactory factory = JsonNodeFactory.instance;
        return switch (token) {
            case START_OBJECT -> {
                ObjectNode object = JsonTrees.object();
                while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                    String name = parser.currentName();
                    if (object.has(name)) {
                        throw malformed(place, RuntimePolicyReader.shown(name) + " stands there twice");
                    }
                    object.set(name, value(parser.nextToken()));
                }
                yield object;
            }
            case START_ARRAY -> {
                ArrayNode array = factory.arrayNode();
                for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
                    array.add(value(next));
                }
                yield array;
            }
            case VALUE_STRING -> factory.stringNode(parser.getString());
            case VALUE_NUMBER_INT -> factory.numberNode(parser.getBigIntegerValue());
            case VALUE_NUMBER_FLOAT -> factory.numberNode(parser.getDoubleValue());
            case VALUE_TRUE -> factory.booleanNode(true);
            case VALUE_FALSE -> factory.booleanNode(false);
            default -> factory.nullNode();
        };
    }
}
