package io.limelight.core.testkit;

import io.limelight.core.tls.ClientTls;
import io.limelight.core.tls.KeyMaterial;
import io.limelight.core.tls.KeyPairs;
import io.limelight.core.tls.LenientCertificates;
import io.limelight.core.tls.ServerTls;
import io.limelight.core.tls.TrustedCas;
import java.io.IOException;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority in memory that issues whatever a test needs: without a CN, expired, for a foreign key. */
public final class TestAuthority {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Duration DAY = Duration.ofDays(1);

    private final KeyPair keys;
    private final X509Certificate certificate;

    private TestAuthority(KeyPair keys, X509Certificate certificate) {
        this.keys = keys;
        this.certificate = certificate;
    }

    /** A new authority with a P-256 key. */
    public static TestAuthority named(String name) {
        KeyPair keys = KeyPairs.p256(RANDOM);
        X500Name subject = new X500Name(name);
        return new TestAuthority(keys, certificate(subject, keys, subject, keys.getPublic(), true, now(), DAY));
    }

    private static Instant now() {
        return Instant.now();
    }

    private static X509Certificate certificate(
            X500Name issuer,
            KeyPair issuerKeys,
            X500Name subject,
            PublicKey key,
            boolean authority,
            Instant from,
            Duration validity) {
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                issuer,
                new BigInteger(63, RANDOM).setBit(0),
                Date.from(from.minus(Duration.ofMinutes(1))),
                Date.from(from.plus(validity)),
                subject,
                key);
        try {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            return LenientCertificates.parse(
                            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(issuerKeys.getPrivate()))
                                    .getEncoded())
                    .certificate();
        } catch (IOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Its own certificate. */
    public X509Certificate certificate() {
        return certificate;
    }

    /** Trust in it. */
    public TrustedCas trusted() {
        return new TrustedCas(List.of(certificate));
    }

    /** A certificate for somebody else's key. */
    public X509Certificate certify(PublicKey key, String subject) {
        return certify(key, subject, now(), DAY);
    }

    /** A certificate for somebody else's key, valid from a minute before until. */
    public X509Certificate certify(PublicKey key, String subject, Instant from, Duration validity) {
        X500Name issuer = new X500Name(certificate.getSubjectX500Principal().getName());
        return certificate(issuer, keys, new X500Name(subject), key, false, from, validity);
    }

    /** A new key with its certificate. */
    public KeyMaterial issue(String subject) {
        return issue(subject, now(), DAY);
    }

    /** A new key with its certificate, valid from a minute before until. */
    public KeyMaterial issue(String subject, Instant from, Duration validity) {
        KeyPair pair = KeyPairs.p256(RANDOM);
        return new KeyMaterial(pair.getPrivate(), List.of(certify(pair.getPublic(), subject, from, validity)));
    }

    /** A server under this authority that trusts clients of it. */
    public ServerTls server(ServerTls.ClientAuth clientAuth) {
        return new ServerTls(issue("CN=server"), trusted(), clientAuth);
    }

    /** A client that trusts this authority and shows nothing. */
    public SSLContext anonymousClient() {
        return ClientTls.trusting(trusted(), Optional.empty()).context();
    }

    /** A client that trusts this authority and shows this. */
    public SSLContext client(KeyMaterial identity) {
        return ClientTls.trusting(trusted(), Optional.of(identity)).context();
    }
}
