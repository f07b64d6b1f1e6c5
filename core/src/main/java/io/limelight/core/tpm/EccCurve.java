package io.limelight.core.tpm;

import java.math.BigInteger;
import java.util.Optional;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.math.ec.ECPoint;
import org.jspecify.annotations.Nullable;

/** TPM_ECC_CURVE (TPM 2.0 Part 2 §6.4): the three curves keys may be on. */
public enum EccCurve {
    /** NIST P-256. */
    P256(0x0003, "secp256r1", 32, EncryptionAlgorithm.ECC256),
    /** NIST P-384. */
    P384(0x0004, "secp384r1", 48, EncryptionAlgorithm.ECC384),
    /** NIST P-521. */
    P521(0x0005, "secp521r1", 66, EncryptionAlgorithm.ECC521);

    private final int tpmId;
    private final String jcaName;
    private final int fieldSize;
    private final EncryptionAlgorithm algorithm;

    // Made when a key on the curve is first met: loading Bouncy Castle's curves takes longer than checking a quote.
    // Once made
    // it never changes; Bouncy Castle only does not say so.
    @SuppressWarnings("ImmutableEnumChecker")
    private volatile @Nullable ECDomainParameters domain;

    EccCurve(int tpmId, String jcaName, int fieldSize, EncryptionAlgorithm algorithm) {
        this.tpmId = tpmId;
        this.jcaName = jcaName;
        this.fieldSize = fieldSize;
        this.algorithm = algorithm;
    }

    /** TPM_ECC_CURVE. */
    public int tpmId() {
        return tpmId;
    }

    /** Name for JCA, for example {@code secp256r1}. */
    public String jcaName() {
        return jcaName;
    }

    /** Bytes of one coordinate. */
    public int fieldSize() {
        return fieldSize;
    }

    /** The wire name of keys on this curve. */
    public EncryptionAlgorithm algorithm() {
        return algorithm;
    }

    /** The curve with this TPM_ECC_CURVE. */
    public static Optional<EccCurve> fromTpmId(int id) {
        for (EccCurve curve : values()) {
            if (curve.tpmId == id) {
                return Optional.of(curve);
            }
        }
        return Optional.empty();
    }

    ECDomainParameters domain() {
        ECDomainParameters known = domain;
        if (known == null) {
            // The "custom" curves are Bouncy Castle's hand-made field arithmetic; the generic ones are several times
            // slower. Two threads may both make it; either will do.
            X9ECParameters parameters = CustomNamedCurves.getByName(jcaName);
            known = new ECDomainParameters(
                    parameters.getCurve(),
                    parameters.getG(),
                    parameters.getN(),
                    parameters.getH(),
                    parameters.getSeed());
            domain = known;
        }
        return known;
    }

    /** The point with these affine coordinates; empty unless it lies on the curve. */
    Optional<ECPoint> point(BigInteger x, BigInteger y) {
        ECDomainParameters domain = domain();
        BigInteger prime = domain.getCurve().getField().getCharacteristic();
        if (x.compareTo(prime) >= 0 || y.compareTo(prime) >= 0) {
            return Optional.empty();
        }
        ECPoint point = domain.getCurve().createPoint(x, y);
        return point.isValid() ? Optional.of(point) : Optional.empty();
    }

    /** A field element in full width, big-endian. */
    byte[] fieldBytes(BigInteger value) {
        return org.bouncycastle.util.BigIntegers.asUnsignedByteArray(fieldSize, value);
    }
}
