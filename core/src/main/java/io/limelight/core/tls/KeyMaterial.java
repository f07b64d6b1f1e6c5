package io.limelight.core.tls;

import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What one side of a TLS connection proves itself with.
 *
 * @param key the private key
 * @param chain its certificate first, then issuers
 */
public record KeyMaterial(PrivateKey key, List<X509Certificate> chain) {
    public KeyMaterial {
        chain = List.copyOf(chain);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("a key needs a certificate");
        }
    }

    /**
     * Reads key and certificate and checks that they belong together.
     *
     * @param password empty when the key is not encrypted
     */
    public static KeyMaterial read(Path keyFile, Path certificateFile, char[] password) throws TlsSetupException {
        PrivateKey key = PemFiles.readPrivateKey(keyFile, password);
        KeyMaterial material = new KeyMaterial(key, PemFiles.readCertificates(certificateFile));
        if (!KeyPairs.match(key, material.certificate().getPublicKey())) {
            throw new TlsSetupException(certificateFile + " does not belong to the key in " + keyFile);
        }
        return material;
    }

    /** A key that is in memory, and its certificate in a file; checks that they belong together. */
    public static KeyMaterial of(PrivateKey key, Path certificateFile) throws TlsSetupException {
        KeyMaterial material = new KeyMaterial(key, PemFiles.readCertificates(certificateFile));
        if (!KeyPairs.match(key, material.certificate().getPublicKey())) {
            throw new TlsSetupException(certificateFile + " does not belong to the key");
        }
        return material;
    }

    /** The end-entity certificate. */
    public X509Certificate certificate() {
        return chain.getFirst();
    }

    /** Names the subject, never the key. */
    @Override
    public String toString() {
        return "KeyMaterial[" + certificate().getSubjectX500Principal() + "]";
    }
}
