package io.limelight.console.policies;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.console.activity.ActLog.Act;
import io.limelight.console.activity.ActLog.Outcome;
import io.limelight.console.fleet.FakeFleet;
import io.limelight.console.fleet.KeptEvidence;
import io.limelight.console.policies.EditorViewModel.Show;
import io.limelight.console.policies.EditorViewModel.Way;
import io.limelight.console.problem.Problem;
import io.limelight.console.records.Records;
import io.limelight.console.words.Words;
import io.limelight.core.api.AgentId;
import io.limelight.core.policy.create.PolicyDifference;
import io.limelight.core.policy.create.PolicyDifference.Member;
import io.limelight.core.policy.edit.EditedPolicy;
import io.limelight.core.policy.edit.ExcludeCounts.Result;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EditorViewModelTest {
    private static final String A = "a".repeat(64);
    private static final String B = "b".repeat(64);

    @TempDir
    private Path folder = Path.of("");

    private final Words words = Words.english();
    private final FakeFleet fleet = new FakeFleet();
    private final FakePolicies server = new FakePolicies();
    private final Records records = Records.inMemory(words, new SecureRandom(), () -> FakeFleet.NOW);
    private final List<Act> acts = new ArrayList<>();

    @BeforeEach
    void store() {
        server.runtime.put(
                "web",
                FakePolicies.policy(
                        "\"/usr/bin/bash\": [\"" + A + "\"], \"/usr/bin/curl\": [\"" + A + "\"]", "\"/tmp/.*\""));
    }

    private EditorViewModel editor() {
        return new EditorViewModel(new EditorViewModel.Parts(
                server,
                new PolicyDrafts(records.drafts(), Optional.of(folder), 1),
                new PolicyWindows(records.drafts(), 1),
                new EvidenceShelf(fleet),
                acts::add,
                words,
                () -> FakeFleet.NOW,
                Runnable::run,
                Runnable::run));
    }

    private EditorViewModel open() {
        EditorViewModel editor = editor();
        editor.open("web");
        return editor;
    }

    private static EditedPolicy now(EditorViewModel editor) {
        return Objects.requireNonNull(editor.policyProperty().get());
    }

    private static PolicyDifference add(String path, String digest) {
        return PolicyDifference.toAdd(Member.DIGESTS, path, digest);
    }

    @Test
    void whatWasNotSentIsThereAgainAfterACrash() {
        EditorViewModel before = open();
        before.step(List.of(add("/opt/new", B)));
        before.removePath("/usr/bin/bash");

        EditorViewModel after = open();
        assertThat(now(after).changes()).isEqualTo(now(before).changes()).hasSize(2);
        after.discard();
        assertThat(now(after).changes()).isEmpty();
        assertThat(server.runtime.get("web")).contains("/usr/bin/bash");
    }

    @Test
    void aLongPolicyIsKeptInAFileOfItsOwn() {
        StringBuilder many = new StringBuilder("\"/x\": [\"" + A + "\"]");
        for (int i = 0; i < 4000; i++) {
            many.append(", \"/usr/lib/file-")
                    .append(i)
                    .append("\": [\"")
                    .append(A)
                    .append("\"]");
        }
        server.runtime.put("web", FakePolicies.policy(many.toString(), ""));
        EditorViewModel before = open();
        before.step(List.of(add("/opt/new", B)));
        assertThat(folder).isDirectoryContaining("glob:**.json");
        EditorViewModel after = open();
        assertThat(now(after).size(Member.DIGESTS)).isEqualTo(4002);
        assertThat(now(after).changes()).containsExactly(add("/opt/new", B));
    }

    @Test
    void aChangeOfAnotherAdministratorIsShownAndNothingIsLost() {
        EditorViewModel mine = open();
        mine.step(List.of(add("/mine", B)));
        server.runtime.put(
                "web",
                FakePolicies.policy("\"/usr/bin/bash\": [\"" + A + "\"], \"/theirs\": [\"" + A + "\"]", "\"/tmp/.*\""));
        mine.save(null, () -> {});
        assertThat(server.done).noneMatch(done -> done.startsWith("update"));
        var conflict = Objects.requireNonNull(mine.conflictProperty().get());
        assertThat(conflict.conflict().theirs()).hasSize(2);

        mine.resolve(Way.MINE_ON_TOP);
        assertThat(mine.conflictProperty().get()).isNull();
        assertThat(now(mine).names(Member.DIGESTS)).containsExactlyInAnyOrder("/usr/bin/bash", "/theirs", "/mine");
        assertThat(now(mine).changes()).containsExactly(add("/mine", B));
        mine.save(null, () -> {});
        assertThat(server.done).contains("update web");
        assertThat(server.runtime.get("web")).contains("/mine").contains("/theirs");
        assertThat(now(mine).changes()).isEmpty();
        assertThat(acts).extracting(Act::kind).containsExactly("policy.save");
    }

    @Test
    void theUnionOfBothAllowsWhatEitherAllows() {
        EditorViewModel mine = open();
        mine.step(List.of(add("/mine", B)));
        server.runtime.put("web", FakePolicies.policy("\"/theirs\": [\"" + A + "\"]", ""));
        mine.save(null, () -> {});
        mine.resolve(Way.UNION);
        assertThat(now(mine).names(Member.DIGESTS))
                .containsExactlyInAnyOrder("/usr/bin/bash", "/usr/bin/curl", "/theirs", "/mine");
    }

    @Test
    void whatTheVerifierRefusesStaysADraftAndIsRecorded() {
        EditorViewModel editor = open();
        editor.step(List.of(add("/opt/new", B)));
        server.refusing = new Problem("verifier.busy", "It is busy.", List.of(), List.of(), "");
        editor.save(null, () -> {});
        assertThat(editor.problemProperty().get()).isNotNull();
        assertThat(now(editor).changes()).hasSize(1);
        server.refusing = null;
        assertThat(now(open()).changes()).hasSize(1);
    }

    @Test
    void whatFailedIsProposedAndNeverSent() {
        EditorViewModel editor = editor();
        editor.openToPass("web", List.of(FakePolicies.row("/usr/bin/rsync", B)));
        assertThat(now(editor).changes()).containsExactly(add("/usr/bin/rsync", B));
        assertThat(editor.showProperty().get()).isEqualTo(Show.CHANGED);
        assertThat(editor.noticeProperty().get()).isNotNull();
        assertThat(server.done).containsExactly("read web");
        editor.undo();
        assertThat(now(editor).changes()).isEmpty();
        editor.redo();
        assertThat(now(editor).changes()).hasSize(1);
    }

    @Test
    void exclusionsAreCountedAgainstWhatMachinesMeasured() {
        fleet.evidence = new KeptEvidence(
                FakeFleet.NOW,
                KeptEvidence.Source.VERIFIER,
                "passed",
                "",
                Optional.empty(),
                List.of(
                        "10 " + "1".repeat(40) + " ima-ng sha256:" + A + " /tmp/x",
                        "10 " + "2".repeat(40) + " ima-ng sha256:" + A + " /usr/bin/bash",
                        "10 " + "3".repeat(40) + " ima-ng sha256:" + A + " /" + "a".repeat(60)),
                3,
                false,
                "",
                List.of());
        EditorViewModel editor = open();
        editor.compareWith(List.of(AgentId.of("a")));
        assertThat(editor.checksProperty().get().excludes()).containsEntry("/tmp/.*", new Result.Hides(1));
        assertThat(editor.checksProperty().get().unseen()).isEqualTo(1);
        editor.showProperty().set(Show.UNSEEN);
        assertThat(editor.foundProperty().get().paths()).containsExactly("/usr/bin/curl");
        editor.step(List.of(PolicyDifference.toAdd(Member.EXCLUDES, "", "(?=/)/(a|a)*b")));
        assertThat(editor.checksProperty().get().excludes()).containsEntry("(?=/)/(a|a)*b", new Result.TooCostly());
    }

    @Test
    void aPathThatWasAddedIsFoundAndOneThatIsNoneIsRefused() {
        EditorViewModel editor = open();
        assertThat(editor.refusal("/opt/a b", A)).contains("policies.add.blank");
        assertThat(editor.refusal("/opt/a", "XYZ")).contains("policies.add.no-digest");
        assertThat(editor.refusal("/opt/a", A)).isEmpty();
        editor.step(List.of(add("/opt/a", A)));
        editor.filterProperty().set("opt");
        assertThat(editor.foundProperty().get().paths()).containsExactly("/opt/a");
        editor.filterProperty().set("");
        assertThat(editor.foundProperty().get().flat()).isFalse();
        editor.restorePath("/opt/a");
        assertThat(now(editor).isChanged()).isFalse();
    }

    @Test
    void anUpdateWindowAllowsBothUntilItIsEndedByAnAct() {
        server.runtime.put("next", FakePolicies.policy("\"/usr/bin/bash\": [\"" + B + "\"]", ""));
        LocalDate until = LocalDate.of(2026, 12, 12);
        EditorViewModel before = open();
        before.openWindow("next", until);
        assertThat(now(before).digests(Member.DIGESTS, "/usr/bin/bash")).containsExactly(A, B);
        before.save(null, () -> {});

        EditorViewModel after = open();
        PolicyWindows.Window window =
                Objects.requireNonNull(after.windowProperty().get());
        assertThat(window.over(until)).isFalse();
        assertThat(window.over(until.plusDays(1))).isTrue();
        after.shrink();
        assertThat(now(after).names(Member.DIGESTS)).containsExactly("/usr/bin/bash");
        assertThat(now(after).digests(Member.DIGESTS, "/usr/bin/bash")).containsExactly(B);
        assertThat(server.runtime.get("web")).as("nothing was sent").contains("/usr/bin/curl");
        after.save(null, () -> {});
        assertThat(open().windowProperty().get()).isNull();
    }

    @Test
    void anyOtherPolicyIsCompared() {
        server.runtime.put("next", FakePolicies.policy("\"/usr/bin/bash\": [\"" + B + "\"]", "\"/tmp/.*\""));
        EditorViewModel editor = open();
        editor.compareTo("next");
        assertThat(editor.comparisonProperty().get().got().orElseThrow())
                .extracting(PolicyDifference::line)
                .containsExactly(
                        "- digests[\"/usr/bin/bash\"] " + A,
                        "+ digests[\"/usr/bin/bash\"] " + B,
                        "- digests[\"/usr/bin/curl\"] " + A);
    }

    @Test
    void aTextThatIsNoPolicyIsToldAndNothingIsOpen() {
        server.runtime.put("web", "{\"digests\": 7}");
        EditorViewModel editor = open();
        assertThat(editor.policyProperty().get()).isNull();
        assertThat(Objects.requireNonNull(editor.problemProperty().get()).code())
                .isEqualTo("policies.unreadable");
    }

    @Test
    void whatIsDeletedIsRecorded() {
        EditorViewModel editor = open();
        editor.delete(io.limelight.core.api.PolicyKind.RUNTIME, "web", () -> {});
        assertThat(server.runtime).isEmpty();
        assertThat(acts)
                .extracting(Act::kind, Act::outcome)
                .containsExactly(org.assertj.core.api.Assertions.tuple("policy.delete", Outcome.DONE));
    }
}
