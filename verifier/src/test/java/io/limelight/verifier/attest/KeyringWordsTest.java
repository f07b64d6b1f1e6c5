package io.limelight.verifier.attest;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of {@code ima_sign_verification_keys} that cannot be used. */
class KeyringWordsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"no json | used: it is not JSON: ", "{} | used: it needs the lists \"pubkeys\" and \"keyids\""})
    void theFaultIsASentence(String sent, String expected) {
        assertThatThrownBy(() -> Judging.keys(sent))
                .isInstanceOf(InvalidEnrolmentException.class)
                .hasMessageContaining(expected);
    }
}
