package io.limelight.registrar;

import io.limelight.core.tpm.CredentialProtection;
import io.limelight.core.tpm.TpmFormatException;
import io.limelight.core.tpm.TpmPublic;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The question that only the TPM with the shown EK can answer, and only if it also holds the shown AK (wire reference
 * §1.3, §1.6). The key of the answer's MAC is the base64 <em>text</em> of the secret.
 */
final class Challenge {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final int SECRET_LENGTH = 32;

    private final String key;
    private final String blob;

    private Challenge(String key, String blob) {
        this.key = key;
        this.blob = blob;
    }

    static Challenge make(TpmPublic ek, TpmPublic ak, SecureRandom random) throws RegistrationRefusedException {
        byte[] secret = new byte[SECRET_LENGTH];
        for (int i = 0; i < secret.length; i++) {
            secret[i] = (byte) ALPHABET.charAt(random.nextInt(ALPHABET.length()));
        }
        byte[] credential;
        try {
            credential = CredentialProtection.makeCredential(ek, ak.name(), secret, random);
        } catch (TpmFormatException e) {
            throw RegistrationRefusedException.invalid("no challenge can be made for this EK: " + e.getMessage());
        }
        return new Challenge(
                Base64.getEncoder().encodeToString(secret), Base64.getEncoder().encodeToString(credential));
    }

    /** The MAC key, to be kept until the answer. */
    String key() {
        return key;
    }

    /** For the machine, base64. */
    String blob() {
        return blob;
    }

    /** Whether the tag answers the challenge with this key, in constant time; lower-case hex only. */
    static boolean answers(String key, String agentId, String tag) {
        if (key.isEmpty()) {
            // No challenge of ours; a database that was changed by hand may hold one.
            return false;
        }
        try {
            Mac mac = Mac.getInstance("HmacSHA384");
            mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.US_ASCII), "HmacSHA384"));
            String expected = HexFormat.of().formatHex(mac.doFinal(agentId.getBytes(StandardCharsets.UTF_8)));
            return MessageDigest.isEqual(
                    expected.getBytes(StandardCharsets.US_ASCII), tag.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HMAC-SHA384", e);
        }
    }
}
