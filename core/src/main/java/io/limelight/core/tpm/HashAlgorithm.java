package io.limelight.core.tpm;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;

/**
 * Hash algorithms of a TPM, with their identifier (TPM 2.0 Part 2 §6.3) and their name on the wire.
 *
 * <p>SM3 can be named and sized but not computed: a quote that uses it is refused, as the reference verifier does.
 */
public enum HashAlgorithm {
    /** SHA-1, 20 bytes. */
    SHA1(0x0004, "sha1", 20, "SHA-1", "HmacSHA1"),
    /** SHA-256, 32 bytes. */
    SHA256(0x000b, "sha256", 32, "SHA-256", "HmacSHA256"),
    /** SHA-384, 48 bytes. */
    SHA384(0x000c, "sha384", 48, "SHA-384", "HmacSHA384"),
    /** SHA-512, 64 bytes. */
    SHA512(0x000d, "sha512", 64, "SHA-512", "HmacSHA512"),
    /** SM3, 32 bytes; a name only. */
    SM3_256(0x0012, "sm3_256", 32, "", "");

    private final int tpmId;
    private final String wireName;
    private final int digestSize;
    private final String jcaName;
    private final String hmacName;

    HashAlgorithm(int tpmId, String wireName, int digestSize, String jcaName, String hmacName) {
        this.tpmId = tpmId;
        this.wireName = wireName;
        this.digestSize = digestSize;
        this.jcaName = jcaName;
        this.hmacName = hmacName;
    }

    /** TPM_ALG_ID. */
    public int tpmId() {
        return tpmId;
    }

    /** Name in configuration and JSON, for example {@code sha256}. */
    public String wireName() {
        return wireName;
    }

    /** Digest length in bytes. */
    public int digestSize() {
        return digestSize;
    }

    /** True unless this is a name only. */
    public boolean computable() {
        return !jcaName.isEmpty();
    }

    /** A new digest; IllegalStateException if {@link #computable} is false. */
    public MessageDigest newDigest() {
        if (!computable()) {
            throw new IllegalStateException(wireName + " cannot be computed");
        }
        try {
            return MessageDigest.getInstance(jcaName);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime lacks " + jcaName, e);
        }
    }

    /** Digest of the concatenated parts. */
    public byte[] digest(byte[]... parts) {
        MessageDigest digest = newDigest();
        for (byte[] part : parts) {
            digest.update(part);
        }
        return digest.digest();
    }

    /** JCA name of the digest, for example {@code SHA-256}; empty if {@link #computable} is false. */
    public String jcaName() {
        return jcaName;
    }

    /** JCA name of the HMAC; empty if {@link #computable} is false. */
    String hmacName() {
        return hmacName;
    }

    /** The algorithm that is computed here and whose digests have so many hex digits. */
    public static Optional<HashAlgorithm> ofHexLength(int digits) {
        return Arrays.stream(values())
                .filter(algorithm -> algorithm.computable() && 2 * algorithm.digestSize() == digits)
                .findFirst();
    }

    /** Whether some algorithm has digests of so many bytes. */
    public static boolean isDigestSize(int bytes) {
        for (HashAlgorithm algorithm : values()) {
            if (algorithm.digestSize == bytes) {
                return true;
            }
        }
        return false;
    }

    /** The algorithm with this TPM_ALG_ID. */
    public static Optional<HashAlgorithm> fromTpmId(int id) {
        for (HashAlgorithm algorithm : values()) {
            if (algorithm.tpmId == id) {
                return Optional.of(algorithm);
            }
        }
        return Optional.empty();
    }

    /** The algorithm with this wire name (exact, lower case). */
    public static Optional<HashAlgorithm> fromWireName(String name) {
        for (HashAlgorithm algorithm : values()) {
            if (algorithm.wireName.equals(name)) {
                return Optional.of(algorithm);
            }
        }
        return Optional.empty();
    }
}
