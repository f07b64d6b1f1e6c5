package io.limelight.core.ima;

import java.util.Arrays;
import java.util.Optional;

/**
 * A file signature as it stands in {@code security.ima} and in a list: type, version, hash, key id, length, signature
 * (struct signature_v2_hdr, big-endian).
 *
 * <p>Version 2 signs the digest of the entry. Version 3 signs the hash of the signature's type, the kernel's number of the
 * digest's algorithm and the digest (struct ima_file_id), so that one kind of digest cannot pass for another: the kernel has it
 * for fs-verity digests (type 6) and, in new releases, for ordinary ones (type 3).
 */
final class ImaSignature {
    /** IMA signature of a file's digest. */
    static final int TYPE_IMA = 3;
    /** Portable EVM signature: what it signs is not the file's digest, so it usually verifies nothing here. */
    static final int TYPE_EVM_PORTABLE = 5;
    /** Signature of an fs-verity digest. */
    static final int TYPE_VERITY = 6;

    private static final int HEADER = 9;

    private final byte[] bytes;

    private ImaSignature(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Empty unless there are more bytes than the header and exactly as many as it says. */
    static Optional<ImaSignature> parse(byte[] bytes) {
        return isWellFormed(bytes, 0, bytes.length) ? Optional.of(new ImaSignature(bytes.clone())) : Optional.empty();
    }

    static boolean isWellFormed(byte[] bytes, int from, int length) {
        return length >= HEADER && HEADER + ((bytes[from + 7] & 0xff) << 8 | (bytes[from + 8] & 0xff)) == length;
    }

    int type() {
        return bytes[0] & 0xff;
    }

    int version() {
        return bytes[1] & 0xff;
    }

    int hashId() {
        return bytes[2] & 0xff;
    }

    int keyId() {
        return ImaKey.bigEndian(bytes, 3);
    }

    byte[] signature() {
        return Arrays.copyOfRange(bytes, HEADER, bytes.length);
    }

    /**
     * Whether one of these keys signed this digest of a file.
     *
     * @param algorithm the digest's algorithm as the list names it
     * @param verity whether the list says that it is an fs-verity digest
     * @param typed whether the list says of what kind it is at all
     */
    boolean verifies(ImaKeyrings keys, String algorithm, byte[] digest, boolean verity, boolean typed) {
        Optional<SignatureHash> hash = SignatureHash.fromKernelId(hashId());
        if (hash.isEmpty()
                || !hash.get().listName().equals(algorithm)
                || digest.length != hash.get().size()) {
            return false;
        }
        byte[] signed;
        switch (version()) {
            case 2 -> {
                if (verity || (type() != TYPE_IMA && type() != TYPE_EVM_PORTABLE)) {
                    return false;
                }
                signed = digest;
            }
            case 3 -> {
                boolean fits = type() == TYPE_VERITY ? verity || !typed : type() == TYPE_IMA && !verity;
                if (!fits) {
                    return false;
                }
                var fileId = hash.get().newDigest();
                fileId.update((byte) type());
                fileId.update((byte) hashId());
                signed = fileId.digest(digest);
            }
            default -> {
                return false;
            }
        }
        return keys.key(keyId())
                .filter(key -> key.verifies(hash.get(), signed, signature()))
                .isPresent();
    }
}
