package io.limelight.console.payloads;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.console.records.Records;
import io.limelight.console.words.Words;
import io.limelight.core.payload.ActionReader;
import io.limelight.core.payload.PackageTree;
import io.limelight.core.payload.PackageTreeReader;
import io.limelight.core.payload.PackageTreeReader.Part;
import io.limelight.core.payload.ReadyAction;
import io.limelight.core.payload.ScriptFinding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuilderViewModelTest {
    private static final Words WORDS = Words.english();

    @TempDir
    Path root;

    private Instant now = Instant.parse("2026-11-28T12:00:00Z");
    private Records records;
    private PayloadShelf shelf;
    private BuilderViewModel model;
    private Path folder;

    @BeforeEach
    void begin() throws IOException {
        records = Records.inMemory(WORDS, new SecureRandom(), () -> now);
        shelf = new PayloadShelf(records.drafts());
        model = fresh();
        folder = Files.createDirectories(root.resolve("payload"));
    }

    private BuilderViewModel fresh() {
        return new BuilderViewModel(
                shelf,
                new PayloadFiles(WORDS),
                new PackageTreeReader(0, () -> now),
                () -> now,
                Runnable::run,
                Runnable::run);
    }

    @AfterEach
    void end() {
        records.close();
    }

    private List<String> names() {
        return model.seenProperty().get().tree().entries().stream()
                .filter(entry -> entry.origin() == PackageTree.Origin.INCLUDED)
                .map(PackageTree.Entry::name)
                .toList();
    }

    private void later() {
        now = now.plusSeconds(60);
    }

    @Test
    void aFolderThatVanishesBeneathIsSaidAndTheDraftStays() throws Exception {
        Files.writeString(folder.resolve("autorun.sh"), "#!/bin/sh\n");
        Files.writeString(folder.resolve("key"), "k");
        model.open(folder, PayloadMode.CERTIFICATE_PACKAGE);
        assertThat(names()).containsExactly("autorun.sh", "key");
        assertThat(model.savedProperty().get()).isTrue();
        Files.delete(folder.resolve("autorun.sh"));
        Files.delete(folder.resolve("key"));
        Files.delete(folder);
        model.check();
        assertThat(model.beneathProperty().get()).containsExactly(folder.toString());
        assertThat(model.seenProperty().get().tree().find("key").orElseThrow().problems())
                .isNotEmpty();
        assertThat(model.draftProperty().get().script()).contains("#!/bin/sh\n");
    }

    @Test
    void aFileThatChangesBeneathIsNamedAndCanBeReadAgain() throws Exception {
        Files.writeString(folder.resolve("autorun.sh"), "#!/bin/sh\necho one\n");
        model.open(folder, PayloadMode.CERTIFICATE_PACKAGE);
        Files.writeString(folder.resolve("autorun.sh"), "#!/bin/sh\necho two and more\n");
        Files.writeString(folder.resolve("new"), "n");
        model.check();
        assertThat(model.beneathProperty().get()).containsExactly("autorun.sh", "new");
        model.readAgain();
        assertThat(model.beneathProperty().get()).isEmpty();
        assertThat(model.draftProperty().get().script().orElseThrow()).contains("two and more");
        model.undo();
        assertThat(model.draftProperty().get().script().orElseThrow()).contains("one");
    }

    @Test
    void whatCannotBeOpenedIsAProblem() {
        model.open(root.resolve("absent"), PayloadMode.ZIP);
        assertThat(model.problemProperty().get().orElseThrow().code()).isEqualTo("payloads.no-folder");
    }

    @Test
    void aDraftOutlivesTheConsole() throws Exception {
        model.create(PayloadTemplate.SSH_KEYS.draft("ssh-access"));
        model.write("#!/bin/sh\nset -e\n");
        List<PayloadShelf.Kept> kept = shelf.kept();
        assertThat(kept).hasSize(1);
        BuilderViewModel next = fresh();
        next.show(kept.getFirst());
        assertThat(next.draftProperty().get()).isEqualTo(model.draftProperty().get());
    }

    @Test
    void twoConsolesLoseNothing() throws Exception {
        model.create(PayloadDraft.empty("one"));
        PayloadShelf.Kept kept = shelf.kept().getFirst();
        BuilderViewModel other = fresh();
        other.show(kept);
        other.write("#!/bin/sh\n# of the other\n");
        model.write("#!/bin/sh\n# mine\n");
        model.write("#!/bin/sh\n# mine, later\n");
        assertThat(shelf.kept())
                .extracting(one -> one.draft().script().orElse(""))
                .containsExactlyInAnyOrder("#!/bin/sh\n# of the other\n", "#!/bin/sh\n# mine, later\n");
    }

    @Test
    void undoTakesBackWholeBurstsOfTyping() {
        model.create(PayloadDraft.empty("p"));
        model.write("#");
        model.write("#!");
        later();
        model.write("#!/bin/sh");
        model.addReady(ReadyAction.all().getFirst());
        assertThat(model.draftProperty().get().actions()).hasSize(1);
        model.undo();
        assertThat(model.draftProperty().get().actions()).isEmpty();
        model.undo();
        assertThat(model.draftProperty().get().script()).contains("#!");
        model.undo();
        assertThat(model.draftProperty().get().script()).isEmpty();
        assertThat(model.undoableProperty().get()).isFalse();
        model.redo();
        model.redo();
        model.redo();
        assertThat(model.draftProperty().get().actions()).hasSize(1);
        assertThat(model.redoableProperty().get()).isFalse();
    }

    @Test
    void aFolderOfFoldersIsMarkedAndCanBeFlattened() throws Exception {
        Path tls = Files.createDirectories(root.resolve("tls/deep"));
        Files.writeString(tls.resolve("trust.pem"), "x");
        Files.writeString(root.resolve("tls/trust.pem"), "y");
        model.create(PayloadDraft.empty("p"));
        model.add(List.of(root.resolve("tls")));
        assertThat(names()).containsExactly("tls/deep/trust.pem", "tls/trust.pem");
        assertThat(model.seenProperty().get().tree().entries())
                .filteredOn(entry -> !entry.problems().isEmpty())
                .hasSize(2);
        model.travel(PayloadMode.ZIP);
        assertThat(model.seenProperty().get().tree().sound()).isTrue();
        model.travel(PayloadMode.CERTIFICATE_PACKAGE);
        model.flatten();
        assertThat(names())
                .as("the second one stays where it is, marked")
                .containsExactly("tls/trust.pem", "trust.pem");
    }

    @Test
    void savingWritesWhatTheTreeSaysAndDeletesWhatWasTakenOut() throws Exception {
        Files.writeString(folder.resolve("old"), "o");
        Files.createDirectories(folder.resolve("etc/deep"));
        Files.writeString(folder.resolve("etc/deep/motd"), "m");
        Files.writeString(root.resolve("payload_id_rsa"), "k");
        model.open(folder, PayloadMode.CERTIFICATE_PACKAGE);
        model.add(List.of(root.resolve("payload_id_rsa")));
        model.write("#!/bin/sh\nset -e\ncp payload_id_rsa /tmp/\n");
        model.addReady(ReadyAction.removeSshKeys());
        model.remove(List.of("old", "etc/deep/motd"));
        assertThat(model.savedProperty().get()).isFalse();
        assertThat(model.sendable()).isEmpty();
        assertThat(model.removals()).containsExactlyInAnyOrder("etc/deep/motd", "old");
        model.save(folder);
        assertThat(model.problemProperty().get()).isEmpty();
        assertThat(folder.resolve("old")).doesNotExist();
        assertThat(folder.resolve("etc"))
                .as("a folder that nobody sees would be in the way of a flat package")
                .doesNotExist();
        assertThat(folder.resolve("payload_id_rsa")).hasContent("k");
        assertThat(folder.resolve("action_list")).hasContent("local_action_rm_ssh.py\n");
        assertThat(folder.toFile().list()).hasSize(4);
        assertThat(model.savedProperty().get()).isTrue();
        assertThat(model.sendable()).contains(new SavedPayload("payload", folder, PayloadMode.CERTIFICATE_PACKAGE));
        assertThat(shelf.all()).hasSize(1);
        BuilderViewModel again = fresh();
        again.open(folder, PayloadMode.CERTIFICATE_PACKAGE);
        assertThat(again.draftProperty().get().actions()).containsExactly("local_action_rm_ssh.py");
        assertThat(again.draftProperty().get().parts().stream().map(Part::name).sorted())
                .containsExactlyElementsOf(model.draftProperty().get().parts().stream()
                        .map(Part::name)
                        .sorted()
                        .toList());
    }

    @Test
    void savingWhereNobodyMayWriteKeepsTheDraft() throws Exception {
        Path file = Files.writeString(root.resolve("file"), "x");
        model.create(PayloadTemplate.CA_ROOTS.draft("p"));
        model.save(file.resolve("below"));
        assertThat(model.problemProperty().get().orElseThrow().code()).isEqualTo("payloads.not-saved");
        assertThat(model.draftProperty().get().script()).isPresent();
    }

    @Test
    void actionsMoveAndAreWrittenForTheirReaders() {
        model.create(PayloadDraft.empty("p"));
        ReadyAction.all().forEach(model::addReady);
        model.moveAction(4, 0);
        model.moveAction(0, 9);
        assertThat(model.draftProperty().get().actions().getFirst()).isEqualTo("local_action_flag_file.py");
        assertThat(model.seenProperty().get().list().text()).startsWith("local_action_flag_file.py\n");
        model.readBy(ActionReader.OLD_PYTHON, true);
        assertThat(model.seenProperty().get().list().text()).startsWith("local_action_flag_file,");
        assertThat(model.seenProperty().get().list().additions()).hasSize(2);
        model.addCopies();
        assertThat(names()).contains("local_action_flag_file", "local_action_flag_file.py");
        model.readBy(ActionReader.OLD_PYTHON, false);
        model.readBy(ActionReader.RUST, false);
        model.readBy(ActionReader.LIMELIGHT, false);
        assertThat(model.draftProperty().get().readers()).isEqualTo(Set.of(ActionReader.LIMELIGHT));
        model.renameFile("local_action_flag_file.py", "local_action_flag.py");
        assertThat(model.draftProperty().get().actions()).contains("local_action_flag.py");
    }

    @Test
    void theScriptIsLookedAtWithWhatIsInThePackage() {
        model.create(PayloadTemplate.SSH_KEYS.draft("p"));
        assertThat(model.seenProperty().get().script())
                .filteredOn(finding -> finding.severity() == ScriptFinding.Severity.ERROR)
                .extracting(ScriptFinding::code)
                .containsExactly("absent");
        model.addParts(List.of(new Part("payload_id_rsa", new PackageTreeReader.Content.OfText("k"))));
        assertThat(model.seenProperty().get().count(ScriptFinding.Severity.ERROR))
                .isZero();
    }

    @Test
    void everyTemplateIsSound() {
        for (PayloadTemplate template : PayloadTemplate.values()) {
            model.create(template.draft("p"));
            assertThat(model.seenProperty().get().script())
                    .as(template.key())
                    .filteredOn(finding -> finding.severity() != ScriptFinding.Severity.HINT)
                    .filteredOn(finding -> !finding.sentence().contains("payload_id_rsa"))
                    .isEmpty();
            assertThat(model.seenProperty().get().actions()).as(template.key()).isEmpty();
        }
    }

    @Test
    void damagedDraftsAreLeftOut() throws Exception {
        records.drafts()
                .put(new io.limelight.console.records.DraftStore.Draft(
                        "x", "payload", 0, "x", "{\"name\":1", 0, Instant.EPOCH));
        assertThat(shelf.kept()).isEmpty();
        assertThat(PayloadText.read("{\"name\":\"x\",\"mode\":\"ODD\"}")).isEmpty();
        assertThat(PayloadText.read(
                        "{\"name\":\"x\",\"mode\":\"ZIP\",\"files\":[1,{\"name\":\"\"}],\"place\":\"\\u0000\"}"))
                .isEqualTo(Optional.empty());
    }
}
