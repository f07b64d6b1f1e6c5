package io.limelight.core.policy.boot;

import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.uefi.BootEvent;
import io.limelight.core.uefi.BootLog;
import java.util.List;
import java.util.Optional;

/**
 * Keylime's policy {@code example}: every event must be of a kind it knows, the Secure Boot variables must hold no key but
 * the reference state's, and the firmware, boot loaders, kernel, initrd and command line must be one of those named there.
 *
 * <p>It gives Keylime's verdicts with one difference: digests are compared in the bank the quote proves. Keylime takes any
 * digest of an event, also of a bank that nobody vouches for. Reference states made by its tools hold SHA-256 alone, so with a
 * quote of another bank this policy rejects and says why.
 *
 * <p>It judges texts it has no proof of (a command line need not be what was measured) and it rejects what current kernels
 * log; {@link UefiLinuxTest} does neither.
 */
final class ExampleTest implements BootTest {
    private final ReferenceState reference;

    ExampleTest(ReferenceState reference) {
        this.reference = reference;
    }

    @Override
    public List<BootFinding> judge(BootLog log, HashAlgorithm bank) {
        ExampleEvents events = new ExampleEvents(reference, bank);
        for (BootEvent event : log.events()) {
            Optional<String> reason = events.refuse(event);
            if (reason.isPresent()) {
                return List.of(new BootFinding(
                        "Event " + event.number() + " (" + EventRole.typeName(event) + " in PCR " + event.pcr() + ", "
                                + EventRole.describe(event) + "): " + reason.get() + ".",
                        List.of(
                                "The boot differs from the one the reference state was made from",
                                "The policy example does not know what this machine's firmware, boot loader or kernel"
                                        + " logs; uefi-linux does"),
                        List.of(event.number())));
            }
        }
        return events.refuseWhole().map(List::of).orElse(List.of());
    }
}
