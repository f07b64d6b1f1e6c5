package io.limelight.core.tpm;

import java.util.Optional;

/** Signature schemes of a TPM (TPM 2.0 Part 2 §6.3) with their wire names. */
public enum SigningAlgorithm {
    /** RSASSA-PKCS1-v1_5, the only scheme accepted in quotes of RSA keys. */
    RSASSA(0x0014, "rsassa"),
    /** RSASSA-PSS: parsed, accepted where an IAK certifies, not in quotes. */
    RSAPSS(0x0016, "rsapss"),
    /** ECDSA, the only scheme accepted in quotes of EC keys. */
    ECDSA(0x0018, "ecdsa"),
    /** ECDAA: a name only. */
    ECDAA(0x001a, "ecdaa"),
    /** EC Schnorr: a name only. */
    ECSCHNORR(0x001c, "ecschnorr");

    private final int tpmId;
    private final String wireName;

    SigningAlgorithm(int tpmId, String wireName) {
        this.tpmId = tpmId;
        this.wireName = wireName;
    }

    /** TPM_ALG_ID. */
    public int tpmId() {
        return tpmId;
    }

    /** Name in configuration and JSON. */
    public String wireName() {
        return wireName;
    }

    /** The scheme with this TPM_ALG_ID. */
    public static Optional<SigningAlgorithm> fromTpmId(int id) {
        for (SigningAlgorithm algorithm : values()) {
            if (algorithm.tpmId == id) {
                return Optional.of(algorithm);
            }
        }
        return Optional.empty();
    }

    /** The scheme with this wire name (exact, lower case). */
    public static Optional<SigningAlgorithm> fromWireName(String name) {
        for (SigningAlgorithm algorithm : values()) {
            if (algorithm.wireName.equals(name)) {
                return Optional.of(algorithm);
            }
        }
        return Optional.empty();
    }
}
