package io.limelight.console.policies;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.console.activity.ActLog.Act;
import io.limelight.console.activity.ActLog.Outcome;
import io.limelight.console.fleet.FakeFleet;
import io.limelight.console.fleet.KeptEvidence;
import io.limelight.console.policies.TpmTemplates.Template;
import io.limelight.console.policies.TpmUse.Used;
import io.limelight.console.problem.Problem;
import io.limelight.console.records.Records;
import io.limelight.console.words.Words;
import io.limelight.core.api.AgentId;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import io.limelight.core.tpm.PcrBlob;
import io.limelight.core.tpm.PcrValues;
import io.limelight.core.tpm.QuoteText;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TemplatesViewModelTest {
    private static final String A = "a1".repeat(32);
    private static final String B = "b2".repeat(32);
    private static final String TYPED = "{\"7\": \"" + A + "\"}";

    private final Words words = Words.english();
    private final FakePolicies server = new FakePolicies();
    private final FakeFleet fleet = new FakeFleet();
    private final List<Act> acts = new ArrayList<>();
    private final Records records = Records.inMemory(words, new SecureRandom(), () -> FakeFleet.NOW);
    private Instant now = FakeFleet.NOW;
    private final TemplatesViewModel model = model();

    private TemplatesViewModel model() {
        return new TemplatesViewModel(
                new TpmTemplates(records.drafts(), 1),
                server,
                acts::add,
                words,
                () -> now,
                Runnable::run,
                Runnable::run);
    }

    private List<String> names() {
        return model.useProperty().get().templates().stream()
                .map(used -> used.template().name())
                .toList();
    }

    private Template template(String name) {
        return model.useProperty().get().find(name).map(Used::template).orElseThrow();
    }

    private String problem() {
        return Objects.requireNonNull(model.problemProperty().get()).code();
    }

    @Test
    void eachChangeCanBeTakenBackAndDoneAgain() {
        model.add("fw", TYPED, _ -> {});
        model.rename(template("fw"), "firmware", _ -> {});
        model.change(template("firmware"), "{\"7\": [\"" + B + "\"]}", _ -> {});
        model.delete(template("firmware"));
        assertThat(names()).isEmpty();

        model.undo();
        assertThat(template("firmware").text()).contains(B);
        model.undo();
        assertThat(template("firmware").text()).contains(A).contains("\"mask\":\"0x80\"");
        model.undo();
        assertThat(names()).containsExactly("fw");
        model.undo();
        assertThat(names()).isEmpty();
        assertThat(model.canUndoProperty().get()).isFalse();
        model.undo();

        model.redo();
        model.redo();
        assertThat(names()).containsExactly("firmware");
        model.add("other", TYPED, _ -> {});
        assertThat(model.canRedoProperty().get()).isFalse();
        assertThat(acts).allMatch(act -> act.kind().equals("policy.template") && act.outcome() == Outcome.DONE);
    }

    @Test
    void nothingIsWrittenOverAnother() {
        model.add("fw", TYPED, _ -> {});
        model.add("other", "{\"7\": \"" + B + "\"}", _ -> {});
        model.add("fw", "{\"7\": \"" + B + "\"}", _ -> assertThat(false).isTrue());
        assertThat(problem()).isEqualTo("policies.template-taken");
        assertThat(template("fw").text()).contains(A);
        model.rename(template("other"), "fw", _ -> {});
        assertThat(problem()).isEqualTo("policies.template-taken");
        assertThat(names()).containsExactly("fw", "other");
        assertThat(acts.getLast().outcome()).isEqualTo(Outcome.FAILED);
    }

    @Test
    void whatAnotherWindowChangedIsNotLost() {
        model.add("fw", TYPED, _ -> {});
        Template mine = template("fw");
        TemplatesViewModel theirs = model();
        theirs.refresh();
        theirs.change(mine, "{\"7\": [\"" + B + "\"]}", _ -> {});
        model.change(mine, "{\"0\": [\"" + B + "\"]}", _ -> {});
        assertThat(problem()).isEqualTo("policies.template-changed");
        model.undo();
        assertThat(problem()).isEqualTo("policies.template-changed");
        assertThat(template("fw").text()).contains("\"7\"").contains(B);
        theirs.close();
    }

    @Test
    void aTextThatIsNoPolicyIsNotKept() {
        assertThat(TemplatesViewModel.refusal("")).isPresent();
        assertThat(TemplatesViewModel.refusal("{\"10\": \"" + A + "\"}"))
                .hasValueSatisfying(why -> assertThat(why).contains("PCR 10"));
        assertThat(TemplatesViewModel.refusal("{\"7\": \"abc\"}")).isPresent();
        assertThat(TemplatesViewModel.refusal("[".repeat(100_000))).isPresent();
        model.add("fw", "{\"7\": \"abc\"}", _ -> {});
        assertThat(acts).isEmpty();
    }

    @Test
    void aVerifierThatDoesNotAnswerLeavesTheTemplates() {
        model.add("fw", TYPED, _ -> {});
        server.refusing = new Problem("verifier.silent", "It does not answer.", List.of(), List.of(), "");
        model.refresh();
        assertThat(names()).containsExactly("fw");
        assertThat(model.judgingProperty().get().problem()).isNotNull();
        server.refusing = null;
        server.tpm.put(AgentId.of("m1"), "{\"7\": [\"" + A + "\"], \"mask\": \"0x480\"}");
        model.refresh();
        assertThat(model.useProperty().get().find("fw").orElseThrow().machines())
                .containsExactly(AgentId.of("m1"));
    }

    @Test
    void whatEverybodyIsJudgedByIsNotAskedAtEachLook() {
        model.refresh();
        model.refresh();
        assertThat(server.done).containsExactly("tpm policies");
        now = now.plusSeconds(61);
        model.refresh();
        assertThat(server.done).hasSize(2);
    }

    // --- made of a machine ---

    private static String quote(Map<Integer, Octets> values) {
        return new QuoteText(
                        Octets.EMPTY,
                        Octets.EMPTY,
                        Octets.copyOf(new PcrBlob(PcrValues.of(HashAlgorithm.SHA256, values)).encode()))
                .format();
    }

    private static Octets value(int fill) {
        byte[] bytes = new byte[32];
        java.util.Arrays.fill(bytes, (byte) fill);
        return Octets.copyOf(bytes);
    }

    @Test
    void chosenPcrsOfARecordedQuoteMakeAPolicy() {
        fleet.evidence = evidence(quote(Map.of(0, value(1), 7, value(2), 10, value(3), 16, value(4))));
        PcrReading reading = new PcrReading(server, fleet, words, () -> now, Runnable::run, Runnable::run);
        reading.recorded(AgentId.of("m1"));
        PcrReading.Pcrs read = reading.readProperty().get().got().orElseThrow();
        assertThat(read.bank()).isEqualTo("sha256");
        assertThat(read.values().keySet()).containsExactly(0, 7);
        assertThat(read.content(Set.of(7)).text()).isEqualTo("{\"7\":[\"" + "02".repeat(32) + "\"],\"mask\":\"0x80\"}");
        reading.close();
    }

    @Test
    void aMachineWithoutUsefulPcrsIsAskedItselfWhenAPersonSaysSo() {
        PcrReading reading = new PcrReading(server, fleet, words, () -> now, Runnable::run, Runnable::run);
        for (String odd : List.of("", "rAAAA", "x".repeat(70_000), quote(Map.of(10, value(1), 16, value(2))))) {
            fleet.evidence = evidence(odd);
            reading.recorded(AgentId.of("m1"));
            assertThat(Objects.requireNonNull(reading.readProperty().get().problem())
                            .code())
                    .isEqualTo("policies.no-pcrs");
            assertThat(reading.readProperty().get().got()).isEmpty();
        }
        assertThat(server.done).isEmpty();
        server.quote = quote(Map.of(0, value(1)));
        reading.fresh(AgentId.of("m1"));
        assertThat(reading.readProperty().get().got().orElseThrow().fresh()).isTrue();
        reading.close();
    }

    private KeptEvidence evidence(String quote) {
        return new KeptEvidence(
                now,
                KeptEvidence.Source.VERIFIER,
                "passed",
                quote,
                Optional.empty(),
                List.of(),
                0,
                false,
                "",
                List.of());
    }
}
