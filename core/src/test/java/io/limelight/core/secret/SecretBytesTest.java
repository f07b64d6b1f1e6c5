package io.limelight.core.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SecretBytesTest {
    @Test
    void closingOverwritesTheArrayItself() {
        byte[] array = "secret".getBytes(StandardCharsets.UTF_8);
        SecretBytes secret = SecretBytes.adopt(array);
        secret.close();
        secret.close();
        assertThat(array).containsOnly(0);
        assertThat(secret.length()).isEqualTo(6);
        assertThatThrownBy(() -> secret.use(bytes -> {})).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(secret::copy).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aCopyLivesOnItsOwn() {
        byte[] array = "secret".getBytes(StandardCharsets.UTF_8);
        SecretBytes copied = SecretBytes.copyOf(array);
        SecretBytes second = copied.copy();
        array[0] = 0;
        copied.close();
        assertThat(second.<String>apply(bytes -> new String(bytes, StandardCharsets.UTF_8)))
                .isEqualTo("secret");
    }

    @Test
    void textNeverShowsTheBytes() {
        assertThat(SecretBytes.copyOf("secret".getBytes(StandardCharsets.UTF_8)))
                .hasToString("SecretBytes[6 bytes]");
    }

    @Test
    void comparisonLooksAtLengthAndContent() {
        SecretBytes one = SecretBytes.copyOf(new byte[] {1, 2});
        assertThat(one.constantTimeEquals(SecretBytes.copyOf(new byte[] {1, 2})))
                .isTrue();
        assertThat(one.constantTimeEquals(SecretBytes.copyOf(new byte[] {1, 3})))
                .isFalse();
        assertThat(one.constantTimeEquals(SecretBytes.copyOf(new byte[] {1}))).isFalse();
        assertThat(one.constantTimeEquals(one)).isTrue();
    }
}
