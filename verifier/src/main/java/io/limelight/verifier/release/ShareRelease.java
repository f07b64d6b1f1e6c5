package io.limelight.verifier.release;

import io.limelight.core.api.VKeyRequest;
import io.limelight.core.payload.KeyTransport;
import io.limelight.core.payload.PayloadException;
import io.limelight.core.secret.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * Seals V to the transport key that a machine's quote has just proved. Sealing comes before the commit and sending after
 * it: a key that V cannot be sealed to is found before anything is promised.
 */
public final class ShareRelease {
    private ShareRelease() {}

    /**
     * V, readable only by the holder of the transport key.
     *
     * @param transportKeySha256 hex of the hash of the key's PEM text, under which the release is recorded
     * @param request what is sent
     */
    public record Sealed(String transportKeySha256, VKeyRequest request) {}

    /**
     * Seals.
     *
     * @param transportKey PEM exactly as it was bound in PCR 16
     * @throws PayloadException if that is no RSA key
     */
    public static Sealed seal(SecretBytes share, String transportKey) throws PayloadException {
        return new Sealed(
                sha256(transportKey), new VKeyRequest(KeyTransport.encrypt(KeyTransport.parse(transportKey), share)));
    }

    private static String sha256(String pem) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(pem.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
