package io.limelight.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How much of a body is read before it is known what it holds. */
class PolicyRoutesTest {
    /** 64 MiB are 89,478,488 characters of base64; one MiB is for the rest of the body. */
    @ParameterizedTest
    @CsvSource({"104857600, 90527064", "268435456, 90527064", "16777216, 16777216"})
    void aBodyThatCanHoldNoRuntimePolicyOfTheSizeAllowedIsNotRead(int uploads, int most) {
        assertThat(PolicyRoutes.runtimeBody(uploads)).isEqualTo(most);
    }
}
