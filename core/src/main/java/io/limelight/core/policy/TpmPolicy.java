package io.limelight.core.policy;

import io.limelight.core.json.JsonTrees;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.PcrMask;
import io.limelight.core.tpm.TpmFormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which values PCRs may have ({@code tpm_policy}).
 *
 * <p>What a person writes is an object of PCR numbers to one hex value or a list of them. On the wire the object also
 * has a {@code mask}: the PCRs to ask for, a superset of those named. PCR 10 belongs to IMA and PCR 16 to the
 * transport key, so neither can be named. Values are compared as text with the lower-case hex of the quote: a value of
 * another bank's length is simply never equal, so the values of several banks can stand side by side. One that is no
 * digest of any bank would never be equal to anything, so it is a mistake and refused.
 *
 * <p>Both JSON and the Python literals of older tenants are read (single quotes, a trailing comma).
 *
 * @param allowed PCR number (0..23 without 10 and 16) to the values it may have; an empty set allows none
 * @param mask the PCRs to ask for; PCR 16 comes on top in every quote
 */
public record TpmPolicy(SortedMap<Integer, Set<String>> allowed, PcrMask mask) {
    /** No PCR is judged and none is asked for beyond PCR 16. */
    public static final TpmPolicy EMPTY = new TpmPolicy(Collections.emptySortedMap(), PcrMask.NONE);

    /** PCR of the IMA list. */
    public static final int IMA_PCR = 10;

    /** PCR that binds the transport key. */
    public static final int BINDING_PCR = 16;

    /** Longer texts are refused unread. */
    public static final int MAX_LENGTH = 256 * 1024;

    private static final String MASK = "mask";
    private static final Pattern PCR_VALUE = Pattern.compile("(?:[0-9a-fA-F]{2})+");

    private static final JsonTrees TREES = new JsonTrees(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(3)
                    .maxDocumentLength(MAX_LENGTH)
                    .maxStringLength(1024)
                    .maxNameLength(64)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
            .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
            .build());

    /** Copies and checks the PCR numbers. */
    public TpmPolicy {
        SortedMap<Integer, Set<String>> copy = new TreeMap<>();
        allowed.forEach((pcr, values) -> {
            if (pcr < 0 || pcr >= PcrMask.COUNT || pcr == IMA_PCR || pcr == BINDING_PCR) {
                throw new IllegalArgumentException("PCR " + pcr + " cannot be in a tpm_policy");
            }
            copy.put(pcr, Collections.unmodifiableSet(new LinkedHashSet<>(values)));
        });
        allowed = Collections.unmodifiableSortedMap(copy);
    }

    /**
     * Reads what a person wrote: no {@code mask}, one value or a list, any case; values come out in lower case and the
     * mask is made of the PCRs named.
     *
     * @throws TpmPolicyException naming the key that cannot be used
     */
    public static TpmPolicy fromUser(String text) throws TpmPolicyException {
        JsonNode object = read(text);
        if (object.has(MASK)) {
            throw new TpmPolicyException("\"mask\" is made from the PCRs named and cannot be written by hand");
        }
        SortedMap<Integer, Set<String>> allowed = entries(object, true);
        return new TpmPolicy(allowed, maskOf(allowed));
    }

    /**
     * Reads what a tenant posted: values as they are, and {@code mask} as hex text. A missing mask is made from the
     * PCRs named (peers that forget it mean that); a mask that lacks a PCR named is refused, since that PCR could
     * never be judged.
     *
     * @throws TpmPolicyException naming the key that cannot be used
     */
    public static TpmPolicy fromWire(String text) throws TpmPolicyException {
        JsonNode object = read(text);
        SortedMap<Integer, Set<String>> allowed = entries(object, false);
        PcrMask named = maskOf(allowed);
        JsonNode maskNode = object.get(MASK);
        if (maskNode == null) {
            return new TpmPolicy(allowed, named);
        }
        PcrMask mask = mask(maskNode);
        if (!mask.containsAll(named)) {
            throw new TpmPolicyException("mask " + mask.format() + " does not ask for all PCRs named (" + named.format()
                    + "), so they could never be judged");
        }
        return new TpmPolicy(allowed, mask);
    }

    private static PcrMask mask(JsonNode node) throws TpmPolicyException {
        if (!node.isString()) {
            throw new TpmPolicyException("mask must be hex text such as \"0x408000\"");
        }
        PcrMask mask;
        try {
            // Verbatim in every request to the agent, and agents know only a small x.
            if (node.stringValue().startsWith("0X")) {
                throw new TpmPolicyException(
                        "mask " + printable(node.stringValue()) + " begins with 0X, which agents refuse; write 0x");
            }
            mask = PcrMask.parse(node.stringValue());
        } catch (TpmFormatException e) {
            throw new TpmPolicyException("mask is not a 32-bit hex number: " + e.getMessage(), e);
        }
        if (!mask.existing()) {
            throw new TpmPolicyException("mask " + mask.format() + " names PCRs above 23, which no TPM has");
        }
        return mask;
    }

    private static JsonNode read(String text) throws TpmPolicyException {
        if (text.length() > MAX_LENGTH) {
            throw new TpmPolicyException("is " + text.length() + " characters long, more than " + MAX_LENGTH);
        }
        JsonNode node;
        try {
            // Nothing at all is no object either, and no fault of syntax.
            node = text.isBlank() ? null : TREES.read(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new TpmPolicyException("cannot be read: " + e.getMessage(), e);
        }
        if (node == null || !node.isObject()) {
            throw new TpmPolicyException("must be an object of PCR numbers to values, such as {\"7\": [\"ab…\"]}");
        }
        return node;
    }

    private static SortedMap<Integer, Set<String>> entries(JsonNode object, boolean lowerCase)
            throws TpmPolicyException {
        SortedMap<Integer, Set<String>> allowed = new TreeMap<>();
        for (Map.Entry<String, JsonNode> property : object.properties()) {
            if (property.getKey().equals(MASK)) {
                continue;
            }
            int pcr = pcr(property.getKey());
            if (allowed.put(pcr, values(pcr, property.getValue(), lowerCase)) != null) {
                throw new TpmPolicyException("PCR " + pcr + " is named twice");
            }
        }
        return allowed;
    }

    private static int pcr(String key) throws TpmPolicyException {
        boolean digits = !key.isEmpty() && key.length() <= 8 && key.chars().allMatch(c -> c >= '0' && c <= '9');
        int pcr = digits ? Integer.parseInt(key) : -1;
        if (pcr < 0 || pcr >= PcrMask.COUNT) {
            throw new TpmPolicyException("\"" + printable(key) + "\" is no PCR number (0 to 23)");
        }
        if (pcr == IMA_PCR) {
            throw new TpmPolicyException("PCR 10 cannot be named: it is used for IMA");
        }
        if (pcr == BINDING_PCR) {
            throw new TpmPolicyException("PCR 16 cannot be named: it binds the agent's transport key");
        }
        return pcr;
    }

    private static Set<String> values(int pcr, JsonNode node, boolean lowerCase) throws TpmPolicyException {
        Set<String> values = new LinkedHashSet<>();
        if (node.isString()) {
            values.add(value(pcr, node, lowerCase));
        } else if (node.isArray()) {
            for (JsonNode element : node) {
                if (!element.isString()) {
                    throw new TpmPolicyException("PCR " + pcr + " has a value that is no hex text");
                }
                values.add(value(pcr, element, lowerCase));
            }
        } else {
            throw new TpmPolicyException("PCR " + pcr + " must have one hex text or a list of them");
        }
        return values;
    }

    private static String value(int pcr, JsonNode node, boolean lowerCase) throws TpmPolicyException {
        String text = node.stringValue();
        if (!PCR_VALUE.matcher(text).matches() || !HashAlgorithm.isDigestSize(text.length() / 2)) {
            throw new TpmPolicyException("PCR " + pcr + " has the value \"" + printable(text) + "\" of " + text.length()
                    + " characters, which no PCR can have: a value is 40 (sha1), 64 (sha256), 96 (sha384) or 128"
                    + " (sha512) hex digits");
        }
        return lowerCase ? text.toLowerCase(Locale.ROOT) : text;
    }

    private static PcrMask maskOf(SortedMap<Integer, Set<String>> allowed) {
        PcrMask mask = PcrMask.NONE;
        for (int pcr : allowed.keySet()) {
            mask = mask.with(pcr);
        }
        return mask;
    }

    private static String printable(String key) {
        String shortened = key.length() > 20 ? key.substring(0, 20) + "…" : key;
        return shortened.replaceAll("[^\\x20-\\x7e…]", "?");
    }

    /** This policy, asking for further PCRs. */
    public TpmPolicy asking(PcrMask further) {
        return new TpmPolicy(allowed, mask.union(further));
    }

    /** This policy without what it says of these PCRs, which somebody else compares; it asks for the same. */
    public TpmPolicy without(PcrMask judged) {
        if (judged.isEmpty() || allowed.keySet().stream().noneMatch(judged::contains)) {
            return this;
        }
        TreeMap<Integer, Set<String>> left = new TreeMap<>(allowed);
        judged.pcrs().forEach(left::remove);
        return new TpmPolicy(left, mask);
    }

    /** The text for the wire: JSON that is a Python literal too, PCRs ascending, {@code mask} last. */
    public String wireText() {
        ObjectNode object = JsonTrees.object();
        allowed.forEach((pcr, values) -> {
            ArrayNode list = object.putArray(Integer.toString(pcr));
            values.forEach(list::add);
        });
        object.put(MASK, mask.format());
        return new String(TREES.write(object), StandardCharsets.UTF_8);
    }
}
