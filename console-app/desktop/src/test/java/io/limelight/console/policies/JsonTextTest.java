package io.limelight.console.policies;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JsonTextTest {
    @Test
    void aPolicyOfTwentyMebibytesIsWrittenOutWholeAndShownInItsBeginning() {
        StringBuilder digests = new StringBuilder();
        for (int i = 0; i < 200_000; i++) {
            digests.append(i == 0 ? "" : ", ")
                    .append("\"/usr/lib/package/file-")
                    .append(i)
                    .append("\": [\"")
                    .append("a1".repeat(32))
                    .append("\"]");
        }
        String policy = FakePolicies.policy(digests.toString(), "");
        assertThat(policy.length()).isGreaterThan(19 << 20);
        long begun = System.nanoTime();
        JsonText.Whole whole = JsonText.whole(policy);
        assertThat(System.nanoTime() - begun).isLessThan(20_000_000_000L);
        assertThat(whole.text()).contains("file-199999").contains("\n");
        String shown = whole.beginning(JsonView.SHOWN);
        assertThat(shown.length()).isLessThanOrEqualTo(JsonView.SHOWN).isGreaterThan(JsonView.SHOWN - 200);
        assertThat(whole.text()).startsWith(shown + "\n");
    }

    @Test
    void whatIsNoJsonIsShownAsItCame() {
        assertThat(JsonText.whole("").text()).isEmpty();
        assertThat(JsonText.whole("{\"a\": ").text()).isEqualTo("{\"a\": ");
        String line = "x".repeat(JsonView.SHOWN + 5);
        assertThat(JsonText.whole(line).beginning(JsonView.SHOWN)).hasSize(JsonView.SHOWN);
        assertThat(JsonText.pretty("[".repeat(5_000))).isEqualTo("[".repeat(5_000));
        assertThat(JsonText.pretty("x".repeat(3 << 20))).hasSizeLessThan((1 << 20) + 10);
    }
}
