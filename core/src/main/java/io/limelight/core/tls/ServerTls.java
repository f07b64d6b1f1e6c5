package io.limelight.core.tls;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/**
 * A server's side of TLS.
 *
 * @param identity what the server proves itself with
 * @param clients whose client certificates are accepted
 * @param clientAuth whether a client must show one
 * @param observers further certificates that are accepted, under whatever CA, for reading only
 */
public record ServerTls(KeyMaterial identity, TrustedCas clients, ClientAuth clientAuth, CertificatePins observers) {
    /** Without observers. */
    public ServerTls(KeyMaterial identity, TrustedCas clients, ClientAuth clientAuth) {
        this(identity, clients, clientAuth, CertificatePins.NONE);
    }

    /** What is asked of a client. */
    public enum ClientAuth {
        /** Requested; without one the connection is anonymous, with a bad one it is refused. */
        REQUESTED,
        /** No certificate, no connection. */
        REQUIRED
    }

    /** The same with observers. */
    public ServerTls observedBy(CertificatePins pins) {
        return new ServerTls(identity, clients, clientAuth, pins);
    }

    /** Whether this certificate is an observer's, whoever issued it. */
    public boolean isObserver(X509Certificate certificate) {
        return observers.contain(certificate);
    }

    /** A context for the server socket. */
    public SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    new KeyManager[] {new FixedKeyManager(identity)},
                    new TrustManager[] {observers.orElse(clients.trustManager())},
                    null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has TLS", e);
        }
    }
}
