package io.limelight.core.tpm;

/**
 * A credential in the file format of tpm2-tools, which is what registrars send.
 *
 * <pre>
 *   0    4   magic BADCC0DE
 *   4    4   version 00000001
 *   8    2   size of the ID object
 *   10   …   TPMS_ID_OBJECT: u16 size and HMAC, then the encrypted identity
 *   …    2   size of the encrypted seed
 *   …    …   encrypted seed: RSA-OAEP ciphertext, or TPMS_ECC_POINT of the ephemeral key
 * </pre>
 *
 * All integers are big-endian. The inner encrypted identity has no size of its own: it is the rest of the ID object.
 *
 * @param integrityHmac HMAC over the encrypted identity and the AK's name
 * @param encryptedIdentity AES-CFB of the sized secret
 * @param encryptedSecret contents of TPM2B_ENCRYPTED_SECRET
 */
public record CredentialBlob(Octets integrityHmac, Octets encryptedIdentity, Octets encryptedSecret) {
    /** The longest credential that is read: an RSA-4096 seed and a SHA-512 identity fit well. */
    public static final int MAX_SIZE = 1024;

    private static final long MAGIC = 0xbadcc0deL;
    private static final long VERSION = 1;
    private static final int MAX_IDENTITY = 2 + DigestList.MAX_DIGEST;
    private static final int MAX_SECRET = 512;

    /** Parses a whole blob. */
    public static CredentialBlob parse(byte[] bytes) throws TpmFormatException {
        TpmReader in = new TpmReader("credential blob", Octets.copyOf(bytes), MAX_SIZE);
        long magic = in.u32("magic");
        if (magic != MAGIC) {
            throw in.failAt(0, String.format("magic is %08x, not badcc0de", magic));
        }
        long version = in.u32("version");
        if (version != VERSION) {
            throw in.failAt(4, "version is " + version + ", not 1");
        }
        int idObjectAt = in.position();
        int idObjectSize = in.u16("credential size");
        Octets hmac = in.sized(DigestList.MAX_DIGEST, "integrity HMAC");
        int identitySize = idObjectSize - 2 - hmac.length();
        if (identitySize < 0 || identitySize > MAX_IDENTITY) {
            throw in.failAt(
                    idObjectAt,
                    "a credential of " + idObjectSize + " bytes does not fit its HMAC of " + hmac.length() + " bytes");
        }
        Octets identity = in.bytes(identitySize, "encrypted identity");
        Octets secret = in.sized(MAX_SECRET, "encrypted seed");
        in.end();
        return new CredentialBlob(hmac, identity, secret);
    }

    /** The body of TPM2B_ID_OBJECT: sized HMAC, then the encrypted identity. A fresh array. */
    public byte[] idObject() {
        return new TpmWriter().sized(integrityHmac).bytes(encryptedIdentity).toByteArray();
    }

    /** The blob's bytes. */
    public byte[] encode() {
        return new TpmWriter()
                .u32(MAGIC)
                .u32(VERSION)
                .sized(idObject())
                .sized(encryptedSecret)
                .toByteArray();
    }
}
