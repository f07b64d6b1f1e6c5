package io.limelight.core.policy.boot;

import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.uefi.BootEvent;
import java.util.Map;
import java.util.Optional;

/**
 * Digests of one thing in several banks.
 *
 * @param byBank lower-case hex per bank name, without {@code 0x}
 */
record ReferenceDigests(Map<String, String> byBank) {
    ReferenceDigests {
        byBank = Map.copyOf(byBank);
    }

    static ReferenceDigests sha256(String hex) {
        return new ReferenceDigests(Map.of(HashAlgorithm.SHA256.wireName(), hex));
    }

    Optional<String> in(HashAlgorithm bank) {
        return Optional.ofNullable(byBank.get(bank.wireName()));
    }

    /** Whether the event has this digest in the bank that is proved. */
    boolean matches(BootEvent event, HashAlgorithm bank) {
        return in(bank).isPresent() && in(bank).equals(event.digest(bank).map(value -> value.hex()));
    }
}
