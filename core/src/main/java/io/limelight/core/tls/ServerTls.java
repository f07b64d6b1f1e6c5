package io.limelight.core.tls;

import java.security.GeneralSecurityException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/**
 * A server's side of TLS.
 *
 * @param identity what the server proves itself with
 * @param clients whose client certificates are accepted
 * @param clientAuth whether a client must show one
 */
public record ServerTls(KeyMaterial identity, TrustedCas clients, ClientAuth clientAuth) {
    /** What is asked of a client. */
    public enum ClientAuth {
        /** Nothing. */
        NONE,
        /** Requested; without one the connection is anonymous, with a bad one it is refused. */
        REQUESTED,
        /** No certificate, no connection. */
        REQUIRED
    }

    /** A context for the server socket. */
    public SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    new KeyManager[] {new FixedKeyManager(identity)},
                    new TrustManager[] {clients.trustManager()},
                    null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has TLS", e);
        }
    }
}
