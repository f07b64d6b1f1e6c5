package io.limelight.console.policies;

import io.limelight.core.json.WireJson;
import io.limelight.core.policy.TpmPolicy;
import io.limelight.core.policy.TpmPolicyException;
import io.limelight.core.tpm.PcrMask;
import java.util.Collections;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a TPM policy says, so that two that say the same are equal: values in lower case and in order. Which further PCRs a machine is asked
 * for (its {@code mask}) says nothing of their values and follows from its other policies, so it is no part of this.
 *
 * @param allowed PCR number to the values it may have
 */
public record PcrContent(SortedMap<Integer, SortedSet<String>> allowed) {
    /** It names no PCR. */
    public static final PcrContent NOTHING = new PcrContent(Collections.emptySortedMap());

    /** Copies. */
    public PcrContent {
        SortedMap<Integer, SortedSet<String>> copy = new TreeMap<>();
        allowed.forEach((pcr, values) -> {
            SortedSet<String> lower = new TreeSet<>();
            values.forEach(value -> lower.add(value.toLowerCase(Locale.ROOT)));
            copy.put(pcr, Collections.unmodifiableSortedSet(lower));
        });
        allowed = Collections.unmodifiableSortedMap(copy);
    }

    /** Of a policy. */
    public static PcrContent of(TpmPolicy policy) {
        SortedMap<Integer, SortedSet<String>> allowed = new TreeMap<>();
        policy.allowed().forEach((pcr, values) -> allowed.put(pcr, new TreeSet<>(values)));
        return new PcrContent(allowed);
    }

    /** Of a text as it travels; empty where a verifier could not judge by it. */
    public static Optional<PcrContent> of(String wire) {
        if (wire.isBlank()) {
            return Optional.of(NOTHING);
        }
        try {
            return Optional.of(of(TpmPolicy.fromWire(wire)));
        } catch (TpmPolicyException e) {
            return Optional.empty();
        }
    }

    /** Whether any PCR is named. */
    public boolean isEmpty() {
        return allowed.isEmpty();
    }

    /** The policy, asking for the PCRs it names. */
    public TpmPolicy policy() {
        SortedMap<Integer, Set<String>> values = new TreeMap<>();
        PcrMask mask = PcrMask.NONE;
        for (var each : allowed.entrySet()) {
            values.put(each.getKey(), each.getValue());
            mask = mask.with(each.getKey());
        }
        return new TpmPolicy(values, mask);
    }

    /** The text of the policy, as it travels. */
    public String text() {
        return policy().wireText();
    }

    /** As people write it: without a mask. */
    public String userText() {
        ObjectNode object = WireJson.object();
        allowed.forEach((pcr, values) -> {
            ArrayNode list = object.putArray(Integer.toString(pcr));
            values.forEach(list::add);
        });
        return WireJson.compactText(object);
    }

    /** The PCRs, for people: {@code 0, 2, 7}. */
    public String pcrs() {
        return String.join(", ", allowed.keySet().stream().map(String::valueOf).toList());
    }
}
