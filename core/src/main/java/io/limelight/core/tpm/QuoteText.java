package io.limelight.core.tpm;

/**
 * A quote as text: {@code r} + base64(TPMS_ATTEST) + {@code :} + base64(TPMT_SIGNATURE) + {@code :} + base64(PCR blob).
 *
 * <p>Parsing looks at the text only; the three parts are bounded but not yet understood. Further parts behind a third
 * colon are ignored, as peers do.
 *
 * @param attest TPMS_ATTEST bytes, exactly those that were signed
 * @param signature TPMT_SIGNATURE bytes
 * @param pcrBlob PCR blob bytes, see {@link PcrBlob}
 */
public record QuoteText(Octets attest, Octets signature, Octets pcrBlob) {
    /** No quote text is longer; longer ones are refused before anything is decoded. */
    public static final int MAX_LENGTH = 24 * 1024;

    /** Splits and decodes. */
    public static QuoteText parse(String text) throws TpmFormatException {
        if (text.length() > MAX_LENGTH) {
            throw new TpmFormatException(
                    "quote", 0, "is " + text.length() + " characters long, more than " + MAX_LENGTH);
        }
        if (!text.startsWith("r")) {
            throw new TpmFormatException("quote", 0, "does not start with 'r'");
        }
        int first = text.indexOf(':');
        int second = first < 0 ? -1 : text.indexOf(':', first + 1);
        if (second < 0) {
            throw new TpmFormatException(
                    "quote", text.length(), "ends before its three parts attest:signature:pcrs are complete");
        }
        int third = text.indexOf(':', second + 1);
        int end = third < 0 ? text.length() : third;
        return new QuoteText(
                Octets.wrap(StrictBase64.decode("quote", text, 1, first, Attest.MAX_SIZE)),
                Octets.wrap(StrictBase64.decode("quote", text, first + 1, second, TpmSignature.MAX_SIZE)),
                Octets.wrap(StrictBase64.decode("quote", text, second + 1, end, PcrBlob.MAX_SIZE)));
    }

    /** The text. */
    public String format() {
        return "r" + attest.base64() + ":" + signature.base64() + ":" + pcrBlob.base64();
    }
}
