package io.limelight.console.kit;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.console.fleet.MachineState;
import io.limelight.console.problem.Problem;
import io.limelight.console.words.Words;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KitTextTest {
    private static final Words WORDS = Words.english();

    @Test
    void aSupportTextTellsNoIdNoAddressNoHostAndNoFolder() {
        Problem problem = new Problem(
                "connect.refused",
                "https://verifier.bank.example:8881/v2.5 refused agent d432fbb3-d2f1-4a97-9ef7-75bd81c00000.",
                List.of("10.20.4.17 or fe80::1ff:fe23:4567:890a is not reachable."),
                List.of("Look at /home/mallory/keylime.conf and ask mallory@bank.example."),
                "sha256 15f0c49ae198dd728210a709058af35b3ba40d74deb4e1caf61174f887be03d8\nverifier.bank.example:8881 again");

        String text = SupportText.of(problem);

        assertThat(text)
                .doesNotContain("bank", "mallory", "10.20", "fe80", "d432", "15f0")
                .contains("connect.refused", "<id-1>", "<address-1>", "<digest-1>", "/home/<user-1>/keylime.conf", ":8881");
    }

    @Test
    void theSameAddressIsMaskedByTheSameWord() {
        assertThat(SupportText.mask("10.0.0.1 10.0.0.2 10.0.0.1")).isEqualTo("<address-1> <address-2> <address-1>");
    }

    @Test
    void aCommandIsQuotedForAShellAndHoldsNoSecret() {
        CommandLine line = CommandLine.of("limelight", "tenant", "-u", "it's; rm -rf /")
                .with(new CommandLine.Argument.Secret("pass'word"));

        assertThat(line.text()).isEqualTo("limelight tenant -u 'it'\\''s; rm -rf /' '<password>'");
    }

    @ParameterizedTest
    @CsvSource({"0,0 s", "59,59 s", "60,1 min", "3599,59 min", "3600,1 h", "172799,47 h", "172800,2 days", "-30,in 30 s"})
    void agesAreFewWords(long seconds, String text) {
        assertThat(Ages.text(WORDS, Duration.ofSeconds(seconds))).isEqualTo(text);
    }

    @Test
    void theExactTimeTellsItsZone() {
        assertThat(Ages.exact(WORDS, Instant.parse("2026-11-28T19:00:00Z"), ZoneId.of("UTC")))
                .contains("2026", "7:00:00")
                .endsWith("UTC");
    }

    @Test
    void noTwoStatesShareAShapeOrAWord() {
        List<StatePresentation> all =
                Arrays.stream(MachineState.values()).map(StatePresentation::of).toList();
        assertThat(all).extracting(StatePresentation::shape).doesNotHaveDuplicates();
        assertThat(all).extracting(each -> WORDS.of(each.wordKey())).doesNotHaveDuplicates();
    }

    @Test
    void aSecretIsWipedWhenClosed() {
        SecretField.Value value = new SecretField.Value("hush");
        char[] characters = value.characters();
        value.close();
        assertThat(characters).containsOnly('\0');
        assertThat(value).asString().doesNotContain("hush");
    }
}
