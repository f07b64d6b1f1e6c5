package io.limelight.core.tenant;

import io.limelight.core.api.PolicyName;
import java.nio.file.Path;
import java.util.Optional;

/** By which runtime (IMA) policy a machine shall be judged. */
public sealed interface RuntimePolicyChoice {
    /** None: its IMA list is not asked for. */
    record None() implements RuntimePolicyChoice {}

    /**
     * One the verifier has.
     *
     * @param name its name there
     */
    record Stored(PolicyName name) implements RuntimePolicyChoice {}

    /**
     * One to send, bare or in an envelope.
     *
     * @param source where it is
     * @param checksum SHA-256 it must have, hex
     * @param signer public key it must be signed with
     * @param name name to store it under; empty for one of this machine alone
     */
    record Given(DocumentSource source, Optional<String> checksum, Optional<Path> signer, Optional<PolicyName> name)
            implements RuntimePolicyChoice {}

    /**
     * What came before policies, to be converted.
     *
     * @param list digests and paths, text or JSON
     * @param excludes expressions, one a line
     * @param name name to store it under; empty for one of this machine alone
     */
    record Allowlist(DocumentSource list, Optional<Path> excludes, Optional<PolicyName> name)
            implements RuntimePolicyChoice {}

    /** The name in it. */
    default Optional<PolicyName> policyName() {
        return switch (this) {
            case None none -> Optional.empty();
            case Stored stored -> Optional.of(stored.name());
            case Given given -> given.name();
            case Allowlist allowlist -> allowlist.name();
        };
    }
}
