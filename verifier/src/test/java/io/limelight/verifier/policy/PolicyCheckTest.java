package io.limelight.verifier.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.core.appraisal.MeasuredBootEvaluate;
import io.limelight.core.appraisal.ima.Tomtou;
import io.limelight.core.policy.boot.BootPolicy;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Objects;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused, and in which words. */
class PolicyCheckTest {
    private static final int MOST = 100;

    @TempDir
    Path folder;

    private PolicyCheck check() {
        JudgingRules rules = new JudgingRules(
                Objects.requireNonNull(BootPolicy.all().get("uefi-linux")),
                MeasuredBootEvaluate.ALWAYS,
                Tomtou.FAIL,
                false);
        return new PolicyCheck(rules, new SigningKeys(folder), MOST);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 98, 99, 100})
    void aRuntimePolicyThatIsNotTooLongIsDecoded(int bytes) throws Exception {
        assertThat(check().decodedRuntime(Base64.getEncoder().encodeToString(new byte[bytes])))
                .hasSize(bytes);
    }

    /** Characters that are no base64 show that nobody tried to decode it. */
    @ParameterizedTest
    @ValueSource(ints = {137, 1_000_000})
    void oneThatIsTooLongIsRefusedUndecoded(int characters) {
        assertThatThrownBy(() -> check().decodedRuntime("%".repeat(characters)))
                .isInstanceOf(PolicyRefusedException.class)
                .hasMessageContaining("Runtime policy is malformatted", "more than the 100 bytes allowed");
        assertThatThrownBy(() -> check().decodedRuntime("%")).hasMessage("runtime_policy is no base64");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{\"a\": 1}; Measured boot policy is malformatted: the reference state lacks scrtm_and_bios",
                "7; Measured boot policy is malformatted: the reference state is no JSON object",
                "{\"has_secureboot\": 1}; Measured boot policy is malformatted: has_secureboot is neither true nor false",
                "null; Measured boot policy is malformatted: it is null",
            })
    void aBootPolicyIsRefusedInOneSentence(String text, String sentence) {
        assertThatThrownBy(() -> check().boot(text))
                .isInstanceOf(PolicyRefusedException.class)
                .hasMessage(sentence);
    }
}
