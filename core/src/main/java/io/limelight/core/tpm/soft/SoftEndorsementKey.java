package io.limelight.core.tpm.soft;

import io.limelight.core.tpm.CredentialBlob;
import io.limelight.core.tpm.EccCurve;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.KeyDerivation;
import io.limelight.core.tpm.TpmFormatException;
import io.limelight.core.tpm.TpmPublic;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.MGF1ParameterSpec;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;

/**
 * An endorsement key in software: activates credentials as TPM2_ActivateCredential does (TPM 2.0 Part 1 §24). For load
 * tools and tests.
 */
public final class SoftEndorsementKey {
    private final KeyPair pair;
    private final TpmPublic publicArea;

    private SoftEndorsementKey(KeyPair pair, TpmPublic publicArea) {
        this.pair = pair;
        this.publicArea = publicArea;
    }

    /** A new RSA key. */
    public static SoftEndorsementKey generateRsa(int bits, SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits, random);
            return of(generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime cannot make an RSA key of " + bits + " bits", e);
        }
    }

    /** A new EC key. */
    public static SoftEndorsementKey generateEcc(EccCurve curve, SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(curve.jcaName()), random);
            return of(generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime cannot make a key on " + curve.jcaName(), e);
        }
    }

    /** An existing key pair as an endorsement key by the TCG template for its size. */
    public static SoftEndorsementKey of(KeyPair pair) {
        try {
            return new SoftEndorsementKey(pair, TpmPublic.endorsementKey(pair.getPublic()));
        } catch (TpmFormatException e) {
            throw new IllegalArgumentException("not a key a TPM could hold", e);
        }
    }

    /** The public area. */
    public TpmPublic publicArea() {
        return publicArea;
    }

    /** The key for JCA, for an EK certificate. */
    public PublicKey publicKey() {
        return pair.getPublic();
    }

    /**
     * Opens a credential for the key of this name.
     *
     * @return the secret; the caller erases it
     * @throws GeneralSecurityException if it was made for another EK or name, or was changed
     */
    public byte[] activate(CredentialBlob blob, byte[] akName) throws GeneralSecurityException {
        HashAlgorithm hash = publicArea.nameAlgorithm();
        byte[] encryptedSecret = blob.encryptedSecret().toByteArray();
        byte[] seed = pair.getPrivate() instanceof java.security.interfaces.RSAPrivateKey rsa
                ? openOaep(rsa, hash, encryptedSecret)
                : agree(hash, encryptedSecret);
        byte[] none = new byte[0];
        int keyBits = publicArea.symmetric().orElseThrow().keyBits();
        byte[] macKey = KeyDerivation.kdfA(hash, seed, "INTEGRITY", none, none, hash.digestSize() * 8);
        byte[] encryptedIdentity = blob.encryptedIdentity().toByteArray();
        String hmacName = "Hmac" + hash.jcaName().replace("-", "");
        Mac mac = Mac.getInstance(hmacName);
        mac.init(new SecretKeySpec(macKey, hmacName));
        mac.update(encryptedIdentity);
        if (!MessageDigest.isEqual(mac.doFinal(akName), blob.integrityHmac().toByteArray())) {
            throw new GeneralSecurityException("the credential is for another key, or was changed");
        }
        byte[] symmetricKey = KeyDerivation.kdfA(hash, seed, "STORAGE", akName, none, keyBits);
        Cipher cfb = Cipher.getInstance("AES/CFB/NoPadding");
        cfb.init(Cipher.DECRYPT_MODE, new SecretKeySpec(symmetricKey, "AES"), new IvParameterSpec(new byte[16]));
        byte[] identity = cfb.doFinal(encryptedIdentity);
        int size = identity.length < 2 ? -1 : (identity[0] & 0xff) << 8 | (identity[1] & 0xff);
        if (size != identity.length - 2) {
            throw new GeneralSecurityException("the secret's size does not fit the credential");
        }
        return Arrays.copyOfRange(identity, 2, identity.length);
    }

    private static byte[] openOaep(PrivateKey key, HashAlgorithm hash, byte[] encryptedSeed)
            throws GeneralSecurityException {
        Cipher oaep = Cipher.getInstance("RSA/ECB/OAEPPadding");
        oaep.init(
                Cipher.DECRYPT_MODE,
                key,
                new OAEPParameterSpec(
                        hash.jcaName(),
                        "MGF1",
                        new MGF1ParameterSpec(hash.jcaName()),
                        new PSource.PSpecified("IDENTITY\0".getBytes(StandardCharsets.US_ASCII))));
        return oaep.doFinal(encryptedSeed);
    }

    private byte[] agree(HashAlgorithm hash, byte[] point) throws GeneralSecurityException {
        if (!(pair.getPublic() instanceof ECPublicKey own) || !(publicArea.key() instanceof TpmPublic.Key.Ecc ecc)) {
            throw new GeneralSecurityException("not an EC key");
        }
        int size = ecc.curve().fieldSize();
        if (point.length != 2 * (2 + size)) {
            throw new GeneralSecurityException("the encrypted seed is no point of this curve");
        }
        byte[] x = Arrays.copyOfRange(point, 2, 2 + size);
        byte[] y = Arrays.copyOfRange(point, 4 + size, point.length);
        PublicKey ephemeral = KeyFactory.getInstance("EC")
                .generatePublic(
                        new ECPublicKeySpec(new ECPoint(new BigInteger(1, x), new BigInteger(1, y)), own.getParams()));
        KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
        agreement.init(pair.getPrivate());
        agreement.doPhase(ephemeral, true);
        return KeyDerivation.kdfE(
                hash, agreement.generateSecret(), "IDENTITY", x, ecc.x().toByteArray());
    }
}
