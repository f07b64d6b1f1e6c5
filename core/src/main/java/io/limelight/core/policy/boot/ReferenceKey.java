package io.limelight.core.policy.boot;

import io.limelight.core.uefi.SignatureEntry;

/**
 * A key or hash of Secure Boot.
 *
 * @param owner GUID of who added it, as text
 * @param data lower-case hex, without {@code 0x}
 */
record ReferenceKey(String owner, String data) {
    static ReferenceKey of(SignatureEntry entry) {
        return new ReferenceKey(entry.owner().text(), entry.data().hex());
    }
}
