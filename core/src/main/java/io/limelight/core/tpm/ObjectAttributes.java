package io.limelight.core.tpm;

import java.util.StringJoiner;

/**
 * TPMA_OBJECT (TPM 2.0 Part 2 §8.3).
 *
 * @param bits the 32 bits as on the wire
 */
public record ObjectAttributes(int bits) {
    /** What an attestation key must have, neither more nor less: 0x00050072. */
    public static final ObjectAttributes ATTESTATION_KEY = new ObjectAttributes(0x00050072);

    /** The endorsement key of the low-range templates: 0x000300b2. */
    public static final ObjectAttributes ENDORSEMENT_KEY = new ObjectAttributes(0x000300b2);

    /** The endorsement key of the high-range templates, which adds userWithAuth: 0x000300f2. */
    public static final ObjectAttributes ENDORSEMENT_KEY_HIGH_RANGE = new ObjectAttributes(0x000300f2);

    private static final int FIXED_TPM = 1 << 1;
    private static final int FIXED_PARENT = 1 << 4;
    private static final int SENSITIVE_DATA_ORIGIN = 1 << 5;
    private static final int USER_WITH_AUTH = 1 << 6;
    private static final int ADMIN_WITH_POLICY = 1 << 7;
    private static final int RESTRICTED = 1 << 16;
    private static final int DECRYPT = 1 << 17;
    private static final int SIGN = 1 << 18;

    /** The key cannot leave this TPM. */
    public boolean fixedTpm() {
        return has(FIXED_TPM);
    }

    /** The key cannot be moved to another parent. */
    public boolean fixedParent() {
        return has(FIXED_PARENT);
    }

    /** The TPM made the secret part itself. */
    public boolean sensitiveDataOrigin() {
        return has(SENSITIVE_DATA_ORIGIN);
    }

    /** The key works only on data the TPM made: without it a quote proves nothing. */
    public boolean restricted() {
        return has(RESTRICTED);
    }

    /** The key decrypts. */
    public boolean decrypt() {
        return has(DECRYPT);
    }

    /** The key signs. */
    public boolean sign() {
        return has(SIGN);
    }

    private boolean has(int bit) {
        return (bits & bit) != 0;
    }

    /** The bits in hex and the names of those set, for an error message. */
    public String describe() {
        StringJoiner names = new StringJoiner(", ", String.format("0x%08x (", bits), ")");
        names.setEmptyValue("0x00000000");
        add(names, FIXED_TPM, "fixedTPM");
        add(names, FIXED_PARENT, "fixedParent");
        add(names, SENSITIVE_DATA_ORIGIN, "sensitiveDataOrigin");
        add(names, USER_WITH_AUTH, "userWithAuth");
        add(names, ADMIN_WITH_POLICY, "adminWithPolicy");
        add(names, RESTRICTED, "restricted");
        add(names, DECRYPT, "decrypt");
        add(names, SIGN, "sign");
        return names.toString();
    }

    private void add(StringJoiner names, int bit, String name) {
        if (has(bit)) {
            names.add(name);
        }
    }

    @Override
    public String toString() {
        return describe();
    }
}
