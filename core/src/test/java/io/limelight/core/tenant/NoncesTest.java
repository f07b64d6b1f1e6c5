package io.limelight.core.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NoncesTest {
    @Test
    void theyAreTwentyLettersAndDigitsAndNeverTheSame() {
        SecureRandom random = new SecureRandom();
        Set<String> seen = new HashSet<>();
        Set<Character> used = new HashSet<>();
        for (int i = 0; i < 2000; i++) {
            String nonce = Nonces.fresh(random);
            assertThat(nonce).matches("[0-9A-Za-z]{20}");
            assertThat(seen.add(nonce)).isTrue();
            nonce.chars().forEach(c -> used.add((char) c));
        }
        assertThat(used).hasSize(62);
    }
}
