package io.limelight.agent.tpm;

import io.limelight.core.tpm.EncryptionAlgorithm;
import io.limelight.core.tpm.EndorsementPolicies;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.ObjectAttributes;
import io.limelight.core.tpm.SigningAlgorithm;
import tss.tpm.TPM2B_PUBLIC_KEY_RSA;
import tss.tpm.TPMA_OBJECT;
import tss.tpm.TPMS_ECC_PARMS;
import tss.tpm.TPMS_ECC_POINT;
import tss.tpm.TPMS_NULL_ASYM_SCHEME;
import tss.tpm.TPMS_NULL_KDF_SCHEME;
import tss.tpm.TPMS_RSA_PARMS;
import tss.tpm.TPMS_SIG_SCHEME_ECDSA;
import tss.tpm.TPMS_SIG_SCHEME_RSASSA;
import tss.tpm.TPMT_PUBLIC;
import tss.tpm.TPMT_SYM_DEF_OBJECT;
import tss.tpm.TPMU_ASYM_SCHEME;
import tss.tpm.TPM_ALG_ID;
import tss.tpm.TPM_ECC_CURVE;

/**
 * What a TPM is asked to make. The EK templates are those of the TCG "EK Credential Profile": two TPMs, or the same TPM
 * twice, make the same EK from them, which is how an EK matches the certificate its maker signed.
 */
final class KeyTemplates {
    private static final TPMT_SYM_DEF_OBJECT NO_SYMMETRIC =
            new TPMT_SYM_DEF_OBJECT(TPM_ALG_ID.NULL, 0, TPM_ALG_ID.NULL);

    private KeyTemplates() {}

    /** Low range (RSA-2048, P-256): SHA-256, AES-128, PolicyA, zeros in {@code unique}; above: PolicyB, AES-256, empty. */
    static TPMT_PUBLIC endorsementKey(EncryptionAlgorithm algorithm) throws TpmException {
        return switch (algorithm) {
            case RSA2048 -> rsaEndorsement(2048, HashAlgorithm.SHA256, true);
            case RSA3072 -> rsaEndorsement(3072, HashAlgorithm.SHA384, false);
            case RSA4096 -> rsaEndorsement(4096, HashAlgorithm.SHA384, false);
            case ECC256 -> eccEndorsement(TPM_ECC_CURVE.NIST_P256, HashAlgorithm.SHA256, true);
            case ECC384 -> eccEndorsement(TPM_ECC_CURVE.NIST_P384, HashAlgorithm.SHA384, false);
            case ECC521 -> eccEndorsement(TPM_ECC_CURVE.NIST_P521, HashAlgorithm.SHA512, false);
            case RSA1024, ECC192, ECC224, ECC_SM2 ->
                throw new TpmException(
                        TpmProblem.UNSUPPORTED,
                        "tpm_encryption_alg = " + algorithm.wireName()
                                + " has no endorsement key template; use rsa2048,"
                                + " rsa3072, rsa4096, ecc256, ecc384 or ecc521");
        };
    }

    private static TPMT_PUBLIC rsaEndorsement(int bits, HashAlgorithm hash, boolean lowRange) {
        return new TPMT_PUBLIC(
                algorithm(hash),
                attributes(lowRange),
                policy(hash, lowRange),
                new TPMS_RSA_PARMS(storage(lowRange), new TPMS_NULL_ASYM_SCHEME(), bits, 0),
                new TPM2B_PUBLIC_KEY_RSA(new byte[lowRange ? bits / 8 : 0]));
    }

    private static TPMT_PUBLIC eccEndorsement(TPM_ECC_CURVE curve, HashAlgorithm hash, boolean lowRange) {
        return new TPMT_PUBLIC(
                algorithm(hash),
                attributes(lowRange),
                policy(hash, lowRange),
                new TPMS_ECC_PARMS(storage(lowRange), new TPMS_NULL_ASYM_SCHEME(), curve, new TPMS_NULL_KDF_SCHEME()),
                lowRange ? new TPMS_ECC_POINT(new byte[32], new byte[32]) : new TPMS_ECC_POINT());
    }

    private static TPMA_OBJECT attributes(boolean lowRange) {
        return attributes(lowRange ? ObjectAttributes.ENDORSEMENT_KEY : ObjectAttributes.ENDORSEMENT_KEY_HIGH_RANGE);
    }

    private static TPMA_OBJECT attributes(ObjectAttributes attributes) {
        return new TPMA_OBJECT(attributes.bits());
    }

    private static byte[] policy(HashAlgorithm hash, boolean lowRange) {
        return (lowRange ? EndorsementPolicies.policyA(hash) : EndorsementPolicies.policyB(hash)).toByteArray();
    }

    private static TPMT_SYM_DEF_OBJECT storage(boolean lowRange) {
        return new TPMT_SYM_DEF_OBJECT(TPM_ALG_ID.AES, lowRange ? 128 : 256, TPM_ALG_ID.CFB);
    }

    /** A restricted signing key that never leaves this TPM: attributes 0x00050072, empty policy. */
    static TPMT_PUBLIC attestationKey(TpmKeySettings settings) throws TpmException {
        EncryptionAlgorithm algorithm = settings.attestation();
        TPM_ALG_ID hash = algorithm(settings.hash());
        return switch (algorithm) {
            case RSA1024 -> rsaAttestation(1024, settings, hash);
            case RSA2048 -> rsaAttestation(2048, settings, hash);
            case RSA3072 -> rsaAttestation(3072, settings, hash);
            case RSA4096 -> rsaAttestation(4096, settings, hash);
            case ECC256 -> eccAttestation(TPM_ECC_CURVE.NIST_P256, settings, hash);
            case ECC384 -> eccAttestation(TPM_ECC_CURVE.NIST_P384, settings, hash);
            case ECC521 -> eccAttestation(TPM_ECC_CURVE.NIST_P521, settings, hash);
            case ECC192, ECC224, ECC_SM2 ->
                throw new TpmException(
                        TpmProblem.UNSUPPORTED, "keys of kind " + algorithm.wireName() + " cannot attest here");
        };
    }

    private static TPMT_PUBLIC rsaAttestation(int bits, TpmKeySettings settings, TPM_ALG_ID hash) throws TpmException {
        return new TPMT_PUBLIC(
                hash,
                attributes(ObjectAttributes.ATTESTATION_KEY),
                new byte[0],
                new TPMS_RSA_PARMS(NO_SYMMETRIC, scheme(settings, hash), bits, 0),
                new TPM2B_PUBLIC_KEY_RSA(new byte[0]));
    }

    private static TPMT_PUBLIC eccAttestation(TPM_ECC_CURVE curve, TpmKeySettings settings, TPM_ALG_ID hash)
            throws TpmException {
        return new TPMT_PUBLIC(
                hash,
                attributes(ObjectAttributes.ATTESTATION_KEY),
                new byte[0],
                new TPMS_ECC_PARMS(NO_SYMMETRIC, scheme(settings, hash), curve, new TPMS_NULL_KDF_SCHEME()),
                new TPMS_ECC_POINT());
    }

    private static TPMU_ASYM_SCHEME scheme(TpmKeySettings settings, TPM_ALG_ID hash) throws TpmException {
        if (settings.signing() == SigningAlgorithm.RSASSA) {
            return new TPMS_SIG_SCHEME_RSASSA(hash);
        }
        if (settings.signing() == SigningAlgorithm.ECDSA) {
            return new TPMS_SIG_SCHEME_ECDSA(hash);
        }
        throw new TpmException(
                TpmProblem.UNSUPPORTED,
                "tpm_signing_alg = " + settings.signing().wireName()
                        + ": no verifier checks quotes signed so; use rsassa or ecdsa");
    }

    static TPM_ALG_ID algorithm(HashAlgorithm hash) {
        return TPM_ALG_ID.fromInt(hash.tpmId());
    }
}
