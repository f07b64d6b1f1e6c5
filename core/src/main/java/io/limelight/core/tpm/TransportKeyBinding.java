package io.limelight.core.tpm;

import java.nio.charset.StandardCharsets;

/**
 * The value of PCR 16 that ties an agent's transport key to its TPM.
 *
 * <p>Before every quote the agent resets PCR 16 and extends it with the hash of the PEM text of its transport key. The
 * text is hashed exactly as it is sent, line ends and final newline included, so both sides must use the very string.
 */
public final class TransportKeyBinding {
    private TransportKeyBinding() {}

    /** What is extended into PCR 16: H(pem as UTF-8). */
    public static Octets measurement(HashAlgorithm bank, String pem) {
        return Octets.wrap(bank.digest(pem.getBytes(StandardCharsets.UTF_8)));
    }

    /** PCR 16 afterwards: H(zeros ‖ H(pem)). */
    public static Octets pcr16(HashAlgorithm bank, String pem) {
        return Octets.wrap(
                bank.digest(new byte[bank.digestSize()], measurement(bank, pem).readOnlyArray()));
    }
}
