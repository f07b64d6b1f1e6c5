package io.limelight.core.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Names of policies become parts of addresses. */
class PolicyNameTest {
    @Test
    void whatAnAddressWouldChangeIsNoName() {
        for (String text : List.of(
                "",
                ".",
                "..",
                "a/b",
                "../x",
                "a\\b",
                "a b",
                "a%2fb",
                "a?b",
                "a#b",
                "ä",
                "a\nb",
                "\u001b[2J",
                "a\u0000",
                "x".repeat(256))) {
            assertThat(PolicyName.problem(text)).as(text).isPresent();
            assertThatThrownBy(() -> new PolicyName(text)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void namesAreWhatAnAddressLeavesAlone() {
        for (String text : List.of(
                "a",
                "web-servers",
                "d432fbb3-d2f1-4a97-9ef7-75bd81c00000",
                "a.b_c~d",
                "...",
                "-x",
                "a@b:c+d=e,f",
                "x".repeat(255))) {
            assertThat(PolicyName.problem(text)).as(text).isEmpty();
            assertThat(Endpoint.verifier("127.0.0.1", 1)
                            .baseUrl()
                            .newBuilder()
                            .addPathSegment(text)
                            .build()
                            .encodedPathSegments())
                    .endsWith(text);
        }
    }
}
