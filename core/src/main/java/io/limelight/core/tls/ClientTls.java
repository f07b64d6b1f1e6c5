package io.limelight.core.tls;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * A client's side of TLS: a context and the trust manager it was made with (OkHttp wants both). Connections should also
 * skip host names, which {@link TrustedCas} explains.
 *
 * @param context for socket factories
 * @param trustManager what decides about the server's certificate
 */
public record ClientTls(SSLContext context, X509ExtendedTrustManager trustManager) {

    /** Trusts servers under the given authorities; presents the identity when there is one. */
    public static ClientTls trusting(TrustedCas authorities, Optional<KeyMaterial> identity) {
        return of(authorities.trustManager(), keyManagers(identity));
    }

    /**
     * Trusts servers under the given authorities whatever they are called, and servers under the authorities this machine
     * trusts if their certificate names the host.
     *
     * @param root what {@code /} means: where the operating system's list is looked for
     */
    public static ClientTls trustingPublicly(TrustedCas authorities, Path root, Optional<KeyMaterial> identity) {
        return of(new PublicTrust(authorities.trustManager(), PublicCas.trust(root)), keyManagers(identity));
    }

    /** Trusts exactly this certificate while it is valid. */
    public static ClientTls pinned(X509Certificate certificate, Optional<KeyMaterial> identity, InstantSource clock) {
        return pinned(certificate, keyManagers(identity), clock);
    }

    /** As {@link #pinned(X509Certificate, Optional, InstantSource)} with key managers shared by many contexts. */
    public static ClientTls pinned(X509Certificate certificate, KeyManager[] identity, InstantSource clock) {
        try {
            return of(new PinnedTrust(certificate.getEncoded(), clock), identity);
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException("certificate without an encoding", e);
        }
    }

    /** Key managers for the identity, to be shared between contexts. */
    public static KeyManager[] keyManagers(Optional<KeyMaterial> identity) {
        return identity.map(material -> new KeyManager[] {new FixedKeyManager(material)})
                .orElse(new KeyManager[0]);
    }

    private static ClientTls of(X509ExtendedTrustManager trust, KeyManager[] identity) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(identity, new TrustManager[] {trust}, null);
            return new ClientTls(context, trust);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has TLS", e);
        }
    }
}
