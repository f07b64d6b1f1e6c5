package io.limelight.core.tpm;

import io.limelight.core.tpm.QuoteRejectedException.Reason;
import java.util.stream.Collectors;

/**
 * Decides whether a quote proves the PCR values beside it.
 *
 * <p>A TPM2_Quote signs a TPMS_ATTEST (TPM 2.0 Part 3 §18.4). That structure names a nonce, a PCR selection and one
 * digest over all selected values; the values themselves travel beside it, unsigned, with a selection of their own. A
 * chain of proof needs every link:
 *
 * <ol>
 *   <li>the signature fits the key: RSASSA for RSA, ECDSA for EC, with the hash the agent announced;
 *   <li>it is the AK's, over the whole attest exactly as received: nothing is re-encoded before this check;
 *   <li>the attest starts with TPM_GENERATED_VALUE (a restricted key refuses to sign foreign data that does) and is a
 *       quote, not another kind of attest;
 *   <li>its extraData is our nonce, byte for byte, so it was made after we asked;
 *   <li>the digest it signs is the hash of the values beside it;
 *   <li>the <em>signed</em> selection names exactly one bank, that of the signature's hash, and the same PCRs as the
 *       selection beside the values; and it covers PCR 16 and everything that was asked for.
 * </ol>
 *
 * <p>The last link is missing in the reference implementation, and it is the one that ties values to PCR
 * <em>numbers</em>: the digest covers values in order and says nothing about which PCRs they are. An attacker who owns
 * the machine can quote the resettable PCRs 16 and 23, filled as he likes, and label them 10 and 16 in the unsigned
 * part (the class of CVE-2024-29039). The mask check closes the opposite door: answering for fewer PCRs than asked.
 *
 * <p>Signatures come before parsing so that almost nothing an outsider sends reaches a parser of this class; what
 * reaches it is bounded anyway. The clock is returned and not judged: that needs the previous quote.
 */
public final class QuoteVerifier {
    /** The PCR an agent binds its transport key into; part of every quote. */
    public static final int BINDING_PCR = 16;

    private QuoteVerifier() {}

    /**
     * Verifies one quote.
     *
     * @param key the AK registered for this machine
     * @param quote the answer
     * @param nonce the bytes sent as nonce (ASCII of the text, not decoded)
     * @param expected the hash algorithm the agent announced beside the quote
     * @param required the PCRs that were asked for; 16 is added
     * @throws QuoteRejectedException with the first broken link
     */
    public static VerifiedQuote verify(
            AttestationKey key, QuoteText quote, byte[] nonce, HashAlgorithm expected, PcrMask required)
            throws QuoteRejectedException {
        return verifyUnbound(key, quote, nonce, expected, required.with(BINDING_PCR));
    }

    /**
     * As {@link #verify} for evidence to which no transport key belongs: PCR 16 may be missing.
     *
     * @param required the PCRs that were asked for
     */
    public static VerifiedQuote verifyUnbound(
            AttestationKey key, QuoteText quote, byte[] nonce, HashAlgorithm expected, PcrMask required)
            throws QuoteRejectedException {
        return verifyUnbound(key, quote, nonce, expected, expected, required);
    }

    /**
     * As {@link #verifyUnbound(AttestationKey, QuoteText, byte[], HashAlgorithm, PcrMask)} for quotes that no agent made, whose
     * signature may have another hash algorithm than the PCR bank ({@code tpm2_quote -l sha1:0 -g sha256}).
     *
     * @param expected of the signature
     * @param bank of the PCRs
     */
    public static VerifiedQuote verifyUnbound(
            AttestationKey key,
            QuoteText quote,
            byte[] nonce,
            HashAlgorithm expected,
            HashAlgorithm bank,
            PcrMask required)
            throws QuoteRejectedException {
        TpmSignature signature = parseSignature(quote.signature());
        if (signature.algorithm() != key.quoteScheme()) {
            throw new QuoteRejectedException(
                    Reason.WRONG_SCHEME,
                    "The quote is signed by " + signature.algorithm().wireName() + ", but a quote of this "
                            + key.publicArea().algorithm().wireName() + " key must be signed by "
                            + key.quoteScheme().wireName() + ".");
        }
        if (signature.hash() != expected) {
            throw new QuoteRejectedException(
                    Reason.WRONG_HASH,
                    "The quote is signed with " + signature.hash().wireName() + ", but " + expected.wireName()
                            + " was announced.");
        }
        if (!key.verifies(signature, quote.attest())) {
            throw new QuoteRejectedException(
                    Reason.BAD_SIGNATURE, "The signature of the quote is not that of the registered attestation key.");
        }
        Attest.Quote attest = parseAttest(quote.attest());
        if (!attest.header().extraData().contentEquals(nonce)) {
            throw new QuoteRejectedException(
                    Reason.WRONG_NONCE, "The quote answers another request: its nonce is not the one that was sent.");
        }
        PcrValues values = parseValues(quote.pcrBlob());
        checkSelection(attest.selection(), values, bank, required);
        if (!attest.pcrDigest().contentEquals(values.digest(expected))) {
            throw new QuoteRejectedException(
                    Reason.WRONG_PCR_DIGEST, "The PCR values beside the quote are not the ones the TPM signed.");
        }
        return new VerifiedQuote(
                values,
                attest.header().clock(),
                attest.header().firmwareVersion(),
                attest.header().qualifiedSigner());
    }

    private static void checkSelection(PcrSelection signed, PcrValues values, HashAlgorithm expected, PcrMask required)
            throws QuoteRejectedException {
        if (signed.banks().size() != 1) {
            throw new QuoteRejectedException(
                    Reason.WRONG_BANK,
                    "The quote covers " + signed.banks().size() + " PCR banks; exactly one is expected.");
        }
        PcrSelection.Bank bank = signed.banks().getFirst();
        if (bank.hashId() != expected.tpmId() || values.bank() != expected) {
            throw new QuoteRejectedException(
                    Reason.WRONG_BANK, "The quote is not over the " + expected.wireName() + " PCR bank.");
        }
        if (!bank.mask().equals(values.mask())) {
            throw new QuoteRejectedException(
                    Reason.SELECTION_MISMATCH,
                    "The TPM signed PCRs " + list(bank.mask()) + ", but the values are labelled " + list(values.mask())
                            + ".");
        }
        PcrMask missing = required.minus(bank.mask());
        if (!missing.isEmpty()) {
            throw new QuoteRejectedException(
                    Reason.MISSING_PCRS,
                    "The quote lacks PCRs " + list(missing)
                            + (bank.mask().isEmpty()
                                    ? "; the TPM's " + expected.wireName() + " bank may be switched off."
                                    : "."));
        }
    }

    private static TpmSignature parseSignature(Octets bytes) throws QuoteRejectedException {
        try {
            return TpmSignature.parse(bytes);
        } catch (TpmFormatException e) {
            throw malformed(Reason.MALFORMED_SIGNATURE, "The signature of the quote cannot be read", e);
        }
    }

    private static Attest.Quote parseAttest(Octets bytes) throws QuoteRejectedException {
        try {
            if (Attest.parse(bytes) instanceof Attest.Quote quote) {
                return quote;
            }
        } catch (TpmFormatException e) {
            throw malformed(Reason.MALFORMED_ATTEST, "What the attestation key signed is no quote", e);
        }
        throw new QuoteRejectedException(
                Reason.NOT_A_QUOTE, "The attestation key signed the certification of a key, not a quote.");
    }

    private static PcrValues parseValues(Octets bytes) throws QuoteRejectedException {
        try {
            return PcrBlob.parse(bytes).values();
        } catch (TpmFormatException e) {
            throw malformed(Reason.MALFORMED_PCR_BLOB, "The PCR values beside the quote cannot be read", e);
        }
    }

    private static QuoteRejectedException malformed(Reason reason, String what, TpmFormatException e) {
        return new QuoteRejectedException(reason, what + ": " + e.getMessage() + ".", e);
    }

    private static String list(PcrMask mask) {
        return mask.isEmpty()
                ? "(none)"
                : mask.pcrs().mapToObj(Integer::toString).collect(Collectors.joining(", "));
    }
}
