package io.limelight.core.tenant;

import java.util.Optional;

/**
 * A file of a payload.
 *
 * @param name path in the archive
 * @param size in bytes; 0 for one that is made when it is sent
 * @param sha256 of its content, hex; empty for one that is made when it is sent
 */
public record PackedFile(String name, long size, Optional<String> sha256) {
    /** Whether it is made when it is sent: a certificate, a key, a CRL. */
    public boolean generated() {
        return sha256.isEmpty();
    }
}
