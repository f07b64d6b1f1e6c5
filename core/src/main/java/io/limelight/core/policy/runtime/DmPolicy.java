package io.limelight.core.policy.runtime;

import static io.limelight.core.policy.runtime.RuntimePolicyException.malformed;

import io.limelight.core.policy.regex.PythonRegex;
import io.limelight.core.policy.regex.PythonRegexException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Which device mapper devices a machine may set up ({@code ima.dm_policy}).
 *
 * @param matchOn what a device is known by
 * @param rules in the order written; the first whose {@code table_load} fits a new device is its rule
 */
public record DmPolicy(MatchOn matchOn, List<Rule> rules) {
    private static final int MAX_RULES = 1000;
    private static final int MAX_TARGETS = 1000;

    /** The attribute of a device that is its key. */
    public enum MatchOn {
        /** Its name. */
        NAME,
        /** Its UUID. */
        UUID
    }

    /**
     * What one device may do. ({@code required} and {@code device_resume_required} ask for a final check that Keylime never
     * makes.)
     *
     * @param name the rule's
     * @param required whether the device must exist
     * @param resumeRequired whether it counts only once it was resumed
     * @param validName what it may be renamed to
     * @param validUuid what its UUID may be changed to
     * @param allowRemoval whether it may be removed
     * @param allowClear whether its inactive table may be cleared
     * @param table what it may be loaded with
     */
    public record Rule(
            String name,
            boolean required,
            boolean resumeRequired,
            DmValue validName,
            DmValue validUuid,
            boolean allowRemoval,
            boolean allowClear,
            TableLoad table) {}

    /**
     * What a table may say.
     *
     * @param metadata reference values of name, uuid, major, minor, minor_count, in this order
     * @param numTargets how many targets
     * @param targets reference values of each target by attribute
     */
    public record TableLoad(
            boolean allowMultipleLoads,
            Map<String, DmValue> metadata,
            DmValue numTargets,
            List<Map<String, DmValue>> targets) {
        /** Copies the list. */
        public TableLoad {
            targets = List.copyOf(targets);
        }
    }

    /** Attributes of a device that a table is compared by, in order. */
    public static final List<String> METADATA = List.of("name", "uuid", "major", "minor", "minor_count");

    /** Copies the list. */
    public DmPolicy {
        rules = List.copyOf(rules);
    }

    static DmPolicy parse(JsonNode node) throws RuntimePolicyException {
        String at = "ima.dm_policy";
        if (!node.path("version").isNumber() || node.path("version").doubleValue() != 1) {
            throw malformed(at + ".version", "must be 1");
        }
        MatchOn matchOn = switch (node.path("match_on").asString("")) {
            case "name" -> MatchOn.NAME;
            case "uuid" -> MatchOn.UUID;
            default -> throw malformed(at + ".match_on", "must be \"name\" or \"uuid\"");
        };
        JsonNode rules = node.path("rules");
        if (!rules.isObject() || rules.size() > MAX_RULES) {
            throw malformed(at + ".rules", "must be an object of at most " + MAX_RULES + " rules");
        }
        List<Rule> read = new ArrayList<>();
        for (Map.Entry<String, JsonNode> rule : rules.properties()) {
            read.add(rule(rule.getKey(), at + ".rules." + RuntimePolicyReader.shown(rule.getKey()), rule.getValue()));
        }
        return new DmPolicy(matchOn, read);
    }

    private static Rule rule(String name, String at, JsonNode node) throws RuntimePolicyException {
        JsonNode load = node.path("table_load");
        if (!load.isObject()) {
            throw malformed(at + ".table_load", "must be an object");
        }
        Map<String, DmValue> metadata = new LinkedHashMap<>();
        for (String attribute : METADATA) {
            metadata.put(attribute, value(at + ".table_load." + attribute, load.get(attribute)));
        }
        JsonNode targets = load.path("targets");
        if (!targets.isArray() || targets.size() > MAX_TARGETS) {
            throw malformed(at + ".table_load.targets", "must be a list of at most " + MAX_TARGETS + " targets");
        }
        List<Map<String, DmValue>> read = new ArrayList<>();
        for (JsonNode target : targets) {
            Map<String, DmValue> attributes = new LinkedHashMap<>();
            for (Map.Entry<String, JsonNode> attribute : target.properties()) {
                attributes.put(
                        attribute.getKey(),
                        value(
                                at + ".table_load.targets." + RuntimePolicyReader.shown(attribute.getKey()),
                                attribute.getValue()));
            }
            read.add(attributes);
        }
        JsonNode rename = node.path("device_rename");
        return new Rule(
                name,
                flag(at + ".required", node.get("required")),
                flag(at + ".device_resume_required", node.get("device_resume_required")),
                value(at + ".device_rename.valid_name", rename.get("valid_name")),
                value(at + ".device_rename.valid_uuid", rename.get("valid_uuid")),
                flag(
                        at + ".device_remove.allow_removal",
                        node.path("device_remove").get("allow_removal")),
                flag(at + ".allow_clear", node.get("allow_clear")),
                new TableLoad(
                        flag(at + ".table_load.allow_multiple_loads", load.get("allow_multiple_loads")),
                        metadata,
                        value(at + ".table_load.num_targets", load.get("num_targets")),
                        read));
    }

    private static boolean flag(String at, @Nullable JsonNode node) throws RuntimePolicyException {
        if (node == null || !node.isBoolean()) {
            throw malformed(at, "must be true or false");
        }
        return node.booleanValue();
    }

    /** A value that is missing would be "anything" if it were taken for null, so it has to be written. */
    private static DmValue value(String at, @Nullable JsonNode node) throws RuntimePolicyException {
        if (node == null) {
            throw malformed(at, "is missing; null stands for anything");
        }
        if (node.isNull()) {
            return new DmValue.Anything();
        }
        if (node.isBoolean()) {
            return new DmValue.Flag(node.booleanValue());
        }
        if (node.isIntegralNumber()) {
            return new DmValue.WholeNumber(node.bigIntegerValue());
        }
        if (node.isString()) {
            try {
                return new DmValue.Text(PythonRegex.forWhole(node.stringValue()));
            } catch (PythonRegexException e) {
                throw malformed(at, "is no regular expression: " + e.getMessage());
            }
        }
        throw malformed(at, "must be null, true, false, a whole number or a text");
    }

    /** The rule of this name. */
    public Optional<Rule> rule(String name) {
        return rules.stream().filter(rule -> rule.name().equals(name)).findFirst();
    }
}
