package io.limelight.core.endorsement;

import io.limelight.core.tls.KeyPairs;
import io.limelight.core.tls.LenientCertificates;
import io.limelight.core.tls.PemFiles;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A maker of TPMs: its CA, and certificates for endorsement keys, good and bad. */
public final class TestVendor {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String EK_USAGE = "2.23.133.8.1";

    private final KeyPair keys;
    private final X509Certificate certificate;

    private TestVendor(KeyPair keys, X509Certificate certificate) {
        this.keys = keys;
        this.certificate = certificate;
    }

    /** A vendor whose CA is valid from ten years ago until in ten years. */
    public static TestVendor named(String name) {
        return named(
                name, Instant.now().minus(Duration.ofDays(3650)), Instant.now().plus(Duration.ofDays(3650)));
    }

    public static TestVendor named(String name, Instant from, Instant to) {
        KeyPair keys = KeyPairs.p256(RANDOM);
        X500Name subject = new X500Name("CN=" + name + ",O=Test Vendors");
        return new TestVendor(
                keys,
                sign(subject, subject, keys.getPublic(), keys.getPrivate(), from, to, true, null, "SHA256withECDSA"));
    }

    public X509Certificate certificate() {
        return certificate;
    }

    /** What one certificate looks like. */
    public record Ek(Instant from, Instant to, boolean authority, String usage, String algorithm) {
        public static Ek good() {
            return new Ek(
                    Instant.now().minus(Duration.ofDays(10)),
                    Instant.now().plus(Duration.ofDays(3000)),
                    false,
                    EK_USAGE,
                    "SHA256withECDSA");
        }

        public Ek valid(Instant newFrom, Instant newTo) {
            return new Ek(newFrom, newTo, authority, usage, algorithm);
        }

        public Ek forUsage(String newUsage) {
            return new Ek(from, to, authority, newUsage, algorithm);
        }

        public Ek asAuthority() {
            return new Ek(from, to, true, usage, algorithm);
        }

        public Ek signedBy(String newAlgorithm) {
            return new Ek(from, to, authority, usage, newAlgorithm);
        }
    }

    public X509Certificate issue(PublicKey ek) {
        return issue(ek, Ek.good());
    }

    public X509Certificate issue(PublicKey ek, Ek shape) {
        return sign(
                X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()),
                new X500Name("CN=a TPM"),
                ek,
                keys.getPrivate(),
                shape.from(),
                shape.to(),
                shape.authority(),
                shape.usage(),
                shape.algorithm());
    }

    /** As a registrar has it. */
    public static String base64(X509Certificate certificate) {
        try {
            return Base64.getEncoder().encodeToString(certificate.getEncoded());
        } catch (java.security.cert.CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Puts the CA certificate into a store. */
    public TestVendor into(Path store) throws IOException {
        Files.createDirectories(store);
        Files.writeString(
                store.resolve(certificate.getSubjectX500Principal().hashCode() + ".pem"),
                PemFiles.certificate(certificate));
        return this;
    }

    private static X509Certificate sign(
            X500Name issuer,
            X500Name subject,
            PublicKey key,
            PrivateKey by,
            Instant from,
            Instant to,
            boolean authority,
            String usage,
            String algorithm) {
        try {
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    issuer, new BigInteger(100, RANDOM).setBit(0), Date.from(from), Date.from(to), subject, key);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            if (usage != null) {
                builder.addExtension(
                        Extension.extendedKeyUsage,
                        false,
                        new ExtendedKeyUsage(KeyPurposeId.getInstance(new ASN1ObjectIdentifier(usage))));
            }
            return LenientCertificates.parse(builder.build(new JcaContentSignerBuilder(algorithm).build(by))
                            .getEncoded())
                    .certificate();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
