package io.limelight.core.policy.sign;

import io.limelight.core.tls.PemFiles;
import io.limelight.core.tls.TlsSetupException;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.ECKeyPairGenerator;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECKeyGenerationParameters;
import org.bouncycastle.crypto.params.ECNamedDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.DefaultDigestAlgorithmIdentifierFinder;
import org.bouncycastle.operator.DefaultSignatureAlgorithmIdentifierFinder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.bc.BcECContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;

/**
 * An EC private key that signs policies. Signatures are deterministic (RFC 6979): the same policy signed again is the same
 * envelope, and no bad random number gives the key away. The key is in no text of this object.
 */
public final class PolicySigner {
    private static final X500Name NAME = new X500Name("CN=dsse_lib");
    private static final Duration BACKDATED = Duration.ofDays(1);
    private static final Duration VALID = Duration.ofDays(30);

    private final ECPrivateKeyParameters key;
    private final PolicyKey publicKey;

    private PolicySigner(ECPrivateKeyParameters key) throws PolicySignatureException {
        this.key = key;
        try {
            ECPublicKeyParameters point = new ECPublicKeyParameters(
                    new FixedPointCombMultiplier().multiply(key.getParameters().getG(), key.getD()),
                    key.getParameters());
            this.publicKey = PolicyKey.of(
                    SubjectPublicKeyInfo.getInstance(SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(point)
                            .getEncoded()));
        } catch (IOException e) {
            throw new PolicySignatureException("it is an EC key that cannot be used", e);
        }
    }

    /**
     * Reads PEM: an EC private key that is not encrypted, traditional or PKCS#8.
     *
     * @throws PolicySignatureException if it is none
     */
    public static PolicySigner parse(byte[] pem) throws PolicySignatureException {
        return parse(pem, new char[0]);
    }

    /**
     * Reads PEM: an EC private key, traditional or PKCS#8.
     *
     * @param password opens it where it is encrypted; empty for one that is not
     * @throws PolicySignatureException if it is none, or does not open
     */
    public static PolicySigner parse(byte[] pem, char[] password) throws PolicySignatureException {
        if (pem.length > PolicyKey.MAX_LENGTH) {
            throw new PolicySignatureException("it is too long for a key");
        }
        PrivateKeyInfo info = privateKey(pem, password);
        AsymmetricKeyParameter parameters;
        try {
            parameters = PrivateKeyFactory.createKey(info);
        } catch (IOException | RuntimeException e) {
            throw new PolicySignatureException("it is a private key of a kind that cannot be used", e);
        }
        if (!(parameters instanceof ECPrivateKeyParameters ec)) {
            throw new PolicySignatureException("it is no EC key, and policies are signed with EC keys only");
        }
        if (!(ec.getParameters() instanceof ECNamedDomainParameters)) {
            throw new PolicySignatureException("it is an EC key that does not name its curve");
        }
        return new PolicySigner(ec);
    }

    private static PrivateKeyInfo privateKey(byte[] pem, char[] password) throws PolicySignatureException {
        try (PEMParser parser = new PEMParser(new StringReader(new String(pem, StandardCharsets.ISO_8859_1)))) {
            for (Object found = parser.readObject(); found != null; found = parser.readObject()) {
                switch (found) {
                    case PEMKeyPair pair -> {
                        return pair.getPrivateKeyInfo();
                    }
                    case PrivateKeyInfo info -> {
                        return info;
                    }
                    case PEMEncryptedKeyPair _, PKCS8EncryptedPrivateKeyInfo _
                    when password.length == 0 ->
                        throw new PolicySignatureException("it is encrypted; decrypt it first (openssl pkey)");
                    case PEMEncryptedKeyPair _, PKCS8EncryptedPrivateKeyInfo _ -> {
                        return opened(pem, password);
                    }
                    // EC PARAMETERS, which openssl writes before a private key
                    default -> {}
                }
            }
        } catch (IOException | RuntimeException e) {
            throw new PolicySignatureException("it holds no private key that can be read", e);
        }
        throw new PolicySignatureException("it holds no private key in PEM");
    }

    private static PrivateKeyInfo opened(byte[] pem, char[] password) throws PolicySignatureException {
        try {
            return PrivateKeyInfo.getInstance(
                    PemFiles.parsePrivateKey(new String(pem, StandardCharsets.ISO_8859_1), password, "the key")
                            .getEncoded());
        } catch (TlsSetupException | RuntimeException e) {
            throw new PolicySignatureException("it is encrypted and does not open with this password", e);
        }
    }

    /** A new key on P-256. */
    public static PolicySigner generate(SecureRandom random) {
        ECKeyPairGenerator generator = new ECKeyPairGenerator();
        generator.init(
                new ECKeyGenerationParameters(ECNamedDomainParameters.lookup(SECObjectIdentifiers.secp256r1), random));
        try {
            return new PolicySigner(
                    (ECPrivateKeyParameters) generator.generateKeyPair().getPrivate());
        } catch (PolicySignatureException e) {
            throw new IllegalStateException("P-256 is a named curve", e);
        }
    }

    /** The traditional PEM of the private key ({@code EC PRIVATE KEY}): to be written where nobody else can read it. */
    public String privatePem() {
        ASN1ObjectIdentifier curve = ((ECNamedDomainParameters) key.getParameters()).getName();
        ECPrivateKey structure = new ECPrivateKey(
                key.getParameters().getN().bitLength(),
                key.getD(),
                new DERBitString(publicKey.parameters().getQ().getEncoded(false)),
                curve);
        try {
            return PemFiles.encode("EC PRIVATE KEY", structure.getEncoded("DER"));
        } catch (IOException e) {
            throw new IllegalStateException("a key that was just used", e);
        }
    }

    /** Its public half. */
    public PolicyKey publicKey() {
        return publicKey;
    }

    /** Signs with backend {@code ecdsa}: the key is named by the hash of its PEM. */
    public DsseEnvelope sign(byte[] policy) {
        return envelope(policy, publicKey.keyId());
    }

    /** Signs with backend {@code x509}: the key is named by the base64 of its certificate's PEM. */
    public DsseEnvelope signWithCertificate(byte[] policy, String certificatePem) {
        return envelope(policy, Base64.getEncoder().encodeToString(certificatePem.getBytes(StandardCharsets.US_ASCII)));
    }

    private DsseEnvelope envelope(byte[] policy, String keyId) {
        byte[] digest = HashAlgorithm.SHA256.digest(DsseEnvelope.signedBytes(DsseEnvelope.KEYLIME_TYPE, policy));
        ECDSASigner signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
        signer.init(true, key);
        BigInteger[] rs = signer.generateSignature(digest);
        try {
            byte[] signature =
                    StandardDSAEncoding.INSTANCE.encode(key.getParameters().getN(), rs[0], rs[1]);
            return new DsseEnvelope(
                    Octets.copyOf(policy),
                    DsseEnvelope.KEYLIME_TYPE,
                    List.of(new DsseEnvelope.Signature(keyId, Octets.copyOf(signature))));
        } catch (IOException e) {
            throw new IllegalStateException("two numbers in DER", e);
        }
    }

    /** The certificate of backend {@code x509}, PEM: self-signed, no CA, valid from a day ago for 31 days. */
    public String certificate(Instant now, SecureRandom random) {
        try {
            X509v3CertificateBuilder builder = new X509v3CertificateBuilder(
                    NAME,
                    new BigInteger(159, random).setBit(0),
                    Date.from(now.minus(BACKDATED)),
                    Date.from(now.plus(VALID)),
                    NAME,
                    publicKey.info());
            builder.addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(new GeneralName(GeneralName.dNSName, "dsse_lib")));
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            return PemFiles.encode(
                    "CERTIFICATE",
                    builder.build(new BcECContentSignerBuilder(
                                            new DefaultSignatureAlgorithmIdentifierFinder().find("SHA256withECDSA"),
                                            new DefaultDigestAlgorithmIdentifierFinder().find("SHA-256"))
                                    .build(key))
                            .getEncoded());
        } catch (IOException | OperatorCreationException e) {
            throw new IllegalStateException("Bouncy Castle signs with EC", e);
        }
    }
}
