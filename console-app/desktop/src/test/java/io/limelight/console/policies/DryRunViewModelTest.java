package io.limelight.console.policies;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.console.activity.ActLog.Act;
import io.limelight.console.activity.ActLog.Outcome;
import io.limelight.console.fleet.FakeFleet;
import io.limelight.console.fleet.FleetSnapshot.ServerKind;
import io.limelight.console.fleet.KeptEvidence;
import io.limelight.console.policies.Judged.Row;
import io.limelight.console.policies.Judged.Verdict;
import io.limelight.console.policies.PolicyRow.Facts;
import io.limelight.console.policies.PolicyRow.Kind;
import io.limelight.console.records.Records;
import io.limelight.console.words.Words;
import io.limelight.console.work.TaskHandle;
import io.limelight.console.work.Tasks;
import io.limelight.core.api.AgentId;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class DryRunViewModelTest {
    private static final String A = "a".repeat(64);
    private static final String B = "b".repeat(64);
    private static final AgentId GOOD = AgentId.of("good");
    private static final AgentId BAD = AgentId.of("bad");

    private final Words words = Words.english();
    private final FakeFleet fleet = new FakeFleet();
    private final FakePolicies server = new FakePolicies();
    private final List<Act> acts = new ArrayList<>();
    private final Queue<Runnable> due = new ArrayDeque<>();
    private final DryRunViewModel model = new DryRunViewModel(
            server,
            fleet,
            new EvidenceShelf(fleet),
            acts::add,
            new Tasks(() -> FakeFleet.NOW, Runnable::run, words),
            words,
            () -> FakeFleet.NOW,
            due::add);

    private void screen() {
        while (!due.isEmpty()) {
            due.remove().run();
        }
    }

    private static Judged judged(AgentId machine, Verdict verdict) {
        return new Judged(
                machine,
                verdict,
                verdict == Verdict.FAIL ? 1 : 0,
                verdict == Verdict.FAIL ? List.of(new Row("/usr/bin/x", 7, "", "not allowed")) : List.of(),
                verdict == Verdict.UNKNOWN ? "nothing is kept" : "");
    }

    private void run(List<AgentId> machines) {
        model.run("web", () -> FakePolicies.policy("\"/usr/bin/bash\": [\"" + A + "\"]", ""), machines);
        screen();
    }

    @Test
    void machinesAreGroupedByWhatWouldChangeForThem() {
        fleet.tell(FakeFleet.trusted("good"), FakeFleet.failed("bad", "ima", "It failed."), FakeFleet.trusted("c"));
        server.verdicts.addAll(List.of(
                judged(GOOD, Verdict.FAIL), judged(BAD, Verdict.PASS), judged(AgentId.of("c"), Verdict.UNKNOWN)));
        run(List.of(GOOD, BAD, AgentId.of("c")));
        DryRunReport report = Objects.requireNonNull(model.reportProperty().get());
        assertThat(report.fail()).extracting(DryRunReport.Failing::machine).containsExactly(GOOD);
        assertThat(report.recover()).containsExactly(BAD);
        assertThat(report.unknown()).hasSize(1);
        assertThat(report.unaffected()).isEmpty();
        assertThat(server.done).isEmpty();
        assertThat(acts).extracting(Act::kind).containsExactly("policy.dryrun");
    }

    @Test
    void aCancelledTryHasNoResultAndIsRecordedAsSuch() {
        fleet.tell(FakeFleet.trusted("good"));
        Queue<Runnable> work = new ArrayDeque<>();
        DryRunViewModel slow = new DryRunViewModel(
                server,
                fleet,
                new EvidenceShelf(fleet),
                acts::add,
                new Tasks(() -> FakeFleet.NOW, work::add, words),
                words,
                () -> FakeFleet.NOW,
                due::add);
        slow.run("web", () -> FakePolicies.policy("", ""), List.of(GOOD));
        assertThat(slow.runningProperty().get()).isNotNull();
        var task = Objects.requireNonNull(slow.runningProperty().get());
        slow.cancel();
        server.untilCancelled = true;
        work.remove().run();
        screen();
        assertThat(slow.runningProperty().get()).isNull();
        assertThat(slow.reportProperty().get()).isNull();
        assertThat(task.status().state()).isEqualTo(TaskHandle.State.CANCELLED);
        assertThat(acts).extracting(Act::outcome).containsExactly(Outcome.CANCELLED);
    }

    @Test
    void withoutAVerifierThatKeepsEvidenceItIsJudgedHere() {
        fleet.kind = ServerKind.KEYLIME;
        fleet.tell(FakeFleet.trusted("good"));
        fleet.evidence = new KeptEvidence(
                FakeFleet.NOW,
                KeptEvidence.Source.APPRAISED_HERE,
                "passed",
                "",
                Optional.empty(),
                List.of("10 " + "1".repeat(40) + " ima-ng sha256:" + B + " /usr/bin/bash"),
                1,
                false,
                "",
                List.of());
        run(List.of(GOOD));
        DryRunReport report = Objects.requireNonNull(model.reportProperty().get());
        assertThat(report.fail()).hasSize(1);
        assertThat(report.fail().getFirst().rows().getFirst().line()).contains("/usr/bin/bash");
        assertThat(acts.getFirst().outcome()).isEqualTo(Outcome.DONE);
    }

    @Test
    void theListCountsWhoIsJudgedAndSaysWhatAcceptsEverything() {
        fleet.tell(FakeFleet.trusted("good"), FakeFleet.failed("bad", "ima", "It failed."));
        server.runtime.put("prod", FakePolicies.policy("\"/usr/bin/bash\": [\"" + A + "\"]", ""));
        server.runtime.put("open", FakePolicies.policy("", "\".*\""));
        server.boot.put("any", "{}");
        Records records = Records.inMemory(words, new SecureRandom(), () -> FakeFleet.NOW);
        PoliciesViewModel list = new PoliciesViewModel(
                server,
                fleet,
                new PolicyDrafts(records.drafts(), Optional.empty(), 1),
                new PolicyWindows(records.drafts(), 1),
                new TemplatesViewModel(
                        new TpmTemplates(records.drafts(), 1),
                        server,
                        acts::add,
                        words,
                        () -> FakeFleet.NOW,
                        Runnable::run,
                        Runnable::run),
                () -> FakeFleet.NOW,
                Runnable::run,
                Runnable::run);
        list.shown();
        assertThat(list.rows())
                .containsExactly(
                        new PolicyRow(Kind.RUNTIME, "open", 0, 0, Facts.ACCEPTS_ALL, false, true, Optional.empty()),
                        new PolicyRow(Kind.RUNTIME, "prod", 2, 1, Facts.JUDGES, false, true, Optional.empty()),
                        new PolicyRow(Kind.BOOT, "any", 0, 0, Facts.ACCEPTS_ALL, false, true, Optional.empty()));
        list.searchProperty().set("PRO");
        assertThat(list.rows()).extracting(PolicyRow::name).containsExactly("prod");
        list.close();
    }
}
