package io.limelight.core.ca;

import io.limelight.core.secret.SecretBytes;
import io.limelight.core.tls.KeyPairs;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.util.Optional;
import java.util.Set;

/** What a CA folder holds under a name, and whether it is still good for use. */
final class Holdings {
    private final CertificateAuthority ca;

    Holdings(CertificateAuthority ca) {
        this.ca = ca;
    }

    /** What was found; closing it clears the key. */
    sealed interface Finding extends AutoCloseable {
        @Override
        void close();

        /** Certificate and key, good for use; {@code lost} if the key had to be fetched from the keystore. */
        record Kept(X509Certificate certificate, SecretBytes key, boolean lost) implements Finding {
            @Override
            public void close() {
                key.close();
            }
        }

        /** Something has to be issued; why, if there was something before, and which serial nobody can use any more. */
        record Needed(Optional<String> why, Optional<BigInteger> useless) implements Finding {
            @Override
            public void close() {
                // Nothing is there.
            }
        }
    }

    /**
     * What there is of a machine.
     *
     * @param keystore where its key may be too
     */
    Finding machine(CaName name, Set<BigInteger> revoked, Optional<Keystore> keystore) throws CaException {
        if (!Files.exists(ca.folder().file(name.certificateFile()))) {
            return new Finding.Needed(Optional.empty(), Optional.empty());
        }
        X509Certificate certificate = ca.certificate(name);
        Issuer.requireCommonName(certificate, name, ca.folder().file(name.certificateFile()));
        BigInteger serial = certificate.getSerialNumber();
        if (revoked.contains(serial)) {
            return new Finding.Needed(
                    Optional.of("the former one (serial " + serial + ") is revoked"), Optional.empty());
        }
        if (!ca.now().isBefore(certificate.getNotAfter().toInstant())) {
            return new Finding.Needed(
                    Optional.of("the former one (serial " + serial + ") expired on "
                            + certificate.getNotAfter().toInstant()),
                    Optional.empty());
        }
        return kept(name, certificate, keystore)
                .orElseGet(() -> new Finding.Needed(
                        Optional.of("the private key of the former one (serial " + serial
                                + ", now revoked as superseded) is gone"),
                        Optional.of(serial)));
    }

    /** What there is of the notifier. */
    Finding notifier(Set<BigInteger> revoked, Optional<Keystore> keystore) throws CaException {
        CaName name = CaName.NOTIFIER;
        if (!Files.exists(ca.folder().file(name.certificateFile()))) {
            return new Finding.Needed(Optional.empty(), Optional.empty());
        }
        X509Certificate certificate = ca.certificate(name);
        requireNotRevoked(certificate, revoked);
        if (!(certificate.getPublicKey() instanceof RSAPublicKey key)
                || key.getModulus().bitLength() > CertificateAuthority.MAX_KEY_BITS) {
            throw new CaException(ca.folder().file(name.certificateFile()) + " is not of an RSA key of at most "
                    + CertificateAuthority.MAX_KEY_BITS
                    + " bits, which notices have to be signed with; move it away with its key to have another made");
        }
        return kept(name, certificate, keystore)
                .orElseGet(
                        () -> new Finding.Needed(Optional.of("the key of the former one is gone"), Optional.empty()));
    }

    /** Nobody should believe a notifier that is revoked. */
    void requireNotRevoked(X509Certificate notifier, Set<BigInteger> revoked) throws CaException {
        if (revoked.contains(notifier.getSerialNumber())) {
            throw new CaException("the certificate of " + CaName.NOTIFIER + " in " + ca.path() + " (serial "
                    + notifier.getSerialNumber()
                    + ") is revoked, so nobody should believe notices signed with it; make a new CA in another folder,"
                    + " or move " + CaName.NOTIFIER.certificateFile() + " and " + CaName.NOTIFIER.privateFile()
                    + " away to have another made, and send every machine a package anew");
        }
    }

    /** The certificate with its key, from its file or from the keystore. */
    private Optional<Finding> kept(CaName name, X509Certificate certificate, Optional<Keystore> keystore)
            throws CaException {
        Path file = ca.folder().file(name.privateFile());
        if (Files.exists(file)) {
            Optional<Finding> beside = fitting(PrivateKeys.read(file), certificate, name, false);
            if (beside.isPresent()) {
                return beside;
            }
        }
        Optional<SecretBytes> stored = keystore.flatMap(store -> store.key(name));
        return stored.isEmpty() ? Optional.empty() : fitting(stored.get(), certificate, name, true);
    }

    /** Takes the key over: it is in the finding, or cleared. */
    private static Optional<Finding> fitting(SecretBytes key, X509Certificate certificate, CaName name, boolean lost) {
        boolean fits = false;
        try {
            fits = belongs(key, certificate, name);
            return fits ? Optional.of(new Finding.Kept(certificate, key, lost)) : Optional.empty();
        } finally {
            if (!fits) {
                key.close();
            }
        }
    }

    static boolean belongs(SecretBytes key, X509Certificate certificate, CaName name) {
        try {
            return KeyPairs.match(PrivateKeys.parse(key, "the private key of " + name), certificate.getPublicKey());
        } catch (CaException e) {
            // Encrypted, cut off or no key at all: nothing that could be packed.
            return false;
        }
    }
}
