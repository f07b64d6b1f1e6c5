package io.limelight.core.tpm;

/**
 * TPMS_ATTEST (TPM 2.0 Part 2 §10.12.8): what a TPM signs when it quotes PCRs or certifies a key.
 *
 * <p>Only the two types that are used are read; the others (time, audit, creation, NV) are refused by name.
 */
public sealed interface Attest {
    /** TPM_GENERATED_VALUE: a restricted key never signs foreign data that starts so. */
    long MAGIC = 0xff544347L;

    /** TPM_ST_ATTEST_QUOTE. */
    int TYPE_QUOTE = 0x8018;

    /** TPM_ST_ATTEST_CERTIFY. */
    int TYPE_CERTIFY = 0x8017;

    /** More than the largest attest of these types can be. */
    int MAX_SIZE = 1024;

    /** Fields that every attest has. */
    Header header();

    /**
     * @param qualifiedSigner TPM2B_NAME: the signing key's name, hashed with its ancestors'
     * @param extraData the caller's nonce
     * @param clock the TPM's clock
     * @param firmwareVersion vendor's number
     */
    record Header(Octets qualifiedSigner, Octets extraData, ClockInfo clock, long firmwareVersion) {}

    /**
     * TPMS_QUOTE_INFO.
     *
     * @param header common fields
     * @param selection which PCRs of which banks
     * @param pcrDigest hash of their values, by the signing scheme's hash
     */
    record Quote(Header header, PcrSelection selection, Octets pcrDigest) implements Attest {}

    /**
     * TPMS_CERTIFY_INFO.
     *
     * @param header common fields
     * @param name name of the certified key
     * @param qualifiedName its qualified name
     */
    record Certify(Header header, Octets name, Octets qualifiedName) implements Attest {}

    /** Parses a whole structure. */
    static Attest parse(Octets bytes) throws TpmFormatException {
        TpmReader in = new TpmReader("TPMS_ATTEST", bytes, MAX_SIZE);
        long magic = in.u32("magic");
        if (magic != MAGIC) {
            throw in.failAt(0, String.format("magic is %08x, not ff544347: a TPM did not make this", magic));
        }
        int type = in.u16("type");
        if (type != TYPE_QUOTE && type != TYPE_CERTIFY) {
            throw in.failAt(4, String.format("type 0x%04x is neither a quote (0x8018) nor a certify (0x8017)", type));
        }
        Header header = new Header(
                in.sized(2 + DigestList.MAX_DIGEST, "qualifiedSigner"),
                in.sized(2 + DigestList.MAX_DIGEST, "extraData"),
                ClockInfo.read(in),
                in.u64("firmwareVersion"));
        Attest attest = type == TYPE_QUOTE
                ? new Quote(header, PcrSelection.read(in), in.sized(DigestList.MAX_DIGEST, "pcrDigest"))
                : new Certify(
                        header,
                        in.sized(2 + DigestList.MAX_DIGEST, "name"),
                        in.sized(2 + DigestList.MAX_DIGEST, "qualifiedName"));
        in.end();
        return attest;
    }

    /** The structure's bytes. */
    default byte[] encode() {
        TpmWriter out = new TpmWriter().u32(MAGIC).u16(this instanceof Quote ? TYPE_QUOTE : TYPE_CERTIFY);
        out.sized(header().qualifiedSigner()).sized(header().extraData());
        header().clock().write(out);
        out.u64(header().firmwareVersion());
        switch (this) {
            case Quote quote -> {
                quote.selection().write(out);
                out.sized(quote.pcrDigest());
            }
            case Certify certify -> out.sized(certify.name()).sized(certify.qualifiedName());
        }
        return out.toByteArray();
    }
}
