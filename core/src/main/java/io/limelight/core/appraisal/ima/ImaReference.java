package io.limelight.core.appraisal.ima;

import io.limelight.core.ima.ImaKeyring;
import io.limelight.core.policy.runtime.RuntimePolicy;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a list is judged by.
 *
 * @param policy empty if only the list's own consistency counts
 * @param keys the administrator's keys for signatures; empty (not: a keyring without keys) if signatures are not looked at
 * @param bootAggregates digests that {@code boot_aggregate} may have besides those of the policy: computed from a boot log
 * @param tomtou what violations mean
 */
public record ImaReference(
        Optional<RuntimePolicy> policy, Optional<ImaKeyring> keys, List<Octets> bootAggregates, Tomtou tomtou) {
    /** Copies the list. */
    public ImaReference {
        bootAggregates = List.copyOf(bootAggregates);
    }

    /** The same, with what a boot log leads to, by bank, in hex. */
    public ImaReference withAggregatesOf(Map<HashAlgorithm, List<String>> bootLog) {
        if (bootLog.isEmpty()) {
            return this;
        }
        List<Octets> all = new ArrayList<>(bootAggregates);
        bootLog.values().forEach(values -> values.forEach(hex -> all.add(Octets.ofHex(hex))));
        return new ImaReference(policy, keys, all, tomtou);
    }

    /** As a verifier judges: by a policy and its own keys. */
    public static ImaReference of(RuntimePolicy policy, List<Octets> bootAggregates, Tomtou tomtou) {
        return new ImaReference(Optional.of(policy), Optional.of(policy.verificationKeys()), bootAggregates, tomtou);
    }
}
