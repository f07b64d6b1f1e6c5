package io.limelight.core.ima;

import io.limelight.core.tpm.HashAlgorithm;
import java.io.IOException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Objects;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.ECNamedCurveTable;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;
import org.bouncycastle.math.ec.ECPoint;

/**
 * A public key that verifies IMA signatures, decoded once: RSA (PKCS#1 v1.5 over a digest made elsewhere) or EC on any named
 * curve Bouncy Castle knows (ECDSA, DER). Immutable, safe for several threads.
 */
public final class ImaKey {
    private static final int MAX_RSA_BITS = 16_384;
    private static final int MIN_RSA_BITS = 1024;
    /** Larger exponents occur nowhere and make a check as costly as a signature. */
    private static final int MAX_EXPONENT_BITS = 64;

    private sealed interface Decoded {
        record Rsa(BigInteger modulus, BigInteger exponent) implements Decoded {}

        record Ec(ECPublicKeyParameters key) implements Decoded {}
    }

    private final byte[] spki;
    private final int id;
    private final Decoded decoded;

    private ImaKey(byte[] spki, int id, Decoded decoded) {
        this.spki = spki;
        this.id = id;
        this.decoded = decoded;
    }

    /**
     * @param id key id; 0 stands for "not given", as in Keylime: it is then computed
     * @throws UnsupportedKeyException if the key is neither RSA nor EC, on a curve nobody knows, or of a size nobody uses
     * @throws IOException if it is no key
     */
    static ImaKey of(SubjectPublicKeyInfo info, int id) throws UnsupportedKeyException, IOException {
        ASN1ObjectIdentifier algorithm = info.getAlgorithm().getAlgorithm();
        byte[] named;
        Decoded decoded;
        try {
            if (algorithm.equals(PKCSObjectIdentifiers.rsaEncryption)) {
                Decoded.Rsa rsa = rsa(RSAPublicKey.getInstance(info.parsePublicKey()));
                named = new RSAPublicKey(rsa.modulus, rsa.exponent).getEncoded("DER");
                decoded = rsa;
            } else if (algorithm.equals(X9ObjectIdentifiers.id_ecPublicKey)) {
                Decoded.Ec ec = ec(info.getAlgorithm(), info.getPublicKeyData().getBytes());
                named = ec.key().getQ().getEncoded(false);
                decoded = ec;
            } else {
                throw new UnsupportedKeyException("it is neither an RSA nor an EC key (" + algorithm + ")");
            }
        } catch (IllegalArgumentException | IllegalStateException | ArithmeticException e) {
            throw new IOException("no public key: " + e.getMessage(), e);
        }
        return new ImaKey(info.getEncoded("DER"), id == 0 ? lastFourOfSha1(named) : id, decoded);
    }

    private static Decoded.Rsa rsa(RSAPublicKey key) throws UnsupportedKeyException {
        BigInteger modulus = key.getModulus();
        BigInteger exponent = key.getPublicExponent();
        int bits = modulus.bitLength();
        if (modulus.signum() <= 0 || bits < MIN_RSA_BITS || bits > MAX_RSA_BITS || !modulus.testBit(0)) {
            throw new UnsupportedKeyException("it is an RSA key of " + bits + " bits");
        }
        if (exponent.compareTo(BigInteger.TWO) <= 0 || exponent.bitLength() > MAX_EXPONENT_BITS) {
            throw new UnsupportedKeyException("it is an RSA key with an unusual exponent");
        }
        return new Decoded.Rsa(modulus, exponent);
    }

    private static Decoded.Ec ec(AlgorithmIdentifier algorithm, byte[] point) throws UnsupportedKeyException {
        if (!(algorithm.getParameters() instanceof ASN1ObjectIdentifier curve)) {
            throw new UnsupportedKeyException("it is an EC key that does not name its curve");
        }
        X9ECParameters parameters = CustomNamedCurves.getByOID(curve);
        if (parameters == null) {
            parameters = ECNamedCurveTable.getByOID(curve);
        }
        if (parameters == null) {
            throw new UnsupportedKeyException("it is an EC key on an unknown curve (" + curve + ")");
        }
        ECPoint q = parameters.getCurve().decodePoint(point);
        ECDomainParameters domain = new ECDomainParameters(
                parameters.getCurve(), parameters.getG(), parameters.getN(), parameters.getH(), parameters.getSeed());
        // Refuses infinity and points off the curve.
        return new Decoded.Ec(new ECPublicKeyParameters(q, domain));
    }

    private static int lastFourOfSha1(byte[] encoded) {
        byte[] hash = HashAlgorithm.SHA1.digest(encoded);
        return bigEndian(hash, hash.length - 4);
    }

    static int bigEndian(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 24
                | (bytes[at + 1] & 0xff) << 16
                | (bytes[at + 2] & 0xff) << 8
                | (bytes[at + 3] & 0xff);
    }

    /** Key id: the last four bytes, big-endian, of the Subject Key Identifier, else of SHA-1 over the key. */
    public int id() {
        return id;
    }

    /** The key id as Keylime writes it, 0 to 2³²−1. */
    public long unsignedId() {
        return Integer.toUnsignedLong(id);
    }

    /** DER SubjectPublicKeyInfo. */
    public byte[] spki() {
        return spki.clone();
    }

    /**
     * Whether {@code signature} is this key's over a digest.
     *
     * @param hash the algorithm {@code digest} was made by
     */
    boolean verifies(SignatureHash hash, byte[] digest, byte[] signature) {
        try {
            return switch (decoded) {
                case Decoded.Rsa rsa -> verifiesRsa(rsa, hash, digest, signature);
                case Decoded.Ec ec -> verifiesEc(ec.key(), digest, signature);
            };
        } catch (IOException | RuntimeException e) {
            // Bouncy Castle has many words for a signature that is none.
            return false;
        }
    }

    /** Makes the only encoding there is (RFC 8017 §9.2) and compares: nothing of the signature is parsed. */
    private static boolean verifiesRsa(Decoded.Rsa rsa, SignatureHash hash, byte[] digest, byte[] signature) {
        int size = (rsa.modulus().bitLength() + 7) / 8;
        BigInteger s = new BigInteger(1, signature);
        byte[] info = hash.digestInfo(digest);
        if (signature.length != size || s.compareTo(rsa.modulus()) >= 0 || size < info.length + 11) {
            return false;
        }
        byte[] expected = new byte[size];
        Arrays.fill(expected, (byte) 0xff);
        expected[0] = 0;
        expected[1] = 1;
        expected[size - info.length - 1] = 0;
        System.arraycopy(info, 0, expected, size - info.length, info.length);
        return s.modPow(rsa.exponent(), rsa.modulus()).equals(new BigInteger(1, expected));
    }

    private static boolean verifiesEc(ECPublicKeyParameters key, byte[] digest, byte[] signature) throws IOException {
        BigInteger[] rs =
                StandardDSAEncoding.INSTANCE.decode(key.getParameters().getN(), signature);
        ECDSASigner verifier = new ECDSASigner();
        verifier.init(false, key);
        return verifier.verifySignature(digest, rs[0], rs[1]);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ImaKey that && id == that.id && Arrays.equals(spki, that.spki);
    }

    @Override
    public int hashCode() {
        return Objects.hash(id, Arrays.hashCode(spki));
    }

    @Override
    public String toString() {
        return String.format("%08x", id);
    }
}
