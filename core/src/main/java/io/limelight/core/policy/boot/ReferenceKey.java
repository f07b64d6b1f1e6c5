package io.limelight.core.policy.boot;

import io.limelight.core.tpm.Octets;
import io.limelight.core.uefi.SignatureEntry;

/**
 * A key or hash of Secure Boot.
 *
 * @param owner GUID of who added it, as text
 * @param data a certificate in DER, or a hash
 */
record ReferenceKey(String owner, Octets data) {
    static ReferenceKey of(SignatureEntry entry) {
        return new ReferenceKey(entry.owner().text(), entry.data());
    }
}
