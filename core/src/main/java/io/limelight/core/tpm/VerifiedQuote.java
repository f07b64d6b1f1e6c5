package io.limelight.core.tpm;

/**
 * What a quote proved. Only {@link QuoteVerifier} makes these.
 *
 * @param pcrs bank and values; PCR 16 is always among them
 * @param clock the TPM's clock at the time of the quote; not judged yet
 * @param firmwareVersion the TPM vendor's number
 * @param qualifiedSigner the AK's qualified name
 */
public record VerifiedQuote(PcrValues pcrs, ClockInfo clock, long firmwareVersion, Octets qualifiedSigner) {
    /** The bank of all values. */
    public HashAlgorithm bank() {
        return pcrs.bank();
    }
}
