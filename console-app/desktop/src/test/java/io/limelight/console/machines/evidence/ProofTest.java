package io.limelight.console.machines.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.console.fleet.FailureSummary;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProofTest {
    private static final String ROW =
            "10 " + "ab".repeat(20) + " ima-ng sha256:" + "0f".repeat(32) + " /tmp/evil\u202Egpj.sh";

    @Test
    void aPathThatTurnsTheDirectionOfWritingIsShownByItsNumbers() {
        ImaRow.Brief brief = new ImaRow(3, ROW).brief();
        assertThat(brief.path()).isEqualTo("/tmp/evil\\u{202e}gpj.sh");
        assertThat(brief.digest()).isEqualTo("sha256:" + "0f".repeat(32));
        assertThat(brief.template()).isEqualTo("ima-ng");
        assertThat(brief.broken()).isEmpty();
    }

    @Test
    void aRowIsDecodedFieldByField() {
        assertThat(new ImaRow(3, ROW).fields())
                .extracting(Field::name)
                .containsExactly("Entry", "PCR", "Template", "Path", "Algorithm", "File digest", "Template hash");
        assertThat(new ImaRow(3, ROW).raw()).startsWith("000000  31 30 20");
    }

    @Test
    void aBrokenRowIsShownWithTheReason() {
        ImaRow.Brief brief = new ImaRow(1, "\u0000nonsense").brief();
        assertThat(brief.broken()).isNotEmpty();
        assertThat(brief.path()).isEqualTo("\\u{0}nonsense");
        assertThat(new ImaRow(1, "x").fields()).hasSize(2);
    }

    @Test
    void digestsComeInGroupsOfEight() {
        assertThat(Digests.grouped("sha256:0011223344556677aa")).isEqualTo("sha256: 00112233 44556677 aa");
        assertThat(Digests.grouped("")).isEmpty();
    }

    @Test
    void longTextIsCut() {
        assertThat(Printable.text("x".repeat(10_000), 5)).isEqualTo("xxxxx…");
    }

    @Test
    void whatAFailureIsAboutBecomesAMemberOfAPolicy() {
        FailureSummary failure = new FailureSummary(
                "ima.validation.ima-ng.not_in_allowlist",
                "emergency",
                "s",
                List.of(),
                List.of(),
                List.of(),
                Map.of("line", ROW.replace("\u202E", "\\\"")));
        assertThat(PolicyEntry.of(failure).orElseThrow().replaceAll("\\s", ""))
                .isEqualTo("{\"/tmp/evil\\\\\\\"gpj.sh\":[\"" + "0f".repeat(32) + "\"]}");
        assertThat(PolicyEntry.of(
                        new FailureSummary("quote.x", "", "", List.of(), List.of(), List.of(), Map.of("line", ROW))))
                .isEmpty();
        assertThat(PolicyEntry.of(
                        new FailureSummary("ima.x", "", "", List.of(), List.of(), List.of(), Map.of("line", "broken"))))
                .isEmpty();
    }
}
