package io.limelight.core.tls;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.Optional;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.EncryptionException;
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

/**
 * Keys the Java runtime does not read by itself: encrypted ones, PKCS#1, SEC 1, rare algorithms. Apart from {@link PemFiles},
 * because loading Bouncy Castle's provider takes a short-lived program a fifth of a second and plain keys do not need it.
 */
final class ForeignKeys {
    private static final BouncyCastleProvider BC = new BouncyCastleProvider();

    private ForeignKeys() {}

    static PrivateKey parsePrivate(String text, char[] password, String origin) throws TlsSetupException {
        JcaPEMKeyConverter converter = new JcaPEMKeyConverter();
        try (PEMParser parser = new PEMParser(new StringReader(text))) {
            for (Object object = parser.readObject(); object != null; object = parser.readObject()) {
                Optional<PrivateKeyInfo> key = privateKey(object, password, origin);
                if (key.isPresent()) {
                    return converter.getPrivateKey(key.get());
                }
            }
        } catch (PKCSException | EncryptionException e) {
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
            throw new TlsSetupException(origin
                    + " is encrypted and no password is known for it; take its encryption off for a moment (openssl pkey -in KEY -out"
                    + " PLAIN), or where a configuration names it, set the password beside it");
        }
    }

    static byte[] encrypt(PrivateKey key, char[] password) {
        try {
            PemObject encrypted = new JcaPKCS8Generator(
                            key,
                            new JceOpenSSLPKCS8EncryptorBuilder(PKCS8Generator.AES_256_CBC)
                                    .setProvider(BC)
                                    .setPassword(password)
                                    .build())
                    .generate();
            return PemFiles.encode(encrypted.getType(), encrypted.getContent()).getBytes(StandardCharsets.US_ASCII);
        } catch (OperatorCreationException | PemGenerationException e) {
            throw new IllegalStateException("AES-256-CBC is part of the bundled provider", e);
        }
    }

    static PublicKey parsePublic(String text, String origin) throws TlsSetupException {
        try (PEMParser parser = new PEMParser(new StringReader(text))) {
            if (parser.readObject() instanceof SubjectPublicKeyInfo info) {
                return new JcaPEMKeyConverter().getPublicKey(info);
            }
        } catch (PEMException e) {
            throw new TlsSetupException(origin + " is not a usable public key", e);
        } catch (IOException | RuntimeException e) {
            throw new TlsSetupException(origin + " is not a readable PEM public key", e);
        }
        throw new TlsSetupException(origin + " holds no PEM public key");
    }
}
