package io.limelight.core.tpm;

import java.util.Optional;

/**
 * Asymmetric algorithms of EK and AK by their wire names.
 *
 * <p>{@code rsa} means {@code rsa2048} and {@code ecc} means {@code ecc256}: agents print the short form toward peers
 * older than API 2.5 and the long form from then on, so both must be understood everywhere.
 */
public enum EncryptionAlgorithm {
    /** RSA, 1024 bits. */
    RSA1024("rsa1024"),
    /** RSA, 2048 bits; also called {@code rsa}. */
    RSA2048("rsa2048"),
    /** RSA, 3072 bits. */
    RSA3072("rsa3072"),
    /** RSA, 4096 bits. */
    RSA4096("rsa4096"),
    /** NIST P-192: a name only. */
    ECC192("ecc192"),
    /** NIST P-224: a name only. */
    ECC224("ecc224"),
    /** NIST P-256; also called {@code ecc}. */
    ECC256("ecc256"),
    /** NIST P-384. */
    ECC384("ecc384"),
    /** NIST P-521. */
    ECC521("ecc521"),
    /** SM2: a name only. */
    ECC_SM2("ecc_sm2");

    private final String wireName;

    EncryptionAlgorithm(String wireName) {
        this.wireName = wireName;
    }

    /** The explicit name, for example {@code rsa2048}. */
    public String wireName() {
        return wireName;
    }

    /** The name for peers older than API 2.5: {@code rsa} and {@code ecc} for RSA-2048 and P-256. */
    public String shortWireName() {
        return switch (this) {
            case RSA2048 -> "rsa";
            case ECC256 -> "ecc";
            default -> wireName;
        };
    }

    /** The algorithm with this wire name (exact, lower case), short forms included. */
    public static Optional<EncryptionAlgorithm> fromWireName(String name) {
        for (EncryptionAlgorithm algorithm : values()) {
            if (algorithm.wireName.equals(name) || algorithm.shortWireName().equals(name)) {
                return Optional.of(algorithm);
            }
        }
        return Optional.empty();
    }
}
