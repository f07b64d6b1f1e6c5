package io.limelight.core.ca;

import io.limelight.core.secret.SecretBytes;
import io.limelight.core.tls.KeyPairs;
import io.limelight.core.tls.PemFiles;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;

/**
 * Takes over a CA that was made elsewhere: its private key goes into a keystore, so that certificates can be issued and
 * revoked with it ({@code keylime_ca -c import-priv}). The CA's certificate is put into the folder as {@code cacert.crt} by
 * hand, before or after.
 */
public final class KeyImport {
    private final CertificateAuthority ca;

    /** Into the folder of this CA. */
    public KeyImport(CertificateAuthority ca) {
        this.ca = ca;
    }

    /**
     * Imports.
     *
     * @param file private key in PEM, without a password
     * @param lastSerial last serial number the CA has issued; the next one is issued first
     * @param force replaces another CA key that the keystore holds
     * @return whether the folder is a complete CA by now; otherwise {@code cacert.crt} is still missing
     */
    public boolean run(Path file, BigInteger lastSerial, SecretBytes password, boolean force) throws CaException {
        CertificateAuthority.requirePassword(password);
        if (lastSerial.signum() <= 0) {
            throw new CaException("serial number " + lastSerial
                    + " cannot be the last one issued; the CA's own certificate is 1 or higher");
        }
        if (!Files.isRegularFile(file)) {
            throw new CaException("the private key " + file + " is not there; name its file with -f");
        }
        try (SecretBytes pem = PrivateKeys.read(file)) {
            PrivateKey key = PrivateKeys.parse(pem, file.toString());
            ca.folder().create();
            return ca.folder().exclusively(() -> into(keystore(password, key, lastSerial, force), key, file));
        }
    }

    private Keystore keystore(SecretBytes password, PrivateKey key, BigInteger lastSerial, boolean force)
            throws CaException {
        Path file = ca.folder().file(CaFiles.KEYSTORE);
        if (!Files.exists(file)) {
            Keystore fresh = Keystore.fresh(password, ca.random());
            fresh.lastSerial(lastSerial);
            return fresh;
        }
        Keystore there = Keystore.open(file, password);
        boolean accepted = false;
        try {
            boolean sameKey = Arrays.equals(there.caKey().getEncoded(), key.getEncoded());
            if (!sameKey && !force) {
                throw new CaException(file + " holds the key of another CA already; --force replaces it, and the"
                        + " certificates of that CA can then be revoked no more");
            }
            BigInteger before = there.lastSerial();
            if (sameKey && before.compareTo(lastSerial) > 0) {
                throw new CaException("the last serial number of this CA is " + before + " already; with " + lastSerial
                        + " numbers would be given twice");
            }
            there.lastSerial(lastSerial);
            accepted = true;
            return there;
        } finally {
            if (!accepted) {
                there.close();
            }
        }
    }

    private boolean into(Keystore given, PrivateKey key, Path source) throws CaException, IOException {
        try (Keystore keystore = given;
                FolderChange change = ca.folder().change()) {
            byte[] pem = PemFiles.privateKey(key, new char[0]);
            try {
                keystore.caKey(pem);
            } finally {
                Arrays.fill(pem, (byte) 0);
            }
            boolean complete = Files.exists(ca.folder().file(CaFiles.CERTIFICATE));
            if (complete) {
                X509Certificate certificate = ca.caCertificate();
                if (!KeyPairs.match(key, certificate.getPublicKey())) {
                    throw new CaException(source + " is not the key of "
                            + ca.folder().file(CaFiles.CERTIFICATE) + "; nothing was changed");
                }
                change.put(
                        CaFiles.PUBLIC_KEY, CertificateAuthority.ascii(PemFiles.publicKey(certificate.getPublicKey())));
                Issuer issuer = Issuer.of(certificate, key, ca.subject());
                ca.crl(keystore, issuer, ca.revocations(keystore, issuer, ca.now()), ca.now(), change);
            }
            change.put(CaFiles.KEYSTORE, keystore.sealed(ca.random())).commit();
            return complete;
        }
    }
}
