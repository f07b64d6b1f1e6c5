package io.limelight.console.profile;

import io.limelight.core.tenant.TenantSettings;
import java.nio.file.Path;
import java.util.List;

/**
 * What a profile means, ready to connect.
 *
 * @param settings as the tenant uses them
 * @param clientKey file of the private key, for sentences
 * @param clientCertificate file of the certificate shown
 * @param trusted files of the CAs that vouch for the servers
 * @param warnings what the configuration's reader had to say
 */
public record Connection(
        TenantSettings settings, Path clientKey, Path clientCertificate, List<Path> trusted, List<String> warnings) {
    /** Copies. */
    public Connection {
        trusted = List.copyOf(trusted);
        warnings = List.copyOf(warnings);
    }
}
