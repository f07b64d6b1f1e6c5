package io.limelight.core.tpm;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import java.util.Optional;
import org.bouncycastle.util.BigIntegers;

/**
 * The public area of a TPM key: TPMT_PUBLIC (TPM 2.0 Part 2 §12.2.4), RSA or ECC.
 *
 * <p>An instance is proof that the bytes were read completely and make sense: known algorithms, a modulus of exactly
 * the length it declares, a point that lies on its curve, nothing after the end. It keeps the bytes it was made from,
 * so {@link #tpmt} and {@link #name} are those of the TPM and not of a re-encoding.
 *
 * <p>On the wire a public area travels as TPM2B_PUBLIC (16-bit size in front) in base64; the name is computed without
 * that size (Part 1 §16).
 */
public final class TpmPublic {
    /** RSA-4096 with the largest policy and scheme fields stays well below this. */
    static final int MAX_SIZE = 1024;

    private static final int ALG_RSA = 0x0001;
    private static final int ALG_ECC = 0x0023;
    private static final int ALG_AES = 0x0006;
    private static final int ALG_CFB = 0x0043;
    private static final int ALG_NULL = 0x0010;
    private static final long DEFAULT_EXPONENT = 65537;

    /** The key itself. */
    public sealed interface Key {
        /**
         * @param keyBits 1024, 2048, 3072 or 4096
         * @param exponent the real exponent: the TPM's 0 is already 65537 here
         * @param modulus keyBits / 8 bytes, big-endian, top bit set
         */
        record Rsa(int keyBits, long exponent, Octets modulus) implements Key {}

        /**
         * @param curve the curve
         * @param x affine coordinate, big-endian
         * @param y affine coordinate, big-endian; the point is on the curve
         */
        record Ecc(EccCurve curve, Octets x, Octets y) implements Key {}
    }

    /**
     * TPMT_SYM_DEF_OBJECT of a storage key: how a parent protects its children.
     *
     * @param algorithmId TPM_ALG_ID, 0x0006 for AES
     * @param keyBits length of the symmetric key
     * @param modeId TPM_ALG_ID of the mode, 0x0043 for CFB
     */
    public record Symmetric(int algorithmId, int keyBits, int modeId) {
        /** AES in CFB mode with this key length. */
        public static Symmetric aesCfb(int keyBits) {
            return new Symmetric(ALG_AES, keyBits, ALG_CFB);
        }

        /** True for AES-128, AES-192 and AES-256 in CFB mode. */
        public boolean isAesCfb() {
            return algorithmId == ALG_AES && modeId == ALG_CFB && (keyBits == 128 || keyBits == 192 || keyBits == 256);
        }
    }

    /**
     * The signing scheme a key is bound to.
     *
     * @param schemeId TPM_ALG_ID of the scheme
     * @param hashId TPM_ALG_ID of its hash, 0 for schemes without one
     */
    public record Scheme(int schemeId, int hashId) {
        /** The scheme for a known algorithm and hash. */
        public static Scheme of(SigningAlgorithm algorithm, HashAlgorithm hash) {
            return new Scheme(algorithm.tpmId(), hash.tpmId());
        }

        /** The signing algorithm, if it is one. */
        public Optional<SigningAlgorithm> algorithm() {
            return SigningAlgorithm.fromTpmId(schemeId);
        }

        /** The hash, if there is a known one. */
        public Optional<HashAlgorithm> hash() {
            return HashAlgorithm.fromTpmId(hashId);
        }
    }

    private final Octets tpmt;
    private final HashAlgorithm nameAlgorithm;
    private final ObjectAttributes attributes;
    private final Octets authPolicy;
    private final Optional<Symmetric> symmetric;
    private final Optional<Scheme> scheme;
    private final Key key;

    private TpmPublic(Octets tpmt) throws TpmFormatException {
        TpmReader in = new TpmReader("TPMT_PUBLIC", tpmt, MAX_SIZE);
        this.tpmt = tpmt;
        int type = in.u16("type");
        if (type != ALG_RSA && type != ALG_ECC) {
            throw in.failAt(0, String.format("type 0x%04x is neither RSA (0x0001) nor ECC (0x0023)", type));
        }
        int nameAlg = in.u16("nameAlg");
        this.nameAlgorithm = HashAlgorithm.fromTpmId(nameAlg)
                .filter(HashAlgorithm::computable)
                .orElseThrow(() -> in.failAt(2, String.format("nameAlg 0x%04x is not supported", nameAlg)));
        this.attributes = new ObjectAttributes((int) in.u32("objectAttributes"));
        int policyAt = in.position();
        this.authPolicy = in.sized(DigestList.MAX_DIGEST, "authPolicy");
        if (authPolicy.length() != 0 && authPolicy.length() != nameAlgorithm.digestSize()) {
            throw in.failAt(
                    policyAt,
                    "authPolicy has " + authPolicy.length() + " bytes, not 0 or " + nameAlgorithm.digestSize()
                            + " as nameAlg says");
        }
        this.symmetric = readSymmetric(in);
        this.scheme = readScheme(in);
        this.key = type == ALG_RSA ? readRsa(in) : readEcc(in);
        in.end();
    }

    /** Reads a TPM2B_PUBLIC: 16-bit size, then exactly that many bytes of TPMT_PUBLIC. */
    public static TpmPublic fromTpm2b(byte[] tpm2b) throws TpmFormatException {
        TpmReader in = new TpmReader("TPM2B_PUBLIC", Octets.wrap(tpm2b), MAX_SIZE + 2);
        Octets area = in.sized(MAX_SIZE, "publicArea");
        in.end();
        return new TpmPublic(Octets.wrap(area.toByteArray()));
    }

    /** Reads a TPMT_PUBLIC. */
    public static TpmPublic fromTpmt(byte[] tpmt) throws TpmFormatException {
        if (tpmt.length > MAX_SIZE) {
            throw new TpmFormatException("TPMT_PUBLIC", 0, "is " + tpmt.length + " bytes long, more than " + MAX_SIZE);
        }
        return new TpmPublic(Octets.copyOf(tpmt));
    }

    /** Reads a TPM2B_PUBLIC in standard base64 with padding, as registrar and verifier carry it. */
    public static TpmPublic fromBase64(String base64) throws TpmFormatException {
        return fromTpm2b(StrictBase64.decode("TPM2B_PUBLIC (base64)", base64, MAX_SIZE + 2));
    }

    /**
     * Builds a public area.
     *
     * @param key an RSA key of 1024 to 4096 bits, or a key on P-256, P-384 or P-521
     * @param nameAlgorithm the hash of the name
     * @param attributes the object attributes
     * @param authPolicy empty, or a digest of the name algorithm's length
     * @param symmetric for storage keys; empty is TPM_ALG_NULL
     * @param scheme for signing keys; empty is TPM_ALG_NULL
     * @throws TpmFormatException if no valid public area can hold this
     */
    public static TpmPublic of(
            PublicKey key,
            HashAlgorithm nameAlgorithm,
            ObjectAttributes attributes,
            Octets authPolicy,
            Optional<Symmetric> symmetric,
            Optional<Scheme> scheme)
            throws TpmFormatException {
        TpmWriter out = new TpmWriter();
        out.u16(key instanceof RSAPublicKey ? ALG_RSA : ALG_ECC)
                .u16(nameAlgorithm.tpmId())
                .u32(attributes.bits())
                .sized(authPolicy);
        symmetric.ifPresentOrElse(
                s -> out.u16(s.algorithmId()).u16(s.keyBits()).u16(s.modeId()), () -> out.u16(ALG_NULL));
        scheme.ifPresentOrElse(s -> out.u16(s.schemeId()).u16(s.hashId()), () -> out.u16(ALG_NULL));
        switch (key) {
            case RSAPublicKey rsa -> {
                long exponent = rsa.getPublicExponent().longValueExact();
                out.u16(rsa.getModulus().bitLength())
                        .u32(exponent == DEFAULT_EXPONENT ? 0 : exponent)
                        .sized(BigIntegers.asUnsignedByteArray(rsa.getModulus()));
            }
            case ECPublicKey ec -> {
                EccCurve curve = curveOf(ec);
                out.u16(curve.tpmId()).u16(ALG_NULL);
                out.sized(curve.fieldBytes(ec.getW().getAffineX()));
                out.sized(curve.fieldBytes(ec.getW().getAffineY()));
            }
            default ->
                throw new TpmFormatException(
                        "TPMT_PUBLIC", 0, "a " + key.getAlgorithm() + " key cannot be a TPM key here");
        }
        return new TpmPublic(Octets.wrap(out.toByteArray()));
    }

    /** An attestation key as Keylime's agents make it: attributes 0x00050072, no policy, this scheme and hash. */
    public static TpmPublic attestationKey(PublicKey key, SigningAlgorithm scheme, HashAlgorithm hash)
            throws TpmFormatException {
        return of(
                key,
                hash,
                ObjectAttributes.ATTESTATION_KEY,
                Octets.EMPTY,
                Optional.empty(),
                Optional.of(Scheme.of(scheme, hash)));
    }

    /**
     * An endorsement key by the TCG template for its algorithm and size ("EK Credential Profile"): SHA-256, AES-128 and
     * PolicyA for RSA-2048 and P-256; SHA-384 or SHA-512, AES-256 and PolicyB for the larger ones.
     */
    public static TpmPublic endorsementKey(PublicKey key) throws TpmFormatException {
        boolean lowRange;
        HashAlgorithm hash;
        if (key instanceof RSAPublicKey rsa) {
            lowRange = rsa.getModulus().bitLength() <= 2048;
            hash = lowRange ? HashAlgorithm.SHA256 : HashAlgorithm.SHA384;
        } else if (key instanceof ECPublicKey ec) {
            EccCurve curve = curveOf(ec);
            lowRange = curve == EccCurve.P256;
            hash = switch (curve) {
                case P256 -> HashAlgorithm.SHA256;
                case P384 -> HashAlgorithm.SHA384;
                case P521 -> HashAlgorithm.SHA512;
            };
        } else {
            throw new TpmFormatException("TPMT_PUBLIC", 0, "a " + key.getAlgorithm() + " key cannot be an EK");
        }
        return of(
                key,
                hash,
                lowRange ? ObjectAttributes.ENDORSEMENT_KEY : ObjectAttributes.ENDORSEMENT_KEY_HIGH_RANGE,
                lowRange ? EndorsementPolicies.policyA(hash) : EndorsementPolicies.policyB(hash),
                Optional.of(Symmetric.aesCfb(lowRange ? 128 : 256)),
                Optional.empty());
    }

    private static EccCurve curveOf(ECPublicKey key) throws TpmFormatException {
        for (EccCurve curve : EccCurve.values()) {
            if (curve.domain().getN().equals(key.getParams().getOrder())) {
                return curve;
            }
        }
        throw new TpmFormatException("TPMT_PUBLIC", 0, "the key is not on P-256, P-384 or P-521");
    }

    private static Optional<Symmetric> readSymmetric(TpmReader in) throws TpmFormatException {
        int algorithm = in.u16("symmetric.algorithm");
        if (algorithm == ALG_NULL) {
            return Optional.empty();
        }
        return Optional.of(new Symmetric(algorithm, in.u16("symmetric.keyBits"), in.u16("symmetric.mode")));
    }

    /** TPMT_RSA_SCHEME and TPMT_ECC_SCHEME share their identifiers, so one reader does for both (Part 2 §11.2). */
    private static Optional<Scheme> readScheme(TpmReader in) throws TpmFormatException {
        int at = in.position();
        int scheme = in.u16("scheme");
        return switch (scheme) {
            case ALG_NULL -> Optional.empty();
            case 0x0015 -> Optional.of(new Scheme(scheme, 0)); // RSAES has no details
            // RSASSA, RSAPSS, OAEP, ECDSA, ECDH, SM2, ECSCHNORR, ECMQV: a hash
            case 0x0014, 0x0016, 0x0017, 0x0018, 0x0019, 0x001b, 0x001c, 0x001d ->
                Optional.of(new Scheme(scheme, in.u16("scheme.hash")));
            case 0x001a -> { // ECDAA: a hash and a counter
                Scheme result = new Scheme(scheme, in.u16("scheme.hash"));
                in.skip(2, "scheme.count");
                yield Optional.of(result);
            }
            default -> throw in.failAt(at, String.format("scheme 0x%04x is not supported", scheme));
        };
    }

    private static Key readRsa(TpmReader in) throws TpmFormatException {
        int at = in.position();
        int keyBits = in.u16("keyBits");
        if (keyBits != 1024 && keyBits != 2048 && keyBits != 3072 && keyBits != 4096) {
            throw in.failAt(at, "an RSA key of " + keyBits + " bits is not 1024, 2048, 3072 or 4096");
        }
        long exponent = in.u32("exponent");
        if (exponent == 0) {
            exponent = DEFAULT_EXPONENT;
        }
        if (exponent < 3 || (exponent & 1) == 0) {
            throw in.failAt(at + 2, "the RSA exponent " + exponent + " is not an odd number above 2");
        }
        int modulusAt = in.position();
        Octets modulus = in.sized(keyBits / 8, "unique.rsa");
        if (modulus.length() != keyBits / 8 || modulus.unsignedAt(0) < 0x80) {
            throw in.failAt(modulusAt, "the RSA modulus does not have exactly " + keyBits + " bits");
        }
        if ((modulus.unsignedAt(modulus.length() - 1) & 1) == 0) {
            throw in.failAt(modulusAt, "the RSA modulus is even");
        }
        return new Key.Rsa(keyBits, exponent, modulus);
    }

    private static Key readEcc(TpmReader in) throws TpmFormatException {
        int at = in.position();
        int curveId = in.u16("curveID");
        EccCurve curve = EccCurve.fromTpmId(curveId)
                .orElseThrow(() -> in.failAt(at, String.format("curve 0x%04x is not P-256, P-384 or P-521", curveId)));
        if (in.u16("kdf.scheme") != ALG_NULL) {
            in.skip(2, "kdf.hash");
        }
        int pointAt = in.position();
        Octets x = coordinate(in, curve, "unique.ecc.x");
        Octets y = coordinate(in, curve, "unique.ecc.y");
        if (curve.point(unsigned(x), unsigned(y)).isEmpty()) {
            throw in.failAt(pointAt, "the point is not on the curve");
        }
        return new Key.Ecc(curve, x, y);
    }

    private static Octets coordinate(TpmReader in, EccCurve curve, String field) throws TpmFormatException {
        int at = in.position();
        Octets value = in.sized(curve.fieldSize(), field);
        // Some TPMs write P-521 coordinates in 65 bytes when the top bit of the 521 is clear.
        boolean shortened = curve == EccCurve.P521 && value.length() == 65;
        if (value.length() != curve.fieldSize() && !shortened) {
            throw in.failAt(at, field + " has " + value.length() + " bytes, not " + curve.fieldSize());
        }
        return value;
    }

    static BigInteger unsigned(Octets bytes) {
        return new BigInteger(1, bytes.array(), bytes.offset(), bytes.length());
    }

    /** The marshalled TPM2B_PUBLIC, a fresh array. */
    public byte[] tpm2b() {
        return new TpmWriter().sized(tpmt).toByteArray();
    }

    /** The marshalled TPMT_PUBLIC, a fresh array. */
    public byte[] tpmt() {
        return tpmt.toByteArray();
    }

    /** {@link #tpm2b} in standard base64 with padding: the form on the wire. */
    public String toBase64() {
        return Base64.getEncoder().encodeToString(tpm2b());
    }

    /** TPM2B_NAME contents: 16-bit name algorithm, then its hash of the TPMT_PUBLIC. A fresh array. */
    public byte[] name() {
        return new TpmWriter()
                .u16(nameAlgorithm.tpmId())
                .bytes(nameAlgorithm.digest(tpmt.readOnlyArray()))
                .toByteArray();
    }

    /** Hash of the name, and of a storage key's own protections. */
    public HashAlgorithm nameAlgorithm() {
        return nameAlgorithm;
    }

    /** Object attributes. */
    public ObjectAttributes attributes() {
        return attributes;
    }

    /** Policy digest, empty if there is none. */
    public Octets authPolicy() {
        return authPolicy;
    }

    /** Symmetric definition of a storage key. */
    public Optional<Symmetric> symmetric() {
        return symmetric;
    }

    /** Signing scheme, if the key is bound to one. */
    public Optional<Scheme> scheme() {
        return scheme;
    }

    /** The key itself. */
    public Key key() {
        return key;
    }

    /** The key's algorithm and size as the wire names it. */
    public EncryptionAlgorithm algorithm() {
        return switch (key) {
            case Key.Rsa rsa ->
                switch (rsa.keyBits()) {
                    case 1024 -> EncryptionAlgorithm.RSA1024;
                    case 2048 -> EncryptionAlgorithm.RSA2048;
                    case 3072 -> EncryptionAlgorithm.RSA3072;
                    default -> EncryptionAlgorithm.RSA4096;
                };
            case Key.Ecc ecc -> ecc.curve().algorithm();
        };
    }

    /** The key for JCA; its {@code getEncoded} is the SubjectPublicKeyInfo in DER. Decoded anew at each call. */
    public PublicKey publicKey() {
        try {
            return switch (key) {
                case Key.Rsa rsa ->
                    KeyFactory.getInstance("RSA")
                            .generatePublic(
                                    new RSAPublicKeySpec(unsigned(rsa.modulus()), BigInteger.valueOf(rsa.exponent())));
                case Key.Ecc ecc -> {
                    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
                    parameters.init(new ECGenParameterSpec(ecc.curve().jcaName()));
                    yield KeyFactory.getInstance("EC")
                            .generatePublic(new ECPublicKeySpec(
                                    new java.security.spec.ECPoint(unsigned(ecc.x()), unsigned(ecc.y())),
                                    parameters.getParameterSpec(ECParameterSpec.class)));
                }
            };
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(
                    "this Java runtime cannot hold a " + algorithm().wireName() + " key", e);
        }
    }

    /** Equal if the bytes are equal. */
    @Override
    public boolean equals(Object other) {
        return other instanceof TpmPublic that && tpmt.equals(that.tpmt);
    }

    @Override
    public int hashCode() {
        return tpmt.hashCode();
    }

    @Override
    public String toString() {
        return algorithm().wireName() + " " + attributes.describe();
    }
}
