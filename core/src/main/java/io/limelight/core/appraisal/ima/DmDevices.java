package io.limelight.core.appraisal.ima;

import io.limelight.core.json.JsonTrees;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The device mapper devices of a machine as its events left them, by the attribute the policy matches on. Immutable.
 *
 * @param byKey in the order they came
 */
public record DmDevices(Map<String, Device> byKey) {
    /** Without devices. */
    public static final DmDevices NONE = new DmDevices(Map.of());

    /** More devices are not kept in mind: each one more fails. */
    public static final int MAX_DEVICES = 1000;

    /**
     * One device.
     *
     * @param rule name of the rule it was loaded under
     * @param active whether it was resumed since its last table was loaded
     * @param valid whether it is as its rule wants it
     * @param tableHash {@code alg:hex} of the table loaded last
     */
    public record Device(String rule, boolean active, boolean valid, String tableHash) {}

    /** Copies the map. */
    public DmDevices {
        byKey = Collections.unmodifiableMap(new LinkedHashMap<>(byKey));
    }

    JsonNode json() {
        ObjectNode object = JsonTrees.object();
        byKey.forEach((key, device) -> {
            ObjectNode one = object.putObject(key);
            one.put("rule", device.rule());
            one.put("active", device.active());
            one.put("valid", device.valid());
            one.put("table_hash", device.tableHash());
        });
        return object;
    }

    static DmDevices parse(JsonNode node) throws IOException {
        Map<String, Device> read = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            JsonNode one = entry.getValue();
            if (!one.path("rule").isString() || !one.path("table_hash").isString()) {
                throw new IOException("stored IMA state has a device without rule or table hash");
            }
            read.put(
                    entry.getKey(),
                    new Device(
                            one.path("rule").stringValue(),
                            one.path("active").asBoolean(false),
                            one.path("valid").asBoolean(false),
                            one.path("table_hash").stringValue()));
        }
        return read.isEmpty() ? NONE : new DmDevices(read);
    }
}
