package io.limelight.core.tls;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMException;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.PKCS8Generator;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8DecryptorProviderBuilder;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.openssl.jcajce.JcePEMDecryptorProviderBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.util.io.pem.PemGenerationException;
import org.bouncycastle.util.io.pem.PemObject;

/** PEM text (RFC 7468): certificates and keys, read within bounds and written with 64 columns and {@code \n}. */
public final class PemFiles {
    /** No honest certificate or key file is larger; a CA bundle of hundreds of entries still fits. */
    public static final int MAX_FILE_SIZE = 1 << 20;

    private static final BouncyCastleProvider BC = new BouncyCastleProvider();
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
        try (PEMParser parser = new PEMParser(new StringReader(text))) {
            for (Object object = parser.readObject(); object != null; object = parser.readObject()) {
                if (object instanceof X509CertificateHolder holder) {
                    certificates.add(
                            LenientCertificates.parse(holder.getEncoded()).certificate());
                }
            }
        } catch (IOException | RuntimeException e) {
            throw new TlsSetupException(origin + " is not a readable PEM certificate", e);
        }
        return certificates;
    }

    /**
     * Reads a private key: PKCS#8 plain or encrypted, PKCS#1 or SEC 1.
     *
     * @param password empty when the key is not encrypted
     */
    public static PrivateKey readPrivateKey(Path file, char[] password) throws TlsSetupException {
        return parsePrivateKey(readText(file), password, file.toString());
    }

    /** As {@link #readPrivateKey} for a text already in memory. */
    public static PrivateKey parsePrivateKey(String text, char[] password, String origin) throws TlsSetupException {
        JcaPEMKeyConverter converter = new JcaPEMKeyConverter();
        try (PEMParser parser = new PEMParser(new StringReader(text))) {
            for (Object object = parser.readObject(); object != null; object = parser.readObject()) {
                Optional<PrivateKeyInfo> key = privateKey(object, password, origin);
                if (key.isPresent()) {
                    return converter.getPrivateKey(key.get());
                }
            }
        } catch (PKCSException e) {
            throw new TlsSetupException(origin + ": the key does not open with the configured password", e);
        } catch (IOException | OperatorCreationException | RuntimeException e) {
            throw new TlsSetupException(origin + " is not a readable PEM private key", e);
        }
        throw new TlsSetupException(origin + " holds no PEM private key");
    }

    private static Optional<PrivateKeyInfo> privateKey(Object object, char[] password, String origin)
            throws IOException, OperatorCreationException, PKCSException, TlsSetupException {
        return switch (object) {
            case PrivateKeyInfo info -> Optional.of(info);
            case PEMKeyPair pair -> Optional.of(pair.getPrivateKeyInfo());
            case PKCS8EncryptedPrivateKeyInfo encrypted -> {
                requirePassword(password, origin);
                yield Optional.of(encrypted.decryptPrivateKeyInfo(new JceOpenSSLPKCS8DecryptorProviderBuilder()
                        .setProvider(BC)
                        .build(password)));
            }
            case PEMEncryptedKeyPair encrypted -> {
                requirePassword(password, origin);
                yield Optional.of(encrypted
                        .decryptKeyPair(new JcePEMDecryptorProviderBuilder()
                                .setProvider(BC)
                                .build(password))
                        .getPrivateKeyInfo());
            }
            default -> Optional.empty();
        };
    }

    private static void requirePassword(char[] password, String origin) throws TlsSetupException {
        if (password.length == 0) {
            throw new TlsSetupException(origin + " is encrypted and no password is configured for it");
        }
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
        if (password.length == 0) {
            return encode("PRIVATE KEY", key.getEncoded()).getBytes(StandardCharsets.US_ASCII);
        }
        try {
            PemObject encrypted = new JcaPKCS8Generator(
                            key,
                            new JceOpenSSLPKCS8EncryptorBuilder(PKCS8Generator.AES_256_CBC)
                                    .setProvider(BC)
                                    .setPassword(password)
                                    .build())
                    .generate();
            return encode(encrypted.getType(), encrypted.getContent()).getBytes(StandardCharsets.US_ASCII);
        } catch (OperatorCreationException | PemGenerationException e) {
            throw new IllegalStateException("AES-256-CBC is part of the bundled provider", e);
        }
    }

    /** Any DER as PEM with the given label. */
    public static String encode(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n" + COLUMNS.encodeToString(der) + "\n-----END " + label + "-----\n";
    }

    /** Parses a PEM SubjectPublicKeyInfo. */
    public static PublicKey parsePublicKey(String text, String origin) throws TlsSetupException {
        try (Reader reader = new StringReader(text);
                PEMParser parser = new PEMParser(reader)) {
            if (parser.readObject() instanceof org.bouncycastle.asn1.x509.SubjectPublicKeyInfo info) {
                return new JcaPEMKeyConverter().getPublicKey(info);
            }
        } catch (PEMException e) {
            throw new TlsSetupException(origin + " is not a usable public key", e);
        } catch (IOException | RuntimeException e) {
            throw new TlsSetupException(origin + " is not a readable PEM public key", e);
        }
        throw new TlsSetupException(origin + " holds no PEM public key");
    }

    /** Reads a text file within {@link #MAX_FILE_SIZE}. */
    public static String readText(Path file) throws TlsSetupException {
        try {
            if (Files.size(file) > MAX_FILE_SIZE) {
                throw new TlsSetupException(file + " is larger than " + MAX_FILE_SIZE + " bytes, no PEM file is");
            }
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (java.nio.file.NoSuchFileException e) {
            throw new TlsSetupException(file + " does not exist", e);
        } catch (IOException e) {
            throw new TlsSetupException(file + " cannot be read: " + e.getMessage(), e);
        }
    }
}
