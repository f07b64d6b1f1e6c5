package io.limelight.core.tpm;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.spec.MGF1ParameterSpec;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.util.BigIntegers;

/**
 * TPM2_MakeCredential in software (TPM 2.0 Part 1 §24 "Credential Protection"): encrypts a secret so that only a TPM
 * that holds both the EK and a key of the given name can read it.
 *
 * <p>With H the EK's name algorithm: a seed goes to the EK (RSA: OAEP with H and the label {@code IDENTITY\0}; ECC: an
 * ephemeral key, and KDFe of the shared point). From the seed KDFa makes an AES key, with the <em>name</em> of the AK
 * as context, and an HMAC key. The secret is encrypted by AES-CFB and authenticated together with the AK's name. A TPM
 * refuses to activate it unless the loaded AK has that very name, which binds the answer to the AK's public area and
 * attributes, not only to the EK.
 *
 * <p>Everything that would give the secret away is erased before this returns; the caller erases the secret.
 */
public final class CredentialProtection {
    private static final String IDENTITY = "IDENTITY";
    private static final int SIZE_FIELD = 2;

    private CredentialProtection() {}

    /**
     * Makes a credential in the framing of {@link CredentialBlob}.
     *
     * @param ek endorsement key: a restricted decryption key with an AES-CFB symmetric definition
     * @param akName name of the key to be proved, as {@link TpmPublic#name} gives it
     * @param secret 1 to digest size of the EK's name algorithm bytes
     * @param random source of the seed or ephemeral key
     * @throws TpmFormatException if {@code ek} is no such key
     */
    public static byte[] makeCredential(TpmPublic ek, byte[] akName, byte[] secret, SecureRandom random)
            throws TpmFormatException {
        return switch (ek.key()) {
            case TpmPublic.Key.Rsa rsa -> {
                byte[] seed = new byte[ek.nameAlgorithm().digestSize()];
                random.nextBytes(seed);
                yield forRsa(ek, akName, secret, seed, random);
            }
            case TpmPublic.Key.Ecc ecc -> {
                BigInteger order = ecc.curve().domain().getN();
                BigInteger scalar =
                        BigIntegers.createRandomInRange(BigInteger.ONE, order.subtract(BigInteger.ONE), random);
                yield forEcc(ek, akName, secret, scalar);
            }
        };
    }

    /** The RSA form with a given seed, which is erased. */
    static byte[] forRsa(TpmPublic ek, byte[] akName, byte[] secret, byte[] seed, SecureRandom random)
            throws TpmFormatException {
        int keyBits = check(ek, secret);
        String hash = ek.nameAlgorithm().jcaName();
        try {
            Cipher oaep = Cipher.getInstance("RSA/ECB/OAEPPadding");
            oaep.init(
                    Cipher.ENCRYPT_MODE,
                    ek.publicKey(),
                    new OAEPParameterSpec(
                            hash, "MGF1", new MGF1ParameterSpec(hash), new PSource.PSpecified(withNul(IDENTITY))),
                    random);
            return protect(ek.nameAlgorithm(), keyBits, akName, secret, seed, oaep.doFinal(seed));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime cannot encrypt by RSA-OAEP with " + hash, e);
        } finally {
            Arrays.fill(seed, (byte) 0);
        }
    }

    /** The ECC form with a given ephemeral scalar. */
    static byte[] forEcc(TpmPublic ek, byte[] akName, byte[] secret, BigInteger scalar) throws TpmFormatException {
        int keyBits = check(ek, secret);
        if (!(ek.key() instanceof TpmPublic.Key.Ecc ecc)) {
            throw new IllegalArgumentException("not an ECC key");
        }
        EccCurve curve = ecc.curve();
        ECPoint ekPoint = curve.point(TpmPublic.unsigned(ecc.x()), TpmPublic.unsigned(ecc.y()))
                .orElseThrow();
        ECPoint ephemeral = new org.bouncycastle.math.ec.FixedPointCombMultiplier()
                .multiply(curve.domain().getG(), scalar)
                .normalize();
        byte[] ephemeralX = curve.fieldBytes(ephemeral.getAffineXCoord().toBigInteger());
        byte[] ephemeralY = curve.fieldBytes(ephemeral.getAffineYCoord().toBigInteger());
        byte[] shared = curve.fieldBytes(
                ekPoint.multiply(scalar).normalize().getAffineXCoord().toBigInteger());
        byte[] seed = KeyDerivation.kdfE(
                ek.nameAlgorithm(), shared, IDENTITY, ephemeralX, curve.fieldBytes(TpmPublic.unsigned(ecc.x())));
        Arrays.fill(shared, (byte) 0);
        try {
            byte[] point = new TpmWriter().sized(ephemeralX).sized(ephemeralY).toByteArray();
            return protect(ek.nameAlgorithm(), keyBits, akName, secret, seed, point);
        } finally {
            Arrays.fill(seed, (byte) 0);
        }
    }

    private static int check(TpmPublic ek, byte[] secret) throws TpmFormatException {
        if (!ek.attributes().restricted() || !ek.attributes().decrypt()) {
            throw new TpmFormatException(
                    "TPMT_PUBLIC",
                    4,
                    "no storage key: attributes are " + ek.attributes().describe());
        }
        if (ek.nameAlgorithm() == HashAlgorithm.SHA1) {
            throw new TpmFormatException("TPMT_PUBLIC", 2, "a credential is not made for an EK that uses SHA-1");
        }
        if (secret.length < 1 || secret.length > ek.nameAlgorithm().digestSize()) {
            throw new IllegalArgumentException(
                    "a credential holds 1 to " + ek.nameAlgorithm().digestSize() + " bytes, not " + secret.length);
        }
        return ek.symmetric()
                .filter(TpmPublic.Symmetric::isAesCfb)
                .orElseThrow(() -> new TpmFormatException(
                        "TPMT_PUBLIC", 8, "no storage key: its symmetric algorithm is not AES in CFB mode"))
                .keyBits();
    }

    private static byte[] protect(
            HashAlgorithm hash, int keyBits, byte[] akName, byte[] secret, byte[] seed, byte[] encryptedSeed) {
        byte[] none = new byte[0];
        byte[] symmetricKey = KeyDerivation.kdfA(hash, seed, "STORAGE", akName, none, keyBits);
        byte[] macKey = KeyDerivation.kdfA(hash, seed, "INTEGRITY", none, none, hash.digestSize() * 8);
        byte[] identity = Arrays.copyOf(new byte[] {0, (byte) secret.length}, SIZE_FIELD + secret.length);
        System.arraycopy(secret, 0, identity, SIZE_FIELD, secret.length);
        try {
            Cipher cfb = Cipher.getInstance("AES/CFB/NoPadding");
            cfb.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(symmetricKey, "AES"), new IvParameterSpec(new byte[16]));
            byte[] encryptedIdentity = cfb.doFinal(identity);
            Mac mac = Mac.getInstance(hash.hmacName());
            mac.init(new SecretKeySpec(macKey, hash.hmacName()));
            mac.update(encryptedIdentity);
            byte[] integrity = mac.doFinal(akName);
            return new CredentialBlob(
                            Octets.wrap(integrity), Octets.wrap(encryptedIdentity), Octets.wrap(encryptedSeed))
                    .encode();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime lacks AES-CFB or " + hash.hmacName(), e);
        } finally {
            Arrays.fill(symmetricKey, (byte) 0);
            Arrays.fill(macKey, (byte) 0);
            Arrays.fill(identity, (byte) 0);
        }
    }

    private static byte[] withNul(String label) {
        return (label + "\0").getBytes(StandardCharsets.US_ASCII);
    }
}
