package io.limelight.core.tpm;

import java.nio.charset.StandardCharsets;

/**
 * Checks that an initial attestation key (IAK) vouches for an AK: TPM2_Certify of the AK by the IAK (TPM 2.0 Part 3
 * §18.2), bound to the agent's id.
 */
public final class KeyCertification {
    private KeyCertification() {}

    /**
     * Succeeds if {@code attest} is a certification of {@code ak}, signed by {@code iak}, whose qualifying data is
     * SHA-256 of the agent id (API 2.6) or the id itself (earlier).
     *
     * @param iak the IAK, already tied to its certificate by the caller
     * @param attest TPMS_ATTEST bytes ({@code iak_attest})
     * @param signature TPMT_SIGNATURE bytes ({@code iak_sign}): RSASSA, RSAPSS or ECDSA
     * @param agentId the id the agent registers under
     * @param ak the AK it registers
     * @throws KeyNotCertifiedException with the sentence for the log
     */
    public static void verify(AttestationKey iak, byte[] attest, byte[] signature, String agentId, TpmPublic ak)
            throws KeyNotCertifiedException {
        Octets signed = Octets.copyOf(attest);
        TpmSignature parsedSignature;
        Attest parsed;
        try {
            parsedSignature = TpmSignature.parse(Octets.copyOf(signature));
            parsed = Attest.parse(signed);
        } catch (TpmFormatException e) {
            throw new KeyNotCertifiedException(
                    "The certification of the AK cannot be read: " + e.getMessage() + ".", e);
        }
        if (!(parsed instanceof Attest.Certify certify)) {
            throw new KeyNotCertifiedException("What the IAK signed is a quote, not the certification of a key.", null);
        }
        byte[] id = agentId.getBytes(StandardCharsets.UTF_8);
        Octets extraData = certify.header().extraData();
        if (!extraData.contentEquals(HashAlgorithm.SHA256.digest(id)) && !extraData.contentEquals(id)) {
            throw new KeyNotCertifiedException("The certification of the AK was made for another agent id.", null);
        }
        if (!certify.name().contentEquals(ak.name())) {
            throw new KeyNotCertifiedException("The IAK certified another key than the AK that is registered.", null);
        }
        if (!iak.verifies(parsedSignature, signed)) {
            throw new KeyNotCertifiedException("The certification of the AK is not signed by the IAK.", null);
        }
    }
}
