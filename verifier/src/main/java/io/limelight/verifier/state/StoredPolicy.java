package io.limelight.verifier.state;

import org.jspecify.annotations.Nullable;

/**
 * A policy as the database has it.
 *
 * @param body UTF-8, as it was posted; not copied
 * @param tpmPolicy that was posted with it, JSON text; nobody judges by it
 */
// Large, read once, never compared.
@SuppressWarnings("ArrayRecordComponent")
public record StoredPolicy(
        String name, byte[] body, @Nullable String tpmPolicy) {
    /** Its size only. */
    @Override
    public String toString() {
        return "StoredPolicy[" + name + ", " + body.length + " bytes]";
    }
}
