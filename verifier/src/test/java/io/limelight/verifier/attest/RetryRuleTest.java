package io.limelight.verifier.attest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryRuleTest {
    @ParameterizedTest
    @CsvSource({
        "2, true, 2000 4000 8000 16000 32000",
        "3, true, 3000 9000 27000 81000 243000",
        "2, false, 2000 2000 2000 2000 2000",
        "1, true, 1000 1000 1000 1000 1000",
        "0.5, true, 500 500 500 500 500",
        "0, true, 0 0 0 0 0"
    })
    void waitsAreThoseOfTheOriginal(double base, boolean exponential, String millis) {
        RetryRule rule = new RetryRule(base, exponential, 5);
        assertThat(String.join(
                        " ",
                        IntStream.rangeClosed(1, 5)
                                .mapToObj(n -> Long.toString(rule.delay(n).toMillis()))
                                .toList()))
                .isEqualTo(millis);
    }

    @Test
    void noPowerIsLongerThanADay() {
        assertThat(new RetryRule(1000, true, 1000).delay(1000)).isEqualTo(Duration.ofDays(1));
    }
}
