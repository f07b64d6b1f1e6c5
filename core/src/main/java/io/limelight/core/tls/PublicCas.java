package io.limelight.core.tls;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The authorities this machine trusts: the operating system's bundle, where administrators add their own, else the list
 * that comes with the Java runtime.
 */
final class PublicCas {
    private static final Logger LOG = LoggerFactory.getLogger(PublicCas.class);

    /** Debian and its kin; Fedora and its kin; SUSE; Alpine. */
    private static final List<String> BUNDLES = List.of(
            "etc/ssl/certs/ca-certificates.crt",
            "etc/pki/tls/certs/ca-bundle.crt",
            "etc/ssl/ca-bundle.pem",
            "etc/ssl/cert.pem");

    private PublicCas() {}

    /**
     * Their trust.
     *
     * @param root what {@code /} means
     */
    static X509ExtendedTrustManager trust(Path root) {
        return bundle(root).map(TrustedCas::trustManager).orElseGet(PublicCas::ofTheRuntime);
    }

    private static Optional<TrustedCas> bundle(Path root) {
        for (String name : BUNDLES) {
            Path file = root.resolve(name);
            if (Files.isRegularFile(file)) {
                try {
                    return Optional.of(TrustedCas.read(List.of(file)));
                } catch (TlsSetupException e) {
                    LOG.warn("the list of public certificate authorities cannot be used: {}", e.getMessage());
                }
            }
        }
        return Optional.empty();
    }

    private static X509ExtendedTrustManager ofTheRuntime() {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            @Nullable KeyStore standard = null;
            factory.init(standard);
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509ExtendedTrustManager extended) {
                    return extended;
                }
            }
        } catch (GeneralSecurityException e) {
            LOG.warn("the Java runtime has no list of public certificate authorities", e);
        }
        return TrustedCas.NONE.trustManager();
    }
}
