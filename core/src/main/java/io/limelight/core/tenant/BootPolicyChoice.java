package io.limelight.core.tenant;

import io.limelight.core.api.PolicyName;
import java.nio.file.Path;
import java.util.Optional;

/** By which measured boot policy (reference state) a machine shall be judged. */
public sealed interface BootPolicyChoice {
    /** None: its boot log is not asked for. */
    record None() implements BootPolicyChoice {}

    /**
     * One the verifier has.
     *
     * @param name its name there
     */
    record Stored(PolicyName name) implements BootPolicyChoice {}

    /**
     * One to send.
     *
     * @param file reference state, JSON
     * @param name name to store it under; empty for one of this machine alone
     */
    record Given(Path file, Optional<PolicyName> name) implements BootPolicyChoice {}

    /** The name in it. */
    default Optional<PolicyName> policyName() {
        return switch (this) {
            case None none -> Optional.empty();
            case Stored stored -> Optional.of(stored.name());
            case Given given -> given.name();
        };
    }
}
