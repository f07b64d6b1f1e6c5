package io.limelight.core.appraisal.ima;

import io.limelight.core.ima.ImaKeyring;
import io.limelight.core.policy.runtime.RuntimePolicy;
import io.limelight.core.tpm.Octets;
import java.util.List;
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

    /** As a verifier judges: by a policy and its own keys. */
    public static ImaReference of(RuntimePolicy policy, List<Octets> bootAggregates, Tomtou tomtou) {
        return new ImaReference(Optional.of(policy), Optional.of(policy.verificationKeys()), bootAggregates, tomtou);
    }
}
