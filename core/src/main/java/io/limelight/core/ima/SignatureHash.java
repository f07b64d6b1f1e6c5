package io.limelight.core.ima;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** Hash algorithms of IMA: the kernel's number (enum hash_algo), its name in lists, and what PKCS#1 puts before a digest. */
enum SignatureHash {
    MD5(1, "md5", "MD5", 16, "3020300c06082a864886f70d020505000410"),
    SHA1(2, "sha1", "SHA-1", 20, "3021300906052b0e03021a05000414"),
    SHA256(4, "sha256", "SHA-256", 32, "3031300d060960864801650304020105000420"),
    SHA384(5, "sha384", "SHA-384", 48, "3041300d060960864801650304020205000430"),
    SHA512(6, "sha512", "SHA-512", 64, "3051300d060960864801650304020305000440"),
    SHA224(7, "sha224", "SHA-224", 28, "302d300d06096086480165030402040500041c");

    private static final SignatureHash[] ALL = values();

    private final int kernelId;
    private final String listName;
    private final String jcaName;
    private final int size;
    private final String prefix;

    SignatureHash(int kernelId, String listName, String jcaName, int size, String prefix) {
        this.kernelId = kernelId;
        this.listName = listName;
        this.jcaName = jcaName;
        this.size = size;
        this.prefix = prefix;
    }

    static Optional<SignatureHash> fromKernelId(int id) {
        for (SignatureHash hash : ALL) {
            if (hash.kernelId == id) {
                return Optional.of(hash);
            }
        }
        return Optional.empty();
    }

    static Optional<SignatureHash> fromListName(String name) {
        for (SignatureHash hash : ALL) {
            if (hash.listName.equals(name)) {
                return Optional.of(hash);
            }
        }
        return Optional.empty();
    }

    int kernelId() {
        return kernelId;
    }

    String listName() {
        return listName;
    }

    int size() {
        return size;
    }

    MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance(jcaName);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime lacks " + jcaName, e);
        }
    }

    byte[] digestInfo(byte[] digest) {
        byte[] head = HexFormat.of().parseHex(prefix);
        byte[] info = new byte[head.length + digest.length];
        System.arraycopy(head, 0, info, 0, head.length);
        System.arraycopy(digest, 0, info, head.length, digest.length);
        return info;
    }
}
