package io.limelight.core.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeverityPolicyTest {
    private static final String LABELS = "['info', 'warning', 'emergency']";

    private static Failure failure(String id) {
        return Failure.recoverable(id, "x", List.of(), Map.of());
    }

    @Test
    void byDefaultEverythingIsAnEmergencyAndTerminal() {
        Judgement judgement = SeverityPolicy.DEFAULT
                .judge(List.of(failure("pcr_validation.invalid_pcr_7")))
                .orElseThrow();

        assertThat(judgement.severity()).isEqualTo(new Severity(6, "emergency"));
        assertThat(judgement.terminal()).isTrue();
        assertThat(SeverityPolicy.DEFAULT.judge(List.of())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "pcr_validation.invalid_pcr_7, 0",
        "pcr_validation.invalid_pcr_22, 1",
        "pcr_validation.invalid_pcr_7x, 2", // the whole id must match
        "ima.pcr_mismatch, 1",
        "measured_boot.parser.yaml, 2", // its label does not exist: the worst
        "other, 2"
    })
    void theFirstRuleThatMatchesTheWholeIdDecides(String id, int level) throws Exception {
        SeverityPolicy policy =
                SeverityPolicy.parse(LABELS, """
                [{'event_id': r'x', 'severity_label': 'info'}]""".replace("r'x'", "'pcr_validation\\\\.invalid_pcr_7'").replace(
                        "]",
                        ", {'event_id': 'pcr_validation.*2', 'severity_label': 'warning'},"
                                + " {'event_id': '(?P<c>ima).*', 'severity_label': 'warning'},"
                                + " {'event_id': 'ima.*', 'severity_label': 'info'},"
                                + " {'event_id': 'measured_boot.*', 'severity_label': 'nonsense'},]"));

        assertThat(policy.of(failure(id)).level()).isEqualTo(level);
    }

    @Test
    void theFirstOfTheHighestSeverityRepresents() throws Exception {
        SeverityPolicy policy = SeverityPolicy.parse(
                LABELS,
                "[{\"event_id\": \"a\", \"severity_label\": \"info\"},"
                        + " {\"event_id\": \"[bc]\", \"severity_label\": \"warning\"}]");

        Judgement judgement =
                policy.judge(List.of(failure("a"), failure("b"), failure("c"))).orElseThrow();

        assertThat(judgement.representative().id()).isEqualTo("b");
        assertThat(judgement.severity()).isEqualTo(new Severity(1, "warning"));
        assertThat(judgement.terminal()).isFalse();
    }

    @Test
    void anIrrecoverableFailureIsAlwaysTheWorst() throws Exception {
        SeverityPolicy policy = SeverityPolicy.parse(LABELS, "[{\"event_id\": \".*\", \"severity_label\": \"info\"}]");
        Failure hard = Failure.irrecoverable("qoute_validation.quote_validation", "x", List.of(), Map.of());

        assertThat(policy.of(hard)).isEqualTo(new Severity(2, "emergency"));
        Judgement judgement = policy.judge(List.of(failure("a"), hard)).orElseThrow();
        assertThat(judgement.representative()).isEqualTo(hard);
        assertThat(judgement.terminal()).isTrue();
    }

    @Test
    void theWorstLabelOfAShortListIsTerminalToo() throws Exception {
        SeverityPolicy policy =
                SeverityPolicy.parse("['low', 'high']", "[{'event_id': '.*', 'severity_label': 'high'}]");

        assertThat(policy.judge(List.of(failure("a"))).orElseThrow().terminal()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[] | [{'event_id': '.*', 'severity_label': 'info'}] | severity_labels",
                "info | [{'event_id': '.*', 'severity_label': 'info'}] | severity_labels",
                "[1] | [{'event_id': '.*', 'severity_label': 'info'}] | severity_labels",
                "['info'] | [] | severity_policy",
                "['info'] | {} | severity_policy",
                "['info'] | ['x'] | entry 1",
                "['info'] | [{'event_id': '.*'}] | entry 1",
                "['info'] | [{'event_id': '(', 'severity_label': 'info'}] | entry 1"
            })
    void badOptionsAreNamed(String labels, String rules, String named) {
        assertThatThrownBy(() -> SeverityPolicy.parse(labels, rules))
                .isInstanceOf(SeverityPolicyException.class)
                .hasMessageContaining(named);
    }

    @Test
    void theMisspeltComponentIsTheWireFormat() {
        assertThat(EventComponent.QUOTE_VALIDATION.id("quote_validation"))
                .isEqualTo("qoute_validation.quote_validation");
        assertThat(InternalFailures.notReachable("127.0.0.1:9002", 5, "timeout").id())
                .isEqualTo("internal.verifier.not_reachable");
    }
}
