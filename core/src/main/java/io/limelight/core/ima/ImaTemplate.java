package io.limelight.core.ima;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Templates of the kernel, as fields in order.
 *
 * <p>Keylime reads {@link #IMA}, {@link #IMA_NG}, {@link #IMA_SIG} and {@link #IMA_BUF}; the others are what a kernel prints
 * with {@code ima_template=} or for modules with appended signatures.
 */
public enum ImaTemplate {
    /** Digest of 20 bytes and a name of 256, both without length. */
    IMA("ima", Field.LEGACY_DIGEST, Field.LEGACY_NAME),
    /** Digest and name. */
    IMA_NG("ima-ng", Field.DIGEST, Field.NAME),
    /** The same with the file's signature, if it has one. */
    IMA_SIG("ima-sig", Field.DIGEST, Field.NAME, Field.SIGNATURE),
    /** As ima-ng; the digest says whether it is a file's or an fs-verity tree's. */
    IMA_NGV2("ima-ngv2", Field.TYPED_DIGEST, Field.NAME),
    /** As ima-sig, with such a digest. */
    IMA_SIGV2("ima-sigv2", Field.TYPED_DIGEST, Field.NAME, Field.SIGNATURE),
    /** A buffer the kernel measured: a key, a device mapper event, a command line. */
    IMA_BUF("ima-buf", Field.DIGEST, Field.NAME, Field.BUFFER),
    /** With the digest without its appended signature, and that signature (PKCS#7). */
    IMA_MODSIG("ima-modsig", Field.DIGEST, Field.NAME, Field.SIGNATURE, Field.OPTIONAL_DIGEST, Field.BYTES),
    /** With the portable EVM signature and what that signs. */
    EVM_SIG(
            "evm-sig",
            Field.DIGEST,
            Field.NAME,
            Field.SIGNATURE,
            Field.OPTIONAL_TEXT,
            Field.BYTES,
            Field.BYTES,
            Field.NUMBER_32,
            Field.NUMBER_32,
            Field.NUMBER_16);

    /** How a field is printed and hashed. */
    enum Field {
        /** Hex; its bytes. */
        LEGACY_DIGEST,
        /** Text; padded with NUL to 256. */
        LEGACY_NAME,
        /** {@code alg:hex}; length, {@code alg:}, NUL, bytes. */
        DIGEST,
        /** {@code type:alg:hex}; length, {@code type:alg:}, NUL, bytes. */
        TYPED_DIGEST,
        /** As DIGEST, or nothing: length 0. */
        OPTIONAL_DIGEST,
        /** Text; length, text, NUL. */
        NAME,
        /** Text or nothing: length 0. */
        OPTIONAL_TEXT,
        /** Hex or nothing; length, bytes. Bytes that are no signature count as nothing. */
        SIGNATURE,
        /** Hex or nothing; length, bytes. */
        BUFFER,
        /** Hex or nothing; length, bytes. */
        BYTES,
        /** Decimal or nothing; length 4, little-endian. */
        NUMBER_32,
        /** Decimal or nothing; length 2, little-endian. */
        NUMBER_16
    }

    private static final ImaTemplate[] ALL = values();

    private final String text;

    // List.of, which its type does not say.
    @SuppressWarnings("ImmutableEnumChecker")
    private final List<Field> fields;

    ImaTemplate(String text, Field... fields) {
        this.text = text;
        this.fields = List.of(fields);
    }

    /** Its name in a list. */
    public String text() {
        return text;
    }

    List<Field> fields() {
        return fields;
    }

    private boolean isNamed(byte[] bytes, int from, int to) {
        if (to - from != text.length()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (bytes[from + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    static @Nullable ImaTemplate of(byte[] bytes, int from, int to) {
        for (ImaTemplate template : ALL) {
            if (template.isNamed(bytes, from, to)) {
                return template;
            }
        }
        return null;
    }
}
