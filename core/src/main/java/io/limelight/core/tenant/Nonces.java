package io.limelight.core.tenant;

import java.security.SecureRandom;

/** Fresh questions: 20 of {@code [0-9A-Za-z]}, 119 bits, which every TPM takes as qualifying data. */
final class Nonces {
    private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int LENGTH = 20;

    private Nonces() {}

    static String fresh(SecureRandom random) {
        StringBuilder text = new StringBuilder(LENGTH);
        for (int i = 0; i < LENGTH; i++) {
            text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return text.toString();
    }
}
