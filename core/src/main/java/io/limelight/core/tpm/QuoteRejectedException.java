package io.limelight.core.tpm;

import org.jspecify.annotations.Nullable;

/** A quote that proves nothing, with the first reason found. The message is a sentence for people. */
public final class QuoteRejectedException extends Exception {
    /** What was wrong. */
    public enum Reason {
        /** The signature is not a TPMT_SIGNATURE. */
        MALFORMED_SIGNATURE,
        /** The signature scheme is not the one allowed for the key's type. */
        WRONG_SCHEME,
        /** The signature's hash is not the one the agent announced. */
        WRONG_HASH,
        /** The signature is not this AK's over these bytes. */
        BAD_SIGNATURE,
        /** Signed, but no TPMS_ATTEST. */
        MALFORMED_ATTEST,
        /** Signed, but of another type. */
        NOT_A_QUOTE,
        /** An answer to another question. */
        WRONG_NONCE,
        /** The PCR values cannot be read. */
        MALFORMED_PCR_BLOB,
        /** The signed selection does not name exactly one bank, or another than the hash's. */
        WRONG_BANK,
        /** The values are labelled with other PCR numbers than those signed. */
        SELECTION_MISMATCH,
        /** PCR 16 or a PCR that was asked for is not in the quote. */
        MISSING_PCRS,
        /** The values are not those signed. */
        WRONG_PCR_DIGEST
    }

    private final Reason reason;
    private final String sentence;

    QuoteRejectedException(Reason reason, String sentence) {
        this(reason, sentence, null);
    }

    QuoteRejectedException(Reason reason, String sentence, @Nullable Throwable cause) {
        super(sentence, cause);
        this.reason = reason;
        this.sentence = sentence;
    }

    /** What was wrong. */
    public Reason reason() {
        return reason;
    }

    /** The message, never null. */
    public String sentence() {
        return sentence;
    }
}
