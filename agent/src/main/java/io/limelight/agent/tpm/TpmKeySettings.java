package io.limelight.agent.tpm;

import io.limelight.core.secret.SecretBytes;
import io.limelight.core.tpm.EncryptionAlgorithm;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.SigningAlgorithm;
import java.util.OptionalInt;

/**
 * Which keys a machine attests with.
 *
 * @param hash PCR bank, name algorithm of the AK and hash of its signatures, all in one ({@code tpm_hash_alg}): a quote
 *     digests the PCRs with the signature's hash, and peers look the bank up by it
 * @param endorsement kind and size of the EK ({@code tpm_encryption_alg}), and of the AK where its scheme fits
 * @param signing scheme of the AK ({@code tpm_signing_alg})
 * @param endorsementHandle a persistent EK to use; empty makes one from its template
 * @param endorsementPassword password of the endorsement hierarchy ({@code tpm_ownerpassword}); empty bytes for none;
 *     closed by whoever made it, after the TPM
 */
public record TpmKeySettings(
        HashAlgorithm hash,
        EncryptionAlgorithm endorsement,
        SigningAlgorithm signing,
        OptionalInt endorsementHandle,
        SecretBytes endorsementPassword) {
    /** SHA-256, RSA-2048, RSASSA, EK from its template, no password. */
    public static TpmKeySettings usual() {
        return of(HashAlgorithm.SHA256, EncryptionAlgorithm.RSA2048, SigningAlgorithm.RSASSA);
    }

    /** EK from its template, no password. */
    public static TpmKeySettings of(HashAlgorithm hash, EncryptionAlgorithm endorsement, SigningAlgorithm signing) {
        return new TpmKeySettings(hash, endorsement, signing, OptionalInt.empty(), SecretBytes.adopt(new byte[0]));
    }

    /**
     * Kind and size of the AK: that of the EK where the scheme belongs to it, so {@code ecc384} and {@code ecdsa} make a
     * P-384 AK; otherwise RSA-2048 or P-256. An EC AK under an RSA EK is allowed: most TPMs carry a certificate for their
     * RSA EK only, and EC quotes are several times faster.
     */
    public EncryptionAlgorithm attestation() {
        boolean rsaEndorsement = endorsement.wireName().startsWith("rsa");
        boolean rsaScheme = signing == SigningAlgorithm.RSASSA || signing == SigningAlgorithm.RSAPSS;
        if (rsaScheme == rsaEndorsement) {
            return endorsement;
        }
        return rsaScheme ? EncryptionAlgorithm.RSA2048 : EncryptionAlgorithm.ECC256;
    }
}
