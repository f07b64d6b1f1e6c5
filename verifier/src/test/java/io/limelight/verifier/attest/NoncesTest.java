package io.limelight.verifier.attest;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NoncesTest {
    @Test
    void noncesAreTwentyLettersAndDigitsEachEquallyLikely() {
        Nonces nonces = new Nonces(new SecureRandom());
        Set<String> seen = new HashSet<>();
        int[] counts = new int[128];
        int rounds = 20_000;
        for (int i = 0; i < rounds; i++) {
            String nonce = nonces.next();
            assertThat(nonce).matches("[A-Za-z0-9]{20}");
            seen.add(nonce);
            nonce.chars().forEach(c -> counts[c]++);
        }
        assertThat(seen).hasSize(rounds);
        double expected = rounds * 20 / 62.0;
        for (char c : "AZaz09".toCharArray()) {
            // Six standard deviations and more.
            assertThat((double) counts[c]).isBetween(expected * 0.92, expected * 1.08);
        }
    }

    @Test
    void aSourceThatIsStuckAtValuesAboveTheAlphabetIsNotBent() {
        SecureRandom alternating = new SecureRandom() {
            private static final long serialVersionUID = 1L;
            private int next;

            @Override
            public void nextBytes(byte[] bytes) {
                for (int i = 0; i < bytes.length; i++) {
                    bytes[i] = (byte) (next++ % 2 == 0 ? 255 : 61);
                }
            }
        };
        assertThat(new Nonces(alternating).next()).isEqualTo("9".repeat(20));
    }
}
