package io.limelight.core.policy.sign;

import io.limelight.core.tpm.HashAlgorithm;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.PGPPublicKeyRingCollection;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureList;
import org.bouncycastle.openpgp.PGPUtil;
import org.bouncycastle.openpgp.bc.BcPGPObjectFactory;
import org.bouncycastle.openpgp.operator.bc.BcKeyFingerprintCalculator;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentVerifierBuilderProvider;

/**
 * Signatures that lie in a file of their own beside what they sign: OpenPGP, or ECDSA with SHA-256 in DER. Which of them it is says
 * the key, as in Keylime. Policies are signed otherwise ({@link DsseEnvelope}); these are for keys of IMA signatures.
 *
 * <p>An OpenPGP key that has expired or was revoked verifies nothing, nor does a signature over MD5, SHA-1 or RIPEMD.
 */
public final class DetachedSignature {
    /** Longer keys and signatures are refused unread: a key may bring a picture and a hundred certifications. */
    public static final int MAX_LENGTH = 1024 * 1024;

    private static final String PGP = "-----BEGIN PGP PUBLIC KEY BLOCK-----";
    private static final String EC = "-----BEGIN PUBLIC KEY-----";
    private static final Set<Integer> STRONG = Set.of(
            HashAlgorithmTags.SHA256,
            HashAlgorithmTags.SHA384,
            HashAlgorithmTags.SHA512,
            HashAlgorithmTags.SHA224,
            HashAlgorithmTags.SHA3_256,
            HashAlgorithmTags.SHA3_512);

    private DetachedSignature() {}

    /**
     * Whether the signature is this key's over these bytes.
     *
     * @param key a file with an armoured OpenPGP key or a PEM EC key
     * @param now when the key must be valid
     * @throws PolicySignatureException if the key can verify nothing
     */
    public static boolean verifies(byte[] signed, byte[] signature, byte[] key, Instant now)
            throws PolicySignatureException {
        if (key.length > MAX_LENGTH) {
            throw new PolicySignatureException("it is too long for a key");
        }
        if (signature.length > MAX_LENGTH) {
            return false;
        }
        String text = new String(key, StandardCharsets.ISO_8859_1).stripLeading();
        if (text.startsWith(PGP)) {
            return byPgp(signed, signature, key, now);
        }
        if (text.startsWith(EC)) {
            return PolicyKey.parse(key).verifies(HashAlgorithm.SHA256.digest(signed), signature);
        }
        throw new PolicySignatureException(
                "it is neither an armoured OpenPGP key (" + PGP + ") nor an EC key (" + EC + ")");
    }

    private static boolean byPgp(byte[] signed, byte[] signature, byte[] file, Instant now)
            throws PolicySignatureException {
        PGPPublicKeyRingCollection keys;
        try {
            keys = new PGPPublicKeyRingCollection(
                    PGPUtil.getDecoderStream(new ByteArrayInputStream(file)), new BcKeyFingerprintCalculator());
        } catch (IOException | PGPException | RuntimeException e) {
            // Bouncy Castle has many words for bytes that are none of its structures.
            throw new PolicySignatureException("it is no OpenPGP key that can be read", e);
        }
        try {
            Object found =
                    new BcPGPObjectFactory(PGPUtil.getDecoderStream(new ByteArrayInputStream(signature))).nextObject();
            if (!(found instanceof PGPSignatureList list) || list.isEmpty()) {
                return false;
            }
            // The first one counts, as in Keylime.
            PGPSignature first = list.get(0);
            PGPPublicKeyRing ring = keys.getPublicKeyRing(first.getKeyID());
            if (ring == null
                    || !STRONG.contains(first.getHashAlgorithm())
                    || first.getSignatureType() != PGPSignature.BINARY_DOCUMENT) {
                return false;
            }
            PGPPublicKey key = ring.getPublicKey(first.getKeyID());
            requireValid(ring.getPublicKey(), now);
            requireValid(key, now);
            first.init(new BcPGPContentVerifierBuilderProvider(), key);
            first.update(signed);
            return first.verify();
        } catch (IOException | PGPException | RuntimeException e) {
            return false;
        }
    }

    private static void requireValid(PGPPublicKey key, Instant now) throws PolicySignatureException {
        if (key.hasRevocation()) {
            throw new PolicySignatureException("it was revoked");
        }
        if (key.getValidSeconds() > 0) {
            Instant end = key.getCreationTime().toInstant().plus(Duration.ofSeconds(key.getValidSeconds()));
            if (!now.isBefore(end)) {
                throw new PolicySignatureException("it expired on " + end);
            }
        }
    }
}
