package io.limelight.core.policy.edit;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.core.policy.create.PolicyDifference;
import io.limelight.core.policy.create.PolicyDifference.Member;
import io.limelight.core.policy.edit.EditedPolicy.Change;
import io.limelight.core.policy.edit.ExcludeCounts.Result;
import io.limelight.core.policy.edit.PathTable.Child;
import io.limelight.core.policy.edit.PathTable.Some;
import io.limelight.core.task.Cancellation;
import io.limelight.core.tpm.HashAlgorithm;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EditedPolicyTest {
    private static final LocalDateTime NOON = LocalDateTime.of(2026, 11, 28, 12, 0);
    private static final String A = "a".repeat(64);
    private static final String B = "b".repeat(64);
    private static final String C = "c".repeat(64);

    private static EditedPolicy read(String digests, String excludes) throws Exception {
        return EditedPolicy.of(("{\"meta\": {\"version\": 1, \"generator\": 3}, \"release\": 0, \"digests\": {"
                        + digests
                        + "}, \"excludes\": [" + excludes + "], \"keyrings\": {}, \"ima\": {\"ignored_keyrings\": [],"
                        + " \"log_hash_alg\": \"sha1\", \"dm_policy\": null}, \"ima-buf\": {},"
                        + " \"verification-keys\": \"\"}")
                .getBytes(StandardCharsets.UTF_8));
    }

    private static EditedPolicy usual() throws Exception {
        return read(
                "\"/usr/bin/bash\": [\"" + A + "\"], \"/usr/bin/curl\": [\"" + A + "\", \"" + B
                        + "\"], \"boot_aggregate\": [\"" + C + "\"]",
                "\"/tmp/.*\"");
    }

    private static PolicyDifference add(String name, String digest) {
        return PolicyDifference.toAdd(Member.DIGESTS, name, digest);
    }

    private static PolicyDifference remove(String name, String digest) {
        return new PolicyDifference(false, Member.DIGESTS, name, digest);
    }

    @Test
    void whatWasReadIsWrittenByteByByteUntilSomethingChanges() throws Exception {
        EditedPolicy read = usual();
        assertThat(read.text(NOON)).isEqualTo(new String(read.baseText(), StandardCharsets.UTF_8));
        EditedPolicy back = read.with(List.of(add("/x", A))).with(List.of(remove("/x", A)));
        assertThat(back.isChanged()).isFalse();
        assertThat(back.text(NOON)).isEqualTo(read.text(NOON));
    }

    @Test
    void aStepLeavesTheFormerPolicyAsItIs() throws Exception {
        EditedPolicy read = usual();
        EditedPolicy changed = read.with(List.of(
                add("/usr/bin/rsync", C),
                remove("/usr/bin/bash", A),
                remove("/usr/bin/curl", B),
                PolicyDifference.toAdd(Member.EXCLUDES, "", "/var/cache/.*")));
        assertThat(read.changes()).isEmpty();
        assertThat(changed.change(Member.DIGESTS, "/usr/bin/rsync")).isEqualTo(Change.ADDED);
        assertThat(changed.change(Member.DIGESTS, "/usr/bin/bash")).isEqualTo(Change.REMOVED);
        assertThat(changed.change(Member.DIGESTS, "/usr/bin/curl")).isEqualTo(Change.CHANGED);
        assertThat(changed.size(Member.DIGESTS)).isEqualTo(3);
        assertThat(changed.changes())
                .extracting(PolicyDifference::line)
                .containsExactly(
                        "- digests[\"/usr/bin/bash\"] " + A,
                        "- digests[\"/usr/bin/curl\"] " + B,
                        "+ digests[\"/usr/bin/rsync\"] " + C,
                        "+ excludes /var/cache/.*");
        EditedPolicy again = EditedPolicy.of(changed.text(NOON).getBytes(StandardCharsets.UTF_8));
        assertThat(again.names(Member.DIGESTS)).containsExactly("/usr/bin/curl", "boot_aggregate", "/usr/bin/rsync");
        assertThat(again.excludes()).containsExactly("/tmp/.*", "/var/cache/.*");
    }

    @Test
    void undoAndRedoWalkTheSteps() throws Exception {
        EditHistory history = new EditHistory(usual());
        for (int i = 0; i < 100; i++) {
            history.step(history.now().with(List.of(add("/opt/" + i, A))));
        }
        for (int i = 99; i >= 40; i--) {
            assertThat(history.now().digests(Member.DIGESTS, "/opt/" + i)).containsExactly(A);
            history.undo();
            assertThat(history.now().digests(Member.DIGESTS, "/opt/" + i)).isEmpty();
        }
        history.redo();
        assertThat(history.now().size(Member.DIGESTS)).isEqualTo(3 + 41);
        history.step(history.now().with(List.of(add("/other", A))));
        assertThat(history.canRedo()).isFalse();
    }

    @Test
    void aFolderShowsWhatIsDirectlyInIt() throws Exception {
        PathTable table = PathTable.of(read(
                        "\"/usr/bin/bash\": [\"" + A + "\"], \"/usr/lib/x/y\": [\"" + A + "\"], \"/usr/lib/x/z\": [\""
                                + A + "\"], \"boot_aggregate\": [\"" + A + "\"], \"/usr/lib2\": [\"" + A + "\"]",
                        "")
                .base()
                .digests());
        assertThat(table.children("", 10).list())
                .containsExactly(new Child("/", "/", true, 4), new Child("boot_aggregate", "boot_aggregate", false, 1));
        assertThat(table.children("/usr/", 10).list())
                .containsExactly(
                        new Child("/usr/bin/", "bin/", true, 1),
                        new Child("/usr/lib/", "lib/", true, 2),
                        new Child("/usr/lib2", "lib2", false, 1));
        assertThat(table.children("/usr/", 1).more()).isEqualTo(2);
        assertThat(table.with(List.of("/usr/bin/zsh", "/usr/bin/bash"))
                        .children("/usr/bin/", 10)
                        .list())
                .extracting(Child::name)
                .containsExactly("bash", "zsh");
    }

    @Test
    void aPathIsFoundByAPartOfItsNameOrTheBeginningOfADigest() throws Exception {
        PathTable table = PathTable.of(usual().base().digests());
        assertThat(table.find("BIN/C", _ -> true, 10).list()).containsExactly("/usr/bin/curl");
        assertThat(table.find("", _ -> true, 2)).isEqualTo(new Some<>(List.of("/usr/bin/bash", "/usr/bin/curl"), 1));
        assertThat(table.find("bbbbbbbb", _ -> true, 10).list()).containsExactly("/usr/bin/curl");
        assertThat(table.find("hcurl", _ -> true, 10).list()).isEmpty();
        assertThat(table.find("usr", path -> path.endsWith("bash"), 10).list()).containsExactly("/usr/bin/bash");
        assertThat(table.find("\n", _ -> true, 10).list()).hasSizeLessThanOrEqualTo(3);
    }

    @Test
    void anExclusionThatBacktracksWithoutEndIsToldToBeTooCostly() throws Exception {
        Map<String, Integer> rows = new java.util.HashMap<>(Map.of("/opt/a", 3, "/usr/bin/x", 1));
        rows.put("/" + "a".repeat(60), 1);
        MeasuredNames names = new MeasuredNames(rows, 5);
        assertThat(ExcludeCounts.count(List.of("/opt/.*", "(", "(?=/)/(a|a)*b"), names, new Cancellation()).stream()
                        .map(ExcludeCounts.Count::result))
                .satisfiesExactly(
                        result -> assertThat(result).isEqualTo(new Result.Hides(3)),
                        result -> assertThat(result).isInstanceOf(Result.Invalid.class),
                        result -> assertThat(result).isEqualTo(new Result.TooCostly()));
    }

    @Test
    void theSmallestChangeIsProposedAndWhatNoPolicyPassesIsTold() throws Exception {
        PolicyProposal proposal = PolicyProposal.of(
                List.of(
                        row("/usr/bin/rsync", C),
                        row("/usr/bin/rsync", C),
                        row("/usr/bin/bash", A),
                        row("/usr/bin/unread", "0".repeat(64)),
                        "10 " + "1".repeat(40) + " ima-ng sha256:" + C + " /usr/bin/changed"),
                usual().base());
        assertThat(proposal.changes()).containsExactly(add("/usr/bin/rsync", C));
        assertThat(proposal.unsolved())
                .hasSize(2)
                .satisfiesExactly(
                        unread -> assertThat(unread).startsWith("/usr/bin/unread"),
                        changed -> assertThat(changed).startsWith("/usr/bin/changed"));
    }

    /** A row of template ima-ng, as a kernel prints it. */
    private static String row(String path, String digest) {
        byte[] first = concat(
                "sha256:\0".getBytes(StandardCharsets.UTF_8), HexFormat.of().parseHex(digest));
        byte[] second = (path + "\0").getBytes(StandardCharsets.UTF_8);
        byte[] hash = HashAlgorithm.SHA1.digest(ByteBuffer.allocate(8 + first.length + second.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(first.length)
                .put(first)
                .putInt(second.length)
                .put(second)
                .array());
        return "10 " + HexFormat.of().formatHex(hash) + " ima-ng sha256:" + digest + " " + path;
    }

    private static byte[] concat(byte[] first, byte[] second) {
        return ByteBuffer.allocate(first.length + second.length)
                .put(first)
                .put(second)
                .array();
    }

    @Test
    void ofTwoWhoChangedAPolicyNeitherLosesAChange() throws Exception {
        EditedPolicy common = usual();
        EditedPolicy mine = common.with(List.of(add("/mine", A), remove("/usr/bin/bash", A), add("/usr/bin/curl", C)));
        EditedPolicy theirs = EditedPolicy.of(common.with(List.of(add("/theirs", B), remove("/usr/bin/curl", B)))
                .text(NOON)
                .getBytes(StandardCharsets.UTF_8));
        PolicyConflict conflict = PolicyConflict.of(mine, theirs);
        assertThat(conflict.mine()).hasSize(3);
        assertThat(conflict.theirs()).containsExactlyInAnyOrder(add("/theirs", B), remove("/usr/bin/curl", B));
        assertThat(conflict.both()).containsExactly(add("/usr/bin/curl", C));
        EditedPolicy onTop = PolicyConflict.mineOnTop(mine, theirs);
        assertThat(onTop.names(Member.DIGESTS))
                .containsExactlyInAnyOrder("/usr/bin/curl", "boot_aggregate", "/mine", "/theirs");
        assertThat(onTop.digests(Member.DIGESTS, "/usr/bin/curl")).containsExactly(A, C);
        EditedPolicy union = PolicyConflict.union(mine, theirs);
        assertThat(union.names(Member.DIGESTS))
                .containsExactlyInAnyOrder("/usr/bin/bash", "/usr/bin/curl", "boot_aggregate", "/mine", "/theirs");
        assertThat(union.digests(Member.DIGESTS, "/usr/bin/curl")).containsExactly(A, B, C);
    }

    @Test
    void manyNamesAreChangedInOneStep() throws Exception {
        List<PolicyDifference> steps = new ArrayList<>();
        IntStream.range(0, 5000).forEach(i -> steps.add(add("/opt/file-" + i, A)));
        EditedPolicy many = usual().with(steps);
        assertThat(many.size(Member.DIGESTS)).isEqualTo(5003);
        EditedPolicy one = many.with(List.of(remove("/opt/file-7", A)));
        assertThat(one.size(Member.DIGESTS)).isEqualTo(5002);
        assertThat(many.digests(Member.DIGESTS, "/opt/file-7")).containsExactly(A);
        assertThat(one.change(Member.DIGESTS, "/opt/file-7")).isEqualTo(Change.SAME);
    }
}
