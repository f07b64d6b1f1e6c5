package io.limelight.console.profile;

import java.nio.file.Path;
import java.util.Optional;

/** Where a profile's addresses and keys come from. */
public sealed interface ProfileSource {
    /**
     * Keylime's own configuration.
     *
     * @param tenantConf the file; empty: the usual places
     * @param workDir what {@code KEYLIME_DIR} would say; empty: {@code /var/lib/keylime}
     */
    record Configuration(Optional<Path> tenantConf, Optional<Path> workDir) implements ProfileSource {}

    /**
     * Typed by a person.
     *
     * @param verifierHost name or address
     * @param verifierPort its port
     * @param registrarHost name or address
     * @param registrarPort its TLS port
     * @param tlsFolder holds the files below
     * @param clientKey file in the folder, or a path; empty: {@code client-private.pem}
     * @param clientCertificate file in the folder, or a path; empty: {@code client-cert.crt}
     * @param trustedCa file in the folder, or a path; empty: {@code cacert.crt}
     */
    record Typed(
            String verifierHost,
            int verifierPort,
            String registrarHost,
            int registrarPort,
            Path tlsFolder,
            String clientKey,
            String clientCertificate,
            String trustedCa)
            implements ProfileSource {}
}
