package io.limelight.core.policy.boot;

import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import io.limelight.core.uefi.BootEvent;
import io.limelight.core.uefi.EventBody;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Whether an event's data is what was measured. The TPM vouches for digests alone; the machine that is judged writes the
 * data beside them and may write anything, so data is believed only where its own hash is the digest.
 */
final class MeasuredText {
    /** What GRUB writes before what it measured. */
    static final String GRUB_COMMAND = "grub_cmd: ";

    /** The same for the kernel's command line. */
    static final String COMMAND_LINE = "kernel_cmdline: ";

    private final HashAlgorithm bank;
    private final MessageDigest digest;

    MeasuredText(HashAlgorithm bank) {
        this.bank = bank;
        this.digest = bank.newDigest();
    }

    /** Whether all of the event's data was measured. */
    boolean isMeasured(BootEvent event) {
        return hashIs(event, event.data());
    }

    /** Whether the structure of a variable was measured (PFP 1.06 §10.4.2), whatever follows it in the record. */
    boolean isMeasured(BootEvent event, EventBody.Variable variable) {
        int structure = 32 + 2 * variable.nameLength() + variable.data().length();
        return hashIs(event, event.data().window(0, structure));
    }

    /** Whether the text after a label, without the terminating NUL, was measured: GRUB's way. */
    boolean isMeasuredAfter(BootEvent event, String label) {
        Octets data = event.data();
        int length = data.length();
        int end = length > 0 && data.unsignedAt(length - 1) == 0 ? length - 1 : length;
        int start = label.length();
        return start <= end && hashIs(event, data.window(start, end - start));
    }

    /** Whether this text in UTF-16 was measured: load options of an image. */
    boolean isMeasured(BootEvent event, String loadOptions) {
        return hashIs(event, Octets.copyOf(loadOptions.getBytes(StandardCharsets.UTF_16LE)));
    }

    /** Whether these bytes were measured. */
    boolean isMeasured(BootEvent event, Octets bytes) {
        return hashIs(event, bytes);
    }

    private boolean hashIs(BootEvent event, Octets measured) {
        measured.addTo(digest);
        byte[] hash = digest.digest();
        return event.digest(bank)
                .filter(value -> Arrays.equals(value.toByteArray(), hash))
                .isPresent();
    }
}
