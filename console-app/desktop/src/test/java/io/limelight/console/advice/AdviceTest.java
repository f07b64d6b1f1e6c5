package io.limelight.console.advice;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.console.fleet.FailureSummary;
import io.limelight.console.testkit.FxScreen;
import io.limelight.console.words.Words;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.ToldFailure;
import io.limelight.core.failure.Failure;
import io.limelight.core.failure.FailureBundle;
import io.limelight.core.failure.NextStep;
import io.limelight.core.failure.Severity;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is done about a failure is named as this console names it. */
@ResourceLock("javafx")
class AdviceTest {
    private static final Words WORDS = Words.english();
    private static final AgentId ID = AgentId.of("d432fbb3-d2f1-4a97-9ef7-75bd81c00000");

    private static List<Advice> after(String eventId) throws Exception {
        Failure failure = Failure.recoverable(eventId, "x", List.of(), Map.of());
        return Advice.of(
                ToldFailure.from(FailureBundle.of(failure, new Severity(6, "emergency"))).actions().stream()
                        .map(action -> new FailureSummary.Action(action.id(), action.sentence()))
                        .toList(),
                ID,
                WORDS);
    }

    /** Every event there is: those of quotes, PCRs, boot logs, IMA lists, and the verifier's own; and one of a later version. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "qoute_validation.invalid_data",
                "qoute_validation.no_pubkey",
                "qoute_validation.quote_validation",
                "qoute_validation.invalid_hash_alg",
                "qoute_validation.invalid_enc_alg",
                "qoute_validation.invalid_sign_alg",
                "qoute_validation.invalid_ima_entry_nb",
                "pcr_validation.missing_pcrs",
                "pcr_validation.unused_pcr_10",
                "pcr_validation.unused_pcr_0",
                "pcr_validation.invalid_pcr_0",
                "pcr_validation.invalid_pcr_15",
                "pcr_validation.invalid_pcr_16",
                "pcr_validation.invalid_mb_policy",
                "pcr_validation.invalid_measured_boot_evaluate",
                "measured_boot.parser.tpm2_eventlog.error",
                "measured_boot.parser.log.base64decode",
                "measured_boot.parser.invalid_pcrs",
                "measured_boot.parser.invalid_pcrs_hashes",
                "measured_boot.parser.invalid_boot_aggregates",
                "measured_boot.invalid_pcr_4",
                "measured_boot.missing_pcrs",
                "measured_boot.policy_uefi",
                "measured_boot.policy_accept-all",
                "ima.parser.entry",
                "ima.validation.ima_pcr",
                "ima.validation.tomtou",
                "ima.validation.ima_hash",
                "ima.validation.ima-ng.not_in_allowlist",
                "ima.validation.ima-ng.runtime_policy_hash",
                "ima.validation.dm.dm_table_load",
                "ima.invalid_key",
                "ima.validator.ima-sig.invalid_signature",
                "ima.pcr_mismatch",
                "ima.quote_progress",
                "internal.verifier.not_reachable",
                "internal.verifier.not_reachable_v",
                "internal.verifier.no_quote",
                "internal.verifier.no_v",
                "internal.verifier.version_not_supported",
                "internal.verifier.exception",
                "tee_attestation.snp",
                "default.unheard.of"
            })
    void everyEventIsAnsweredInTheConsolesWords(String eventId) throws Exception {
        List<Advice> all = after(eventId);
        assertThat(all).hasSizeGreaterThanOrEqualTo(2);
        assertThat(all).allSatisfy(advice -> {
            assertThat(advice.sentence())
                    .doesNotContain("limelight ", "tenant", "PUT ", "-c ", "{", "advice.", "machines.", "policies.");
            assertThat(NextStep.values()).extracting(NextStep::sentence).doesNotContain(advice.sentence());
        });
        assertThat(all.getLast().door()).contains(Door.REACTIVATE);
    }

    @Test
    void aMachineThatRanSomethingIsHelpedByADoorAndACommandOnlyToCopy() throws Exception {
        Advice allow = after("ima.validation.ima-ng.not_in_allowlist").get(1);
        assertThat(allow.door()).contains(Door.PROPOSE);
        assertThat(allow.sentence()).contains(WORDS.of(Door.PROPOSE.nameKey()), WORDS.of("policies.dry-run"));
        assertThat(allow.command().orElseThrow().text())
                .isEqualTo("limelight policy explain --ima-log LIST --runtime-policy POLICY");
        assertThat(after("x").getLast().command().orElseThrow().text())
                .isEqualTo("limelight tenant -c reactivate -u " + ID);
    }

    @Test
    void anActOfALaterServiceIsSaidAsTheServiceSaysIt() {
        List<Advice> all = Advice.of(
                List.of(
                        new FailureSummary.Action("sing-to-it", "Sing to the machine."),
                        new FailureSummary.Action("", "Older services name no acts.")),
                ID,
                WORDS);
        assertThat(all)
                .containsExactly(
                        new Advice("Sing to the machine.", java.util.Optional.empty(), java.util.Optional.empty()),
                        new Advice(
                                "Older services name no acts.",
                                java.util.Optional.empty(),
                                java.util.Optional.empty()));
    }

    @ParameterizedTest
    @EnumSource(NextStep.class)
    void noStepIsWithoutWordsInGerman(NextStep step) {
        Words german = new Words(Locale.GERMAN, Words.Pseudo.OFF);
        assertThat(Advice.of(step, ID, german).sentence())
                .doesNotStartWith("advice.")
                .doesNotContain("{0}");
    }

    @Test
    void everyDoorLeadsSomewhere() {
        Set<Door> named = EnumSet.noneOf(Door.class);
        for (NextStep step : NextStep.values()) {
            Advice.of(step, ID, WORDS).door().ifPresent(named::add);
        }
        assertThat(named).containsExactlyInAnyOrder(Door.values());
    }

    @Test
    void aDoorThatIsClosedHasNoButtonAndAnOpenOneOpens() throws Exception {
        List<Door> opened = new ArrayList<>();
        List<Advice> all = after("ima.validation.ima-ng.not_in_allowlist");
        try (FxScreen screen = FxScreen.start()) {
            AdviceList list =
                    screen.call(() -> new AdviceList(WORDS, all, Map.of(Door.PROPOSE, () -> opened.add(Door.PROPOSE))));
            screen.show(list, 700, 400);
            screen.run(() -> list.lookup("#advice-propose").fireEvent(new javafx.event.ActionEvent()));
            assertThat(opened).containsExactly(Door.PROPOSE);
            assertThat(screen.call(() -> list.lookupAll(".hyperlink"))).hasSize(1);
            assertThat(screen.call(() -> list.minWidth(-1)))
                    .as("a command line makes no page wider")
                    .isLessThan(250);
        }
    }
}
