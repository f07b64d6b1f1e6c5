package io.limelight.core.ima;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.ECNamedCurveTable;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;

/**
 * Reads a key from bytes of unknown kind, as Keylime tries them: certificate, SubjectPublicKeyInfo or private key (its public
 * half), each DER or PEM.
 */
public final class KeyReader {
    /** Longer input is no key. */
    public static final int MAX_LENGTH = 64 * 1024;

    private KeyReader() {}

    /**
     * The key, or empty if the bytes are none.
     *
     * @throws UnsupportedKeyException if they are a key of a kind that cannot be used
     */
    public static Optional<ImaKey> read(byte[] bytes) throws UnsupportedKeyException {
        if (bytes.length == 0 || bytes.length > MAX_LENGTH) {
            return Optional.empty();
        }
        try {
            // 0x30: a DER sequence. Everything else can only be PEM.
            return bytes[0] == 0x30 ? der(bytes) : pem(bytes);
        } catch (IOException | RuntimeException e) {
            // Bouncy Castle has many words for bytes that are none of its structures.
            return Optional.empty();
        }
    }

    private static Optional<ImaKey> der(byte[] bytes) throws UnsupportedKeyException, IOException {
        ASN1Primitive structure = ASN1Primitive.fromByteArray(bytes);
        try {
            return Optional.of(ofCertificate(Certificate.getInstance(structure)));
        } catch (IllegalArgumentException | IOException e) {
            // no certificate
        }
        try {
            return Optional.of(ImaKey.of(SubjectPublicKeyInfo.getInstance(structure), 0));
        } catch (IllegalArgumentException | IOException e) {
            // no SubjectPublicKeyInfo
        }
        try {
            return ofPrivate(PrivateKeyInfo.getInstance(structure));
        } catch (IllegalArgumentException | IOException e) {
            // no PKCS#8
        }
        try {
            return Optional.of(ofRsa(RSAPrivateKey.getInstance(structure)));
        } catch (IllegalArgumentException | IOException e) {
            // no PKCS#1
        }
        ECPrivateKey key = ECPrivateKey.getInstance(structure);
        return ofEc(key, new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, key.getParametersObject()));
    }

    private static Optional<ImaKey> pem(byte[] bytes) throws UnsupportedKeyException, IOException {
        try (PEMParser parser = new PEMParser(new StringReader(new String(bytes, StandardCharsets.ISO_8859_1)))) {
            for (Object found = parser.readObject(); found != null; found = parser.readObject()) {
                switch (found) {
                    case X509CertificateHolder certificate -> {
                        return Optional.of(ofCertificate(certificate.toASN1Structure()));
                    }
                    case SubjectPublicKeyInfo info -> {
                        return Optional.of(ImaKey.of(info, 0));
                    }
                    case PEMKeyPair pair -> {
                        return pair.getPublicKeyInfo() == null
                                ? ofPrivate(pair.getPrivateKeyInfo())
                                : Optional.of(ImaKey.of(pair.getPublicKeyInfo(), 0));
                    }
                    case PrivateKeyInfo info -> {
                        return ofPrivate(info);
                    }
                    // EC PARAMETERS, which openssl writes before a private key
                    default -> {}
                }
            }
        }
        return Optional.empty();
    }

    private static ImaKey ofCertificate(Certificate certificate) throws UnsupportedKeyException, IOException {
        return ImaKey.of(certificate.getSubjectPublicKeyInfo(), subjectKeyId(certificate));
    }

    /** The last four bytes of the Subject Key Identifier, 0 without one. */
    private static int subjectKeyId(Certificate certificate) {
        Extensions extensions = certificate.getTBSCertificate().getExtensions();
        if (extensions == null || extensions.getExtension(Extension.subjectKeyIdentifier) == null) {
            return 0;
        }
        byte[] id = SubjectKeyIdentifier.fromExtensions(extensions).getKeyIdentifier();
        return id.length < 4 ? 0 : ImaKey.bigEndian(id, id.length - 4);
    }

    private static Optional<ImaKey> ofPrivate(PrivateKeyInfo info) throws UnsupportedKeyException, IOException {
        AlgorithmIdentifier algorithm = info.getPrivateKeyAlgorithm();
        if (algorithm.getAlgorithm().equals(PKCSObjectIdentifiers.rsaEncryption)) {
            return Optional.of(ofRsa(RSAPrivateKey.getInstance(info.parsePrivateKey())));
        }
        if (algorithm.getAlgorithm().equals(X9ObjectIdentifiers.id_ecPublicKey)) {
            return ofEc(ECPrivateKey.getInstance(info.parsePrivateKey()), algorithm);
        }
        throw new UnsupportedKeyException("it is neither an RSA nor an EC key (" + algorithm.getAlgorithm() + ")");
    }

    private static ImaKey ofRsa(RSAPrivateKey key) throws UnsupportedKeyException, IOException {
        return ImaKey.of(
                new SubjectPublicKeyInfo(
                        new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
                        new RSAPublicKey(key.getModulus(), key.getPublicExponent())),
                0);
    }

    private static Optional<ImaKey> ofEc(ECPrivateKey key, AlgorithmIdentifier algorithm)
            throws UnsupportedKeyException, IOException {
        if (!(algorithm.getParameters() instanceof ASN1ObjectIdentifier curve)) {
            throw new UnsupportedKeyException("it is an EC key that does not name its curve");
        }
        X9ECParameters parameters = ECNamedCurveTable.getByOID(curve);
        if (parameters == null) {
            throw new UnsupportedKeyException("it is an EC key on an unknown curve (" + curve + ")");
        }
        byte[] point = new FixedPointCombMultiplier()
                .multiply(parameters.getG(), key.getKey())
                .normalize()
                .getEncoded(false);
        return Optional.of(ImaKey.of(new SubjectPublicKeyInfo(algorithm, point), 0));
    }
}
