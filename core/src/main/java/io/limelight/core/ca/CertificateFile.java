package io.limelight.core.ca;

import io.limelight.core.secret.FileTrouble;
import io.limelight.core.secret.PrivateFiles;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.tls.PemFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** A certificate of a CA folder as a file for others: PEM, DER, or PKCS#12 with its private key. Complete or absent. */
public final class CertificateFile {
    private final CertificateAuthority ca;

    /** Of this CA. */
    public CertificateFile(CertificateAuthority ca) {
        this.ca = ca;
    }

    /** What is written. */
    public enum Form {
        /** The certificate and that of its CA, text. */
        PEM,
        /** The certificate alone. */
        DER,
        /** Certificate, that of the CA, and the private key, under a password. */
        P12;

        /** As an option: {@code pem}. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The form of that word, in any case. */
        public static Optional<Form> named(String word) {
            return Stream.of(values())
                    .filter(form -> form.word().equalsIgnoreCase(word))
                    .findFirst();
        }
    }

    /**
     * Writes what is public: PEM or DER.
     *
     * @param replace a file that is there
     */
    public void write(CaName name, Form form, Path file, boolean replace) throws CaException {
        X509Certificate certificate = ca.certificateOf(name)
                .orElseThrow(() -> new CaException(
                        "the CA in " + ca.path() + " has no certificate " + name + "; -c list shows what it has"));
        write(certificate, form, file, replace);
    }

    /** The same of the CA's own certificate. */
    public void writeAuthority(Form form, Path file, boolean replace) throws CaException {
        write(ca.authority(), form, file, replace);
    }

    private void write(X509Certificate certificate, Form form, Path file, boolean replace) throws CaException {
        X509Certificate authority = ca.authority();
        try {
            write(
                    file,
                    switch (form) {
                        case PEM ->
                            CertificateAuthority.ascii(PemFiles.certificate(certificate)
                                    + (certificate.equals(authority) ? "" : PemFiles.certificate(authority)));
                        case DER -> certificate.getEncoded();
                        case P12 -> throw new IllegalArgumentException("PKCS#12 holds a key");
                    },
                    replace);
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a parsed certificate has an encoding", e);
        }
    }

    /**
     * Writes certificate and key.
     *
     * @param password of the file
     */
    public void writeWithKey(MachineIdentity identity, SecretBytes password, Path file, boolean replace)
            throws CaException {
        byte[] encoded = Pkcs12.encode(identity, password);
        try {
            write(file, encoded, replace);
        } finally {
            Arrays.fill(encoded, (byte) 0);
        }
    }

    static void write(Path file, byte[] content, boolean replace) throws CaException {
        if (!replace && Files.exists(file)) {
            throw new CaException(file + " is there already; name another file, or say that it may be replaced");
        }
        try {
            PrivateFiles.write(file, content);
        } catch (IOException e) {
            throw new CaException("cannot write " + file + ": " + FileTrouble.sentence(e), e);
        }
    }

    /** SHA-256 of a certificate, as browsers show it. */
    public static String fingerprint(X509Certificate certificate) {
        try {
            return HexFormat.ofDelimiter(":")
                    .withUpperCase()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
            throw new IllegalStateException("a parsed certificate has an encoding, every JDK has SHA-256", e);
        }
    }
}
