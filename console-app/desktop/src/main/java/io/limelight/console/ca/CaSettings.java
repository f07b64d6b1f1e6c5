package io.limelight.console.ca;

import io.limelight.core.ca.CaName;
import io.limelight.core.ca.CertificateSubject;
import io.limelight.core.config.ComponentConfig;
import io.limelight.core.config.ConfigException;
import io.limelight.core.listen.ListenSettings;
import io.limelight.core.tls.TlsSetupException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What {@code ca.conf} says.
 *
 * @param subject about new certificates
 * @param listen about publishing the CRL and taking notices
 */
public record CaSettings(CertificateSubject subject, ListenSettings listen) {
    /** Reads it; files that it names for listening are read as well. */
    public static CaSettings of(ComponentConfig ca, Path folder) throws ConfigException, TlsSetupException {
        return new CaSettings(
                CertificateSubject.of(ca),
                ListenSettings.of(
                        ca,
                        CaName.NOTIFIER,
                        new ListenSettings.Given(
                                ca.port("listen_port"),
                                ca.port("webhook_port"),
                                Optional.empty(),
                                Optional.empty(),
                                false),
                        folder));
    }
}
