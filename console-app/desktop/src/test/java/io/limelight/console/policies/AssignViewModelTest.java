package io.limelight.console.policies;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.console.activity.ActLog.Act;
import io.limelight.console.activity.ActLog.Outcome;
import io.limelight.console.fleet.FakeFleet;
import io.limelight.console.fleet.FleetSnapshot.ServerKind;
import io.limelight.console.fleet.Machine;
import io.limelight.console.fleet.MachineState;
import io.limelight.console.fleet.StaleReason;
import io.limelight.console.policies.AssignViewModel.Line;
import io.limelight.console.policies.AssignViewModel.Phase;
import io.limelight.console.policies.AssignViewModel.Result;
import io.limelight.console.policies.AssignViewModel.Step;
import io.limelight.console.policies.AssignViewModel.Trial;
import io.limelight.console.policies.Judged.Verdict;
import io.limelight.console.policies.PolicyRow.Kind;
import io.limelight.console.policies.TpmTemplates.Template;
import io.limelight.console.problem.Problem;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.records.Records;
import io.limelight.console.words.Words;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.PolicyAssignment;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AssignViewModelTest {
    private static final String A = "a1".repeat(32);
    private static final AgentId M1 = AgentId.of("m1");
    private static final AgentId M2 = AgentId.of("m2");
    private static final AgentId M3 = AgentId.of("m3");
    private static final String OLD = "{\"mask\": \"0x400\"}";

    private final Words words = Words.english();
    private final FakeFleet fleet = new FakeFleet();
    private final FakePolicies server = new FakePolicies();
    private final List<Act> acts = new ArrayList<>();
    private final Records records = Records.inMemory(words, new SecureRandom(), () -> FakeFleet.NOW);
    private final TpmTemplates templates = new TpmTemplates(records.drafts(), 1);
    private final Queue<Runnable> held = new ArrayDeque<>();
    private boolean holding;
    private AssignViewModel model;

    @BeforeEach
    void fleetOfThree() throws ProblemException {
        server.runtime.put("prod", FakePolicies.policy("", ""));
        server.runtime.put("prod-2", FakePolicies.policy("", ""));
        server.boot.put("dell", "{}");
        templates.replace(
                Optional.empty(), Optional.of(new Template("fw", "{\"7\": [\"" + A + "\"], \"mask\": \"0x80\"}")));
        templates.replace(Optional.empty(), Optional.of(new Template("broken", "no policy")));
        server.tpm.put(M1, OLD);
        server.tpm.put(M2, "{\"mask\": \"0x480\", \"7\": [\"" + A.toUpperCase(Locale.ROOT) + "\"]}");
        server.tpm.put(M3, OLD);
        fleet.tell(machine("m1", "prod", ""), machine("m2", "prod-2", "hpe"), machine("m3", "", ""));
        model = model(M1, M2, M3);
    }

    @AfterEach
    void close() {
        model.close();
    }

    private AssignViewModel model(AgentId... machines) {
        return new AssignViewModel(
                new AssignViewModel.Parts(
                        server, fleet, templates, acts::add, () -> FakeFleet.NOW, this::work, Runnable::run),
                List.of(machines),
                AgentId::value);
    }

    private void work(Runnable task) {
        if (holding) {
            held.add(task);
        } else {
            task.run();
        }
    }

    private static Machine machine(String id, String runtime, String boot) {
        return new Machine(
                AgentId.of(id),
                "10.0.0.1",
                9002,
                MachineState.TRUSTED,
                StaleReason.NONE,
                3,
                7,
                FakeFleet.NOW,
                FakeFleet.NOW,
                runtime,
                boot,
                null);
    }

    private Line line(AgentId id) {
        return model.lines().stream()
                .filter(each -> each.machine().id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static Problem problem(String code) {
        return new Problem(code, "It did not.", List.of(), List.of(), "");
    }

    @Test
    void whatIsNotChosenStaysAndWhatIsThereAlreadyIsNotSent() {
        assertThat(model.lines()).extracting(Line::result).containsOnly(Result.LEFT_OUT);
        model.runtimeProperty().set("prod-2");
        model.templateProperty().set("fw");
        assertThat(line(M1).step(Kind.RUNTIME)).isEqualTo(new Step("prod", "prod-2"));
        assertThat(line(M1).step(Kind.TPM)).isEqualTo(new Step("", "fw"));
        assertThat(line(M2).note()).isEqualTo("policies.assign.same");
        assertThat(line(M2).step(Kind.TPM)).isEqualTo(new Step("fw", "fw"));
        model.run();
        assertThat(server.assigned.keySet()).containsExactlyInAnyOrder(M1, M3);
        PolicyAssignment sent = server.assigned.get(M1);
        assertThat(sent.toJson().toString())
                .isEqualTo("{\"runtime_policy\":\"prod-2\",\"tpm_policy\":\"{\\\"7\\\": [\\\"" + A
                        + "\\\"], \\\"mask\\\": \\\"0x80\\\"}\",\"expected\":{\"runtime_policy\":\"prod\",\"mb_policy\":null,"
                        + "\"tpm_policy\":\"{\\\"mask\\\": \\\"0x400\\\"}\"}}");
        assertThat(server.assigned.get(M3).expected().runtime()).isNull();
        assertThat(model.phaseProperty().get()).isEqualTo(Phase.DONE);
        assertThat(acts.getFirst().kind()).isEqualTo("policy.assign");
        assertThat(acts.getFirst().outcome()).isEqualTo(Outcome.DONE);
        assertThat(acts.getFirst().facts()).containsEntry("tpm", "fw").doesNotContainKey("boot");
    }

    @Test
    void oneOfManyThatIsChangedIsSentAlone() {
        model.bootProperty().set("dell");
        model.run();
        assertThat(server.assigned.get(M2).runtime()).isEmpty();
        assertThat(server.assigned.get(M2).tpm()).isEmpty();
        assertThat(server.assigned.get(M2).boot()).hasValue("dell");
    }

    @Test
    void whatFailedHalfWayIsNamedAndLookedAtAgainBeforeItIsDone() {
        model.runtimeProperty().set("prod-2");
        server.failing.put(M1, problem("policies.assign-refused"));
        model.run();
        assertThat(line(M1).result()).isEqualTo(Result.FAILED);
        assertThat(line(M3).result()).isEqualTo(Result.DONE);
        assertThat(acts.getFirst().outcome()).isEqualTo(Outcome.PARTLY);

        server.failing.clear();
        fleet.tell(machine("m1", "somebody-elses", ""), machine("m2", "prod-2", ""), machine("m3", "prod-2", ""));
        assertThat(line(M1).result()).as("a result is not drawn over").isEqualTo(Result.FAILED);
        model.again();
        assertThat(line(M1).step(Kind.RUNTIME)).isEqualTo(new Step("somebody-elses", "prod-2"));
        assertThat(line(M3).result()).isEqualTo(Result.DONE);
        server.assigned.clear();
        model.run();
        assertThat(server.assigned.keySet()).containsExactly(M1);
        assertThat(server.assigned.get(M1).expected().runtime()).isEqualTo("somebody-elses");
    }

    @Test
    void machinesThatChangeOrGoWhileThePlanIsLookedAtAreSeenToDoSo() {
        model.runtimeProperty().set("prod-2");
        fleet.tell(machine("m2", "prod", ""), machine("m3", "prod-2", ""));
        assertThat(line(M1).note()).isEqualTo("policies.assign.gone");
        assertThat(line(M2).result()).isEqualTo(Result.PLANNED);
        assertThat(line(M3).note()).isEqualTo("policies.assign.same");
    }

    @Test
    void aStopLeavesWhatWasDoneAndSaysWhatWasNot() {
        model.runtimeProperty().set("prod-2");
        holding = true;
        model.run();
        assertThat(model.phaseProperty().get()).isEqualTo(Phase.RUNNING);
        model.run();
        held.remove().run();
        model.cancel();
        Runnable second = held.remove();
        // The stop itself is handed over last, and is quicker than a server.
        held.remove().run();
        second.run();
        assertThat(line(M1).result()).isEqualTo(Result.DONE);
        assertThat(line(M3).result()).isEqualTo(Result.CANCELLED);
        assertThat(server.assigned.keySet()).containsExactly(M1);
        assertThat(model.phaseProperty().get()).isEqualTo(Phase.DONE);
    }

    @Test
    void aVerifierOfKeylimeIsLeftAloneSinceItWouldTakeThePayloadsKeyAway() {
        fleet.kind = ServerKind.KEYLIME;
        fleet.tell(machine("m1", "prod", ""));
        model.runtimeProperty().set("prod-2");
        assertThat(line(M1).note()).isEqualTo("policies.assign.keylime");
        model.run();
        assertThat(server.assigned).isEmpty();
    }

    @Test
    void withoutAnAnswerNothingIsDone() {
        server.refusing = problem("verifier.silent");
        AssignViewModel offline = model(M1);
        offline.runtimeProperty().set("prod-2");
        assertThat(offline.choicesProperty().get().problem()).isNotNull();
        offline.run();
        server.refusing = null;
        assertThat(server.assigned).isEmpty();
        assertThat(offline.phaseProperty().get()).isEqualTo(Phase.PREVIEW);
        offline.close();
    }

    @Test
    void aMachineThatIsNotWatchedAndATemplateThatCannotBeReadAreLeftOut() {
        server.tpm.remove(M1);
        AssignViewModel other = model(M1);
        other.runtimeProperty().set("prod-2");
        assertThat(other.lines().getFirst().note()).isEqualTo("policies.assign.unwatched");
        assertThat(other.choicesProperty().get().got().orElseThrow().templates())
                .extracting(Template::name)
                .containsExactly("fw");
        other.close();
    }

    @Test
    void aTrySaysOfEachWhatTheWorstPolicyWouldDoAndIsForgottenWithAnotherChoice() {
        model.runtimeProperty().set("prod-2");
        server.verdicts.add(new Judged(M1, Verdict.FAIL, 1, List.of(), ""));
        model.tryIt();
        assertThat(model.trial(line(M1))).isEqualTo(Trial.FAIL);
        assertThat(model.trial(line(M3))).isEqualTo(Trial.UNKNOWN);
        assertThat(model.count(Trial.FAIL)).isEqualTo(1);
        assertThat(server.assigned).isEmpty();
        model.bootProperty().set("dell");
        assertThat(model.trial(line(M1))).isEqualTo(Trial.NONE);
        model.runtimeProperty().set("");
        model.bootProperty().set("");
        model.templateProperty().set("fw");
        assertThat(model.canTry()).isFalse();
    }

    @Test
    void pcrsThatABootLogExplainsAreSaidToBe() {
        templatesSay("{\"7\": [\"" + "b2".repeat(32) + "\"], \"mask\": \"0x80\"}");
        AssignViewModel other = model(M1, M2);
        other.templateProperty().set("other");
        assertThat(other.byLog()).isEqualTo(1);
        other.close();
    }

    private void templatesSay(String text) {
        try {
            templates.replace(Optional.empty(), Optional.of(new Template("other", text)));
        } catch (ProblemException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void tenThousandMachinesArePlannedWhileOneWaits() {
        List<Machine> many = new ArrayList<>();
        List<AgentId> ids = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            many.add(machine("n" + i, "prod", ""));
            ids.add(AgentId.of("n" + i));
            server.tpm.put(AgentId.of("n" + i), OLD);
        }
        fleet.tell(many);
        AssignViewModel large = model(ids.toArray(AgentId[]::new));
        long begun = System.nanoTime();
        large.templateProperty().set("fw");
        assertThat(System.nanoTime() - begun).isLessThan(3_000_000_000L);
        assertThat(large.count(Result.PLANNED)).isEqualTo(10_000);
        large.close();
    }

    @Test
    void theCommandDoesTheSame() {
        model.runtimeProperty().set("prod-2");
        assertThat(String.join(" ", model.command(line(M1))))
                .contains("curl --cacert CACERT")
                .contains("{\"runtime_policy\":\"prod-2\",\"expected\":{\"runtime_policy\":\"prod\"")
                .endsWith("https://127.0.0.1:8881/limelight/v1/agents/m1/policies");
    }
}
