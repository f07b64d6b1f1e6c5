package io.limelight.core.tls;

import io.limelight.core.secret.FileTrouble;
import io.limelight.core.secret.PrivateFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** PEM text (RFC 7468): certificates and keys, read within bounds and written with 64 columns and {@code \n}. */
public final class PemFiles {
    private static final Logger LOG = LoggerFactory.getLogger(PemFiles.class);
    /** No honest certificate or key file is larger; a CA bundle of hundreds of entries still fits. */
    public static final int MAX_FILE_SIZE = 1 << 20;

    /** rsaEncryption, 1.2.840.113549.1.1.1, as an OBJECT IDENTIFIER in DER. */
    private static final byte[] RSA_OID = {6, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1};

    /** id-ecPublicKey, 1.2.840.10045.2.1. */
    private static final byte[] EC_OID = {6, 7, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1};

    private static final Base64.Encoder COLUMNS = Base64.getMimeEncoder(64, new byte[] {'\n'});

    private PemFiles() {}

    /** Reads every certificate of the file, in order; at least one. */
    public static List<X509Certificate> readCertificates(Path file) throws TlsSetupException {
        List<X509Certificate> certificates = parseCertificates(readText(file), file.toString());
        if (certificates.isEmpty()) {
            throw new TlsSetupException(file + " holds no PEM certificate");
        }
        return certificates;
    }

    /**
     * Parses every certificate of the text; other PEM objects are skipped.
     *
     * @param origin what to call the text in an error
     */
    public static List<X509Certificate> parseCertificates(String text, String origin) throws TlsSetupException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (PemBlock block : PemBlock.all(text, origin)) {
            if (block.label().equals("CERTIFICATE") || block.label().equals("X509 CERTIFICATE")) {
                try {
                    certificates.add(certificate(block.der()));
                } catch (IOException e) {
                    throw new TlsSetupException(origin + " is not a readable PEM certificate", e);
                }
            }
        }
        return certificates;
    }

    /** Strict DER is the runtime's own business; what it refuses gets a second chance. */
    private static X509Certificate certificate(byte[] der) throws IOException {
        if (der.length <= LenientCertificates.MAX_SIZE) {
            ByteArrayInputStream in = new ByteArrayInputStream(der);
            try {
                X509Certificate certificate = (X509Certificate)
                        CertificateFactory.getInstance("X.509").generateCertificate(in);
                if (in.available() == 0) {
                    return certificate;
                }
            } catch (CertificateException e) {
                return LenientCertificates.parse(der).certificate();
            }
        }
        return LenientCertificates.parse(der).certificate();
    }

    /**
     * Reads a private key: PKCS#8 plain or encrypted, PKCS#1 or SEC 1. One in clear that every user of the machine can read is
     * used, since a machine's services must start, and the log says so.
     *
     * @param password empty when the key is not encrypted
     */
    public static PrivateKey readPrivateKey(Path file, char[] password) throws TlsSetupException {
        String text = readText(file);
        if (!text.contains("ENCRYPTED")) {
            PrivateFiles.openToAll("the private key", file).ifPresent(LOG::warn);
        }
        return parsePrivateKey(text, password, file.toString());
    }

    /** As {@link #readPrivateKey} for a text already in memory. */
    public static PrivateKey parsePrivateKey(String text, char[] password, String origin) throws TlsSetupException {
        for (PemBlock block : PemBlock.all(text, origin)) {
            if (block.label().equals("PRIVATE KEY")) {
                byte[] der = block.der();
                try {
                    Optional<String> algorithm = algorithm(der);
                    if (algorithm.isPresent()) {
                        return KeyFactory.getInstance(algorithm.get()).generatePrivate(new PKCS8EncodedKeySpec(der));
                    }
                } catch (GeneralSecurityException e) {
                    throw new TlsSetupException(origin + " is not a readable PEM private key", e);
                } finally {
                    Arrays.fill(der, (byte) 0);
                }
            }
        }
        return ForeignKeys.parsePrivate(text, password, origin);
    }

    /** The algorithm identifier at the start of a key (RFC 5208 §5, RFC 5280 §4.1), for the two kinds in use. */
    public static Optional<String> algorithm(byte[] der) {
        int end = Math.min(der.length, 40);
        if (indexOf(der, RSA_OID, end) >= 0) {
            return Optional.of("RSA");
        }
        return indexOf(der, EC_OID, end) >= 0 ? Optional.of("EC") : Optional.empty();
    }

    private static int indexOf(byte[] bytes, byte[] wanted, int end) {
        for (int i = 0; i + wanted.length <= end; i++) {
            if (Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
                return i;
            }
        }
        return -1;
    }

    /** The certificate as PEM. */
    public static String certificate(X509Certificate certificate) {
        try {
            return encode("CERTIFICATE", certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException("certificate without an encoding", e);
        }
    }

    /** The key as PEM SubjectPublicKeyInfo. */
    public static String publicKey(PublicKey key) {
        return encode("PUBLIC KEY", key.getEncoded());
    }

    /** The key as PKCS#8 PEM, encrypted with AES-256-CBC when a password is given. */
    public static byte[] privateKey(PrivateKey key, char[] password) {
        return password.length == 0
                ? encode("PRIVATE KEY", key.getEncoded()).getBytes(StandardCharsets.US_ASCII)
                : ForeignKeys.encrypt(key, password);
    }

    /** Any DER as PEM with the given label. */
    public static String encode(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n" + COLUMNS.encodeToString(der) + "\n-----END " + label + "-----\n";
    }

    /** Parses a PEM SubjectPublicKeyInfo. */
    public static PublicKey parsePublicKey(String text, String origin) throws TlsSetupException {
        List<PemBlock> blocks = PemBlock.all(text, origin);
        if (blocks.isEmpty() || !blocks.getFirst().label().equals("PUBLIC KEY")) {
            throw new TlsSetupException(origin + " holds no PEM public key");
        }
        byte[] der = blocks.getFirst().der();
        Optional<String> algorithm = algorithm(der);
        if (algorithm.isEmpty()) {
            return ForeignKeys.parsePublic(text, origin);
        }
        try {
            return KeyFactory.getInstance(algorithm.get()).generatePublic(new X509EncodedKeySpec(der));
        } catch (GeneralSecurityException e) {
            throw new TlsSetupException(origin + " is not a usable public key", e);
        }
    }

    /** Reads a text file within {@link #MAX_FILE_SIZE}. */
    public static String readText(Path file) throws TlsSetupException {
        try {
            if (Files.size(file) > MAX_FILE_SIZE) {
                throw new TlsSetupException(file + " is larger than " + MAX_FILE_SIZE + " bytes, no PEM file is");
            }
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (java.nio.file.NoSuchFileException e) {
            throw new TlsSetupException(
                    file + " does not exist; name the right file in the configuration, or put it there", e);
        } catch (IOException e) {
            throw new TlsSetupException(file + " cannot be read: " + FileTrouble.whyUnread(e), e);
        }
    }
}
