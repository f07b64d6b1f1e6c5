package io.limelight.core.ima;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.core.tpm.Fixtures;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MeasurementListFileTest {
    static Stream<Arguments> others() {
        return Stream.of(
                Arguments.of("", "is empty"),
                Arguments.of("\n\n", "not one entry"),
                Arguments.of("root:x:0:0:root:/root:/bin/sh\n", "not one entry"),
                Arguments.of("\n\0\0\0\u00141234", "binary list"),
                Arguments.of("\0\0\0\n\u00141234", "binary list"));
    }

    @ParameterizedTest
    @MethodSource("others")
    void whatIsNoListIsSaid(String text, String problem) {
        assertThat(MeasurementListFile.problem(text.getBytes(StandardCharsets.ISO_8859_1)))
                .hasValueSatisfying(sentence -> assertThat(sentence).contains(problem));
    }

    @Test
    void aListWithSomethingWrongInItIsOne() {
        assertThat(MeasurementListFile.problem(Fixtures.bytes("real-boot/ascii_runtime_measurements")))
                .isEmpty();
        byte[] late =
                ("broken\n" + Fixtures.text("real-boot/ascii_runtime_measurements")).getBytes(StandardCharsets.UTF_8);
        assertThat(MeasurementListFile.problem(late)).isEmpty();
    }
}
