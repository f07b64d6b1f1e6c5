package io.limelight.core.ca;

import io.limelight.core.tls.LenientCertificates;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Signs certificates and CRLs with one CA key (RFC 5280). */
final class Issuer {
    private static final Duration BACKDATED = Duration.ofMinutes(5);

    private final X509Certificate certificate;
    private final PrivateKey key;
    private final CertificateSubject subject;

    private Issuer(X509Certificate certificate, PrivateKey key, CertificateSubject subject) {
        this.certificate = certificate;
        this.key = key;
        this.subject = subject;
    }

    /** A new CA: self-signed, serial 1. */
    static Issuer create(KeyPair keys, CertificateSubject subject, Instant now) {
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                subject.named(subject.caName()),
                BigInteger.ONE,
                Date.from(now.minus(BACKDATED)),
                Date.from(now.plus(Duration.ofDays(subject.caDays()))),
                subject.named(subject.caName()),
                keys.getPublic());
        try {
            JcaX509ExtensionUtils utils = new JcaX509ExtensionUtils();
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            builder.addExtension(
                    Extension.subjectKeyIdentifier, false, utils.createSubjectKeyIdentifier(keys.getPublic()));
            builder.addExtension(
                    Extension.authorityKeyIdentifier, false, utils.createAuthorityKeyIdentifier(keys.getPublic()));
            builder.addExtension(Extension.cRLDistributionPoints, false, distributionPoint(subject));
            return new Issuer(sign(builder, keys.getPrivate()), keys.getPrivate(), subject);
        } catch (CertIOException | GeneralSecurityException e) {
            throw new IllegalStateException("these extensions can be encoded", e);
        }
    }

    /** A CA that exists. */
    static Issuer of(X509Certificate certificate, PrivateKey key, CertificateSubject subject) {
        return new Issuer(certificate, key, subject);
    }

    X509Certificate certificate() {
        return certificate;
    }

    /** A certificate for a key, without key usage, as Keylime issues them. */
    X509Certificate issue(
            PublicKey publicKey, String commonName, List<GeneralName> names, BigInteger serial, int days, Instant now) {
        return issue(publicKey, commonName, names, serial, days, now, List.of());
    }

    /**
     * A certificate for whoever answers questions about this CA's certificates (RFC 6960 §4.2.2.2). Nobody asks about the
     * answerer itself, which is why it does not live long.
     */
    X509Certificate issueResponder(PublicKey publicKey, CaName name, BigInteger serial, int days, Instant now) {
        try {
            return issue(
                    publicKey,
                    name.value(),
                    List.of(),
                    serial,
                    days,
                    now,
                    List.of(
                            Extension.create(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature)),
                            Extension.create(
                                    Extension.extendedKeyUsage,
                                    false,
                                    new ExtendedKeyUsage(KeyPurposeId.id_kp_OCSPSigning)),
                            Extension.create(OCSPObjectIdentifiers.id_pkix_ocsp_nocheck, false, DERNull.INSTANCE)));
        } catch (IOException e) {
            throw new IllegalStateException("these extensions can be encoded", e);
        }
    }

    private X509Certificate issue(
            PublicKey publicKey,
            String commonName,
            List<GeneralName> names,
            BigInteger serial,
            int days,
            Instant now,
            List<Extension> further) {
        try {
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    new JcaX509CertificateHolder(certificate).getSubject(),
                    serial,
                    Date.from(now.minus(BACKDATED)),
                    Date.from(earlier(
                            now.plus(Duration.ofDays(days)),
                            certificate.getNotAfter().toInstant())),
                    subject.named(commonName),
                    publicKey);
            JcaX509ExtensionUtils utils = new JcaX509ExtensionUtils();
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.subjectKeyIdentifier, false, utils.createSubjectKeyIdentifier(publicKey));
            builder.addExtension(
                    Extension.authorityKeyIdentifier, false, utils.createAuthorityKeyIdentifier(certificate));
            if (!names.isEmpty()) {
                builder.addExtension(
                        Extension.subjectAlternativeName, false, new GeneralNames(names.toArray(new GeneralName[0])));
            }
            builder.addExtension(Extension.cRLDistributionPoints, false, distributionPoint(subject));
            if (!subject.ocspUrl().isEmpty() && further.isEmpty()) {
                builder.addExtension(
                        Extension.authorityInfoAccess,
                        false,
                        new AuthorityInformationAccess(
                                AccessDescription.id_ad_ocsp,
                                new GeneralName(GeneralName.uniformResourceIdentifier, subject.ocspUrl())));
            }
            for (Extension extension : further) {
                builder.addExtension(extension);
            }
            return sign(builder, key);
        } catch (CertIOException | GeneralSecurityException e) {
            throw new IllegalStateException("these extensions can be encoded", e);
        }
    }

    /** The alternative names of a certificate, for another one of the same holder. */
    static List<GeneralName> namesOf(X509Certificate certificate) {
        byte[] value = certificate.getExtensionValue(Extension.subjectAlternativeName.getId());
        if (value == null) {
            return List.of();
        }
        try {
            return List.of(GeneralNames.getInstance(JcaX509ExtensionUtils.parseExtensionValue(value))
                    .getNames());
        } catch (IOException | IllegalArgumentException e) {
            return List.of();
        }
    }

    /** The common name of a certificate; empty if it has none. */
    static String commonName(X509Certificate certificate) {
        try {
            RDN[] names = new JcaX509CertificateHolder(certificate).getSubject().getRDNs(BCStyle.CN);
            return names.length == 1
                    ? IETFUtils.valueToString(names[0].getFirst().getValue())
                    : "";
        } catch (CertificateEncodingException e) {
            return "";
        }
    }

    /** A file is called like the holder of its certificate, unless somebody moved it. */
    static void requireCommonName(X509Certificate certificate, CaName name, Path file) throws CaException {
        if (!commonName(certificate).equals(name.value())) {
            throw new CaException(file + " is the certificate of somebody else (CN "
                    + commonName(certificate).replaceAll("[^\\x20-\\x7e]", "?") + "); move it away");
        }
    }

    /** A CRL; every entry keeps its own date, unlike Keylime's. */
    byte[] crl(Collection<Revocation> revocations, BigInteger number, Instant now, Duration lifetime) {
        try {
            ExtensionsGenerator extensions = new ExtensionsGenerator();
            extensions.addExtension(Extension.cRLNumber, false, new CRLNumber(number));
            extensions.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(certificate));
            return CrlWriter.write(
                    new JcaX509CertificateHolder(certificate).getSubject(),
                    revocations,
                    now.minus(BACKDATED),
                    now.plus(lifetime),
                    extensions.generate(),
                    new JcaContentSignerBuilder(algorithm(key)).build(key));
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("a CRL can be signed", e);
        }
    }

    /** What outlives its CA verifies nowhere, but looks as if it did. */
    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key) {
        try {
            byte[] encoded = builder.build(new JcaContentSignerBuilder(algorithm(key)).build(key))
                    .getEncoded();
            return LenientCertificates.parse(encoded).certificate();
        } catch (OperatorCreationException | IOException e) {
            throw new IllegalStateException("the JDK signs with RSA and EC", e);
        }
    }

    /** A digest as strong as the key (NIST SP 800-57 part 1 §5.6.1). */
    private static String algorithm(PrivateKey key) {
        if (key.getAlgorithm().equals("RSA")) {
            return "SHA256withRSA";
        }
        boolean large = key instanceof ECKey curve
                && curve.getParams().getCurve().getField().getFieldSize() > 256;
        return large ? "SHA384withECDSA" : "SHA256withECDSA";
    }

    private static CRLDistPoint distributionPoint(CertificateSubject subject) {
        GeneralName url = new GeneralName(GeneralName.uniformResourceIdentifier, subject.crlUrl());
        return new CRLDistPoint(new DistributionPoint[] {
            new DistributionPoint(new DistributionPointName(new GeneralNames(url)), null, null)
        });
    }
}
