package io.limelight.core.policy.runtime;

import static io.limelight.core.policy.runtime.RuntimePolicyException.malformed;

import io.limelight.core.json.WireJson;
import io.limelight.core.policy.runtime.RuntimePolicyException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Turns what came before runtime policies into one: flat allowlists ({@code digest  path} a line), JSON allowlists (an object with
 * {@code hashes}), exclude lists, and runtime policies of an older version.
 *
 * <p>The result is a tree as the converter of Keylime writes it: nothing is checked, so a digest with an algorithm's prefix
 * survives, and an incomplete {@code ima} object replaces the complete one. Whoever wants to use it reads it with
 * {@link RuntimePolicyReader}, which says what is wrong.
 */
public final class LegacyAllowlist {
    private static final int MAX_LINES = 2_000_000;
    private static final int VERSION = 1;
    /** {@link RuntimePolicy.Generator#COMPATIBLE_ALLOWLIST} on the wire. */
    private static final int COMPATIBLE = 2;

    private static final String KEYRING = "%keyring:";
    /** Copied as a whole where a JSON allowlist has them and they are not empty. */
    private static final List<String> COPIED =
            List.of("release", "excludes", "keyrings", "ima", "ima-buf", "verification-keys");

    private LegacyAllowlist() {}

    /**
     * A converted policy.
     *
     * @param policy as JSON
     * @param skipped lines that are no pair of digest and path, by number from 1
     */
    public record Converted(ObjectNode policy, List<Integer> skipped) {
        /** Copies the list. */
        public Converted {
            skipped = List.copyOf(skipped);
        }
    }

    /**
     * A policy of today's version.
     *
     * @param policy as JSON; if it was older, members that were missing or empty have their usual values, and the generator is
     *     {@link RuntimePolicy.Generator#COMPATIBLE_ALLOWLIST}
     * @param older whether it had another version before
     */
    public record Updated(ObjectNode policy, boolean older) {}

    /**
     * Converts an allowlist of either form.
     *
     * @param allowlist its text
     * @param excludes lines of an exclude list; may be empty
     * @param timestamp of the new policy, if it is to have one
     * @throws RuntimePolicyException if it is JSON, but no allowlist
     */
    public static Converted convert(byte[] allowlist, String excludes, Optional<String> timestamp)
            throws RuntimePolicyException {
        if (allowlist.length > RuntimePolicyReader.MAX_BYTES) {
            throw new RuntimePolicyException(
                    Reason.TOO_LARGE, "", "the allowlist has " + allowlist.length + " bytes", null);
        }
        ObjectNode policy = empty(timestamp);
        List<Integer> skipped = new ArrayList<>();
        if (startsAsObject(allowlist)) {
            json(parse(allowlist), policy);
        } else {
            flat(new String(allowlist, StandardCharsets.UTF_8), policy, skipped);
        }
        ArrayNode list = policy.withArray("excludes");
        excludes.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .forEach(list::add);
        return new Converted(policy, skipped);
    }

    /**
     * Brings a runtime policy to today's version. One that has it stays as it is.
     *
     * @throws RuntimePolicyException if it is no policy, or of a version that is not known here
     */
    public static Updated update(byte[] policy) throws RuntimePolicyException {
        ObjectNode given = parse(policy);
        JsonNode version = given.path("meta").path("version");
        if (!version.isNumber()) {
            throw malformed(
                    "meta.version",
                    given.has("hashes")
                            ? "is missing; this is an allowlist (it has \"hashes\")"
                            : "is missing, or no number; this is no runtime policy");
        }
        if (version.doubleValue() > VERSION) {
            throw malformed(
                    "meta.version", "is " + version.asString("?") + ", and no more than " + VERSION + " is known here");
        }
        if (version.doubleValue() == VERSION) {
            return new Updated(given, false);
        }
        ObjectNode updated = empty(Optional.empty());
        updated.withObject("/meta").put("generator", COMPATIBLE);
        copy(given, updated, "digests");
        COPIED.forEach(member -> copy(given, updated, member));
        return new Updated(updated, true);
    }

    private static void copy(ObjectNode from, ObjectNode to, String member) {
        JsonNode value = from.get(member);
        if (value != null && isTruthy(value)) {
            to.set(member, value);
        }
    }

    private static boolean startsAsObject(byte[] text) {
        for (byte b : text) {
            if (b != ' ' && b != '\t' && b != '\n' && b != '\r') {
                return b == '{';
            }
        }
        return false;
    }

    private static ObjectNode parse(byte[] text) throws RuntimePolicyException {
        try {
            return WireJson.parseObject(text);
        } catch (IOException e) {
            throw new RuntimePolicyException(Reason.NOT_JSON, "", "it is " + e.getMessage(), e);
        }
    }

    private static ObjectNode empty(Optional<String> timestamp) throws RuntimePolicyException {
        ObjectNode policy = parse(RuntimePolicy.EMPTY_TEXT.getBytes(StandardCharsets.UTF_8));
        ObjectNode meta = policy.withObject("/meta");
        meta.put("generator", 3);
        timestamp.ifPresent(time -> meta.put("timestamp", time));
        return policy;
    }

    private static void json(ObjectNode allowlist, ObjectNode policy) throws RuntimePolicyException {
        JsonNode hashes = allowlist.get("hashes");
        if (hashes == null) {
            throw malformed(
                    "",
                    allowlist.has("digests")
                            ? "it is a runtime policy already (it has \"digests\")"
                            : "it is no allowlist (it has no \"hashes\")");
        }
        policy.set("digests", hashes);
        COPIED.forEach(member -> copy(allowlist, policy, member));
    }

    private static boolean isTruthy(JsonNode value) {
        return switch (value.getNodeType()) {
            case OBJECT, ARRAY -> !value.isEmpty();
            case STRING -> !value.stringValue().isEmpty();
            case NUMBER -> value.doubleValue() != 0;
            case BOOLEAN -> value.booleanValue();
            case NULL, MISSING, BINARY, POJO -> false;
        };
    }

    private static void flat(String text, ObjectNode policy, List<Integer> skipped) throws RuntimePolicyException {
        Map<String, Set<String>> digests = new LinkedHashMap<>();
        Map<String, Set<String>> keyrings = new LinkedHashMap<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            if (++number > MAX_LINES) {
                throw malformed("", "the allowlist has more than " + MAX_LINES + " lines");
            }
            String stripped = line.strip();
            if (stripped.isEmpty()) {
                continue;
            }
            int space = 0;
            while (space < stripped.length() && !Character.isWhitespace(stripped.charAt(space))) {
                space++;
            }
            String path = stripped.substring(space).strip();
            if (path.isEmpty()) {
                skipped.add(number);
                continue;
            }
            boolean key = path.startsWith(KEYRING);
            (key ? keyrings : digests)
                    .computeIfAbsent(key ? path.substring(KEYRING.length()) : path, p -> new LinkedHashSet<>())
                    .add(stripped.substring(0, space));
        }
        put(policy.withObject("/digests"), digests);
        put(policy.withObject("/keyrings"), keyrings);
    }

    private static void put(ObjectNode target, Map<String, Set<String>> lists) {
        lists.forEach((name, list) -> list.forEach(target.putArray(name)::add));
    }
}
