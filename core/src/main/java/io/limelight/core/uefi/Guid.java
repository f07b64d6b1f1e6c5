package io.limelight.core.uefi;

import io.limelight.core.tpm.Octets;

/**
 * A GUID in its text form: lower case, the first three fields byte-swapped from their place in memory (UEFI 2.10
 * appendix A).
 *
 * @param text for example {@code 8be4df61-93ca-11d2-aa0d-00e098032b8c}
 */
public record Guid(String text) {
    /** EFI_GLOBAL_VARIABLE: SecureBoot, PK, KEK, BootOrder and Boot####. */
    public static final Guid GLOBAL = new Guid("8be4df61-93ca-11d2-aa0d-00e098032b8c");

    /** EFI_IMAGE_SECURITY_DATABASE_GUID: db and dbx. */
    public static final Guid IMAGE_SECURITY = new Guid("d719b2cb-3d3a-4596-a3bc-dad00e67656f");

    /** Variables of shim. */
    public static final Guid SHIM = new Guid("605dab50-e046-4300-abb6-3dd810dd8b23");

    /** EFI_CERT_X509_GUID. */
    public static final Guid CERT_X509 = new Guid("a5c059a1-94e4-4aa7-87b5-ab155c2bf072");

    /** EFI_CERT_SHA256_GUID. */
    public static final Guid CERT_SHA256 = new Guid("c1c41626-504c-4092-aca9-41f936934328");

    private static final int[] ORDER = {3, 2, 1, 0, -1, 5, 4, -1, 7, 6, -1, 8, 9, -1, 10, 11, 12, 13, 14, 15};

    static Guid of(Octets bytes) {
        StringBuilder text = new StringBuilder(36);
        for (int index : ORDER) {
            if (index < 0) {
                text.append('-');
            } else {
                int value = bytes.unsignedAt(index);
                text.append(Character.forDigit(value >>> 4, 16)).append(Character.forDigit(value & 15, 16));
            }
        }
        return new Guid(text.toString());
    }

    @Override
    public String toString() {
        return text;
    }
}
