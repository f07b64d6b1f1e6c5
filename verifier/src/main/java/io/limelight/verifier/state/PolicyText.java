package io.limelight.verifier.state;

import io.limelight.core.tpm.HashAlgorithm;
import java.util.HexFormat;

/**
 * A policy that was checked and is to be stored.
 *
 * @param body UTF-8, exactly as it was posted; not copied
 * @param checksum SHA-256 of it, lower-case hex
 * @param counts whether it is more than a place holder
 */
// Large, written once, never compared.
@SuppressWarnings("ArrayRecordComponent")
public record PolicyText(byte[] body, String checksum, boolean counts) {
    /** With its checksum. */
    public static PolicyText of(byte[] body, boolean counts) {
        return new PolicyText(body, HexFormat.of().formatHex(HashAlgorithm.SHA256.digest(body)), counts);
    }

    /** Its size only. */
    @Override
    public String toString() {
        return "PolicyText[" + checksum + ", " + body.length + " bytes]";
    }
}
