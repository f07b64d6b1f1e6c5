package io.limelight.agent.evidence;

import io.limelight.core.tpm.PcrMask;
import io.limelight.core.tpm.TpmFormatException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The parameters of quote requests, with exactly the refusals of wire reference §2.3 and §2.4. */
public final class QuoteRequests {
    /** Longest nonce in bytes; a TPM may take less. */
    public static final int MAX_NONCE = 64;

    private QuoteRequests() {}

    /**
     * A checked {@code /quotes/integrity}.
     *
     * @param nonce ASCII or other alphanumerics, in UTF-8
     * @param mask further PCRs
     * @param withKey send the transport key ({@code partial=0})
     * @param imaEntry first line of the IMA list that is wanted
     */
    public record Integrity(String nonce, PcrMask mask, boolean withKey, long imaEntry) {}

    /** The nonce of {@code /quotes/identity}. */
    public static String identity(Optional<String> nonce) throws ParameterException {
        String text = nonce.orElseThrow(() -> missing("nonce"));
        if (!alphanumeric(text)) {
            throw new ParameterException("Parameters should be strictly alphanumeric: " + text);
        }
        return bounded(text);
    }

    /** The parameters of {@code /quotes/integrity}. */
    public static Integrity integrity(
            Optional<String> nonce, Optional<String> mask, Optional<String> partial, Optional<String> imaEntry)
            throws ParameterException {
        String nonceText = nonce.orElseThrow(() -> missing("nonce"));
        String maskText = mask.orElseThrow(() -> missing("mask"));
        String partialText = partial.orElseThrow(() -> missing("partial"));
        if (!alphanumeric(nonceText)) {
            throw new ParameterException("nonce should be strictly alphanumeric: " + nonceText);
        }
        if (!alphanumeric(maskText)) {
            throw new ParameterException("mask should be strictly alphanumeric: " + maskText);
        }
        PcrMask pcrs = mask(maskText);
        bounded(nonceText);
        if (!partialText.equals("0") && !partialText.equals("1")) {
            throw new ParameterException("uri must contain key 'partial' and value '0' or '1'");
        }
        return new Integrity(nonceText, pcrs, partialText.equals("0"), entry(imaEntry));
    }

    /** The wire's prefix is 0x; 0X, which other readers take, is refused as the Rust agent refuses it. */
    private static PcrMask mask(String text) throws ParameterException {
        try {
            if (!text.startsWith("0X")) {
                return PcrMask.parse(text);
            }
        } catch (TpmFormatException e) {
            // Said below.
        }
        throw new ParameterException("mask should be a hex encoded 32-bit integer: " + text);
    }

    /** A challenge of {@code /keys/verify}. */
    public static String challenge(Optional<String> challenge) throws ParameterException {
        String text = challenge.orElseThrow(() -> missing("challenge"));
        if (text.isEmpty()) {
            throw new ParameterException("No challenge provided.");
        }
        if (!alphanumeric(text)) {
            throw new ParameterException("Parameters should be strictly alphanumeric: " + text);
        }
        return text;
    }

    private static ParameterException missing(String name) {
        return new ParameterException("Query deserialize error: missing field `" + name + "`");
    }

    private static boolean alphanumeric(String text) {
        return text.codePoints().allMatch(Character::isLetterOrDigit);
    }

    private static String bounded(String nonce) throws ParameterException {
        if (nonce.getBytes(StandardCharsets.UTF_8).length > MAX_NONCE) {
            throw new ParameterException("Nonce is too long (max size " + MAX_NONCE + "): " + nonce);
        }
        return nonce;
    }

    /** Missing or unreadable means from the start. */
    private static long entry(Optional<String> text) {
        return text.filter(digits -> digits.matches("[0-9]{1,18}"))
                .map(Long::parseLong)
                .orElse(0L);
    }
}
