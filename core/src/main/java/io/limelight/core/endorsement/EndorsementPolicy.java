package io.limelight.core.endorsement;

import java.util.Optional;

/**
 * What an administrator wants to see before a machine's EK is believed.
 *
 * @param certificates the check of EK certificates; empty if none is required ({@code require_ek_cert = False})
 * @param script the administrator's own program ({@code ek_check_script})
 */
public record EndorsementPolicy(Optional<EkCertificateCheck> certificates, Optional<EkCheckScript> script) {
    /** True if every EK is accepted, that of an emulator too. */
    public boolean acceptsAnything() {
        return certificates.isEmpty() && script.isEmpty();
    }
}
