package io.limelight.core.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * The certificate authorities one side accepts; the operating system's own list is consulted by {@link PublicCas}
 * alone.
 *
 * @param certificates trust anchors
 */
public record TrustedCas(List<X509Certificate> certificates) {
    /** Trusts nobody. */
    public static final TrustedCas NONE = new TrustedCas(List.of());

    public TrustedCas {
        certificates = List.copyOf(certificates);
    }

    /** Every certificate of every file. */
    public static TrustedCas read(List<Path> files) throws TlsSetupException {
        List<X509Certificate> all = new ArrayList<>();
        for (Path file : files) {
            all.addAll(PemFiles.readCertificates(file));
        }
        return new TrustedCas(all);
    }

    /**
     * Path validation (RFC 5280 §6) against these anchors. Names of hosts are not compared: Keylime's certificates do not
     * carry them reliably (see the wire reference, TLS).
     */
    X509ExtendedTrustManager trustManager() {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            for (int i = 0; i < certificates.size(); i++) {
                store.setCertificateEntry("ca" + i, certificates.get(i));
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(store);
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509ExtendedTrustManager extended) {
                    return extended;
                }
            }
            throw new IllegalStateException("PKIX gives an X509ExtendedTrustManager");
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("a store in memory needs nothing from outside", e);
        }
    }
}
