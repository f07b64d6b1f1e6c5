package io.limelight.verifier.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.core.secret.SecretBytes;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class StorageKeyTest {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final StorageKey key = StorageKey.generate(RANDOM);
    private final SecretBytes secret = SecretBytes.random(32, RANDOM);

    @Test
    void whatWasSealedOpens() throws Exception {
        try (SecretBytes opened = key.open(key.seal(secret, "agent", "v"), "agent", "v")) {
            assertThat(opened.constantTimeEquals(secret)).isTrue();
        }
    }

    @Test
    void noTwoSealsAreAlike() {
        assertThat(key.seal(secret, "agent", "v")).isNotEqualTo(key.seal(secret, "agent", "v"));
    }

    @Test
    void aValueMovedToAnotherRowOrColumnDoesNotOpen() {
        byte[] sealed = key.seal(secret, "agent", "v");
        assertThatThrownBy(() -> key.open(sealed, "agent2", "v"))
                .isInstanceOf(VaultException.class)
                .hasMessage("the stored v of agent2 does not open: it was damaged, or moved there from another row");
        assertThatThrownBy(() -> key.open(sealed, "agent", "revocation_key")).isInstanceOf(VaultException.class);
        // The parts of the associated data cannot run into each other.
        assertThatThrownBy(() -> key.open(key.seal(secret, "a", "bc"), "ab", "c"))
                .isInstanceOf(VaultException.class);
    }

    @Test
    void everyFlippedBitAndEveryTruncationIsFound() {
        byte[] sealed = key.seal(secret, "agent", "v");
        for (int i = 0; i < sealed.length; i++) {
            byte[] damaged = sealed.clone();
            damaged[i] ^= 4;
            assertThatThrownBy(() -> key.open(damaged, "agent", "v"))
                    .as("byte " + i)
                    .isInstanceOf(VaultException.class);
            byte[] cut = java.util.Arrays.copyOf(sealed, i);
            assertThatThrownBy(() -> key.open(cut, "agent", "v")).isInstanceOf(VaultException.class);
        }
    }

    @Test
    void anotherKeyIsNamedInTheError() {
        StorageKey other = StorageKey.generate(RANDOM);
        assertThatThrownBy(() -> other.open(key.seal(secret, "agent", "v"), "agent", "v"))
                .hasMessageContaining(key.id())
                .hasMessageContaining(other.id());
    }

    @Test
    void theIdSaysNothingOfTheKeyAndNothingIsPrinted() {
        StorageKey zeros = StorageKey.of(SecretBytes.adopt(new byte[32]), RANDOM);
        assertThat(zeros.id()).hasSize(16).isNotEqualTo("0".repeat(16));
        assertThat(zeros).hasToString("StorageKey[" + zeros.id() + "]");
        assertThat(StorageKey.of(SecretBytes.adopt(new byte[32]), RANDOM).id()).isEqualTo(zeros.id());
    }

    @Test
    void aKeyOfAnotherLengthIsNone() {
        assertThatThrownBy(() -> StorageKey.of(SecretBytes.adopt(new byte[31]), RANDOM))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
