package io.limelight.core.policy.create;

import io.limelight.core.ima.ImaKeyring;
import io.limelight.core.json.WireJson;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Keyrings as a whole, by way of their JSON, which keeps the ids that keys were given. */
final class Keyrings {
    private Keyrings() {}

    static ImaKeyring union(ImaKeyring first, ImaKeyring second) {
        ObjectNode both = tree(first);
        for (String list : List.of("pubkeys", "keyids")) {
            ((ArrayNode) both.get(list)).addAll((ArrayNode) tree(second).get(list));
        }
        return ImaKeyring.parseLeniently(WireJson.compactText(both));
    }

    /** Each key as id in hex and the base64 of its SubjectPublicKeyInfo. */
    static List<String> texts(ImaKeyring keyring) {
        ObjectNode tree = tree(keyring);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < tree.get("pubkeys").size(); i++) {
            JsonNode id = tree.get("keyids").get(i);
            texts.add(String.format("%08x ", id.longValue())
                    + tree.get("pubkeys").get(i).stringValue());
        }
        return texts;
    }

    private static ObjectNode tree(ImaKeyring keyring) {
        try {
            return (ObjectNode) WireJson.parse(keyring.json());
        } catch (IOException e) {
            throw new IllegalStateException("a keyring's own JSON", e);
        }
    }
}
