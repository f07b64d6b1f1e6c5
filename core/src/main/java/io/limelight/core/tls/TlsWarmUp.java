package io.limelight.core.tls;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;

/**
 * Writes the first message of a TLS handshake, to nobody, while the program is still reading its configuration.
 *
 * <p>The first ClientHello of a JVM takes a third of a second: some hundred classes, and for the key shares the tables of
 * P-256 and the arithmetic of X25519 in code that no compiler has seen. All of it has to be done before the first real
 * connection; begun at once it is done beside the rest. Nothing depends on it: no connection is opened, the key shares are
 * forgotten, and if it fails the first real handshake is merely as slow as it would have been.
 */
public final class TlsWarmUp {
    private TlsWarmUp() {}

    /** Begins, on a thread that does not keep the program alive. */
    public static void begin() {
        Thread.ofPlatform().daemon().name("tls-warm-up").start(() -> {
            try {
                sayHello();
            } catch (GeneralSecurityException | SSLException | RuntimeException e) {
                // The connections that matter will say what is wrong, with the name of the peer.
                return;
            }
        });
    }

    /** The bytes of a ClientHello. */
    static ByteBuffer sayHello() throws GeneralSecurityException, SSLException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(new KeyManager[0], new TrustManager[0], null);
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(true);
        ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), hello);
        return hello.flip();
    }
}
