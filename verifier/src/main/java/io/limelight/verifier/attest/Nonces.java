package io.limelight.verifier.attest;

import java.security.SecureRandom;

/** Fresh nonces: 20 letters and digits, each of the 62 equally likely (wire reference §6.2), 119 bits. */
final class Nonces {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final int LENGTH = 20;
    /** The largest multiple of 62 that a byte holds; values above would favour the first letters. */
    private static final int FAIR = 256 / 62 * 62;

    private final SecureRandom random;

    Nonces(SecureRandom random) {
        this.random = random;
    }

    String next() {
        StringBuilder nonce = new StringBuilder(LENGTH);
        byte[] bytes = new byte[LENGTH + 4];
        while (nonce.length() < LENGTH) {
            random.nextBytes(bytes);
            for (int i = 0; i < bytes.length && nonce.length() < LENGTH; i++) {
                int value = bytes[i] & 0xff;
                if (value < FAIR) {
                    nonce.append(ALPHABET.charAt(value % ALPHABET.length()));
                }
            }
        }
        return nonce.toString();
    }
}
