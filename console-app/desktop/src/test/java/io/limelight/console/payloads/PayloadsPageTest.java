package io.limelight.console.payloads;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.console.machines.DialogHost;
import io.limelight.console.records.Records;
import io.limelight.console.testkit.FxScreen;
import io.limelight.console.words.Words;
import io.limelight.console.work.Tasks;
import io.limelight.core.payload.ActionTrial;
import io.limelight.core.payload.PackageTreeReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.MenuButton;
import javafx.scene.control.SplitMenuButton;
import javafx.scene.control.TextArea;
import javafx.scene.control.TextField;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The seeds' SSH payload, built, saved, opened again and taken back, without a mouse. */
@ResourceLock("javafx")
class PayloadsPageTest {
    private static final Words WORDS = Words.english();
    private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");

    @TempDir
    Path root;

    private final List<SavedPayload> sent = new ArrayList<>();
    private final List<Node> dialogs = new ArrayList<>();
    private FxScreen screen;
    private Records records;
    private PayloadsPage page;

    @BeforeEach
    void open() {
        screen = FxScreen.start();
        records = Records.inMemory(WORDS, new SecureRandom(), () -> NOW);
        screen.run(() -> page = page());
        screen.show(page.content(), 1440, 900);
        screen.run(page::shown);
    }

    /** Who asks may block here: the disk of a test does not keep anybody waiting. */
    private PayloadsPage page() {
        PayloadShelf shelf = new PayloadShelf(records.drafts());
        PayloadFiles files = new PayloadFiles(WORDS);
        return new PayloadsPage(
                WORDS,
                () -> NOW,
                new LibraryViewModel(shelf, this::aside, screen::run),
                new BuilderViewModel(
                        shelf, files, new PackageTreeReader(0, () -> NOW), () -> NOW, this::aside, screen::run),
                files,
                new ActionTrial(Duration.ofSeconds(1), ""),
                new Tasks(() -> NOW, this::aside, WORDS),
                new DialogHost() {
                    @Override
                    public void show(String title, Node content, Node focus, Node opener) {
                        dialogs.add(content);
                    }

                    @Override
                    public void hide() {
                        dialogs.clear();
                    }
                },
                this::aside,
                screen::run,
                sent::add);
    }

    private void aside(Runnable task) {
        Thread.ofVirtual().start(task);
    }

    @AfterEach
    void close() {
        screen.close();
        records.close();
    }

    private void await(java.util.concurrent.Callable<Boolean> condition) {
        org.awaitility.Awaitility.await().until(() -> screen.call(condition));
    }

    private void press(Node target, KeyCode code, boolean control, boolean alt) {
        screen.run(
                () -> target.fireEvent(new KeyEvent(KeyEvent.KEY_PRESSED, "", "", code, false, control, alt, false)));
    }

    private BuilderViewModel builder() {
        return page.builder();
    }

    private void settled() {
        await(() -> builder()
                .seenProperty()
                .get()
                .of()
                .equals(builder().draftProperty().get()));
    }

    @Test
    void theSeedsExampleIsBuiltSavedReopenedAndTakenBack() throws Exception {
        Files.writeString(root.resolve("payload_id_rsa"), "a key");
        Files.writeString(root.resolve("payload_id_rsa.pub"), "its public part");
        screen.run(() -> screen.find("#payload-new", MenuButton.class).getItems().stream()
                .filter(item -> "template-ssh-keys".equals(item.getId()))
                .findFirst()
                .orElseThrow()
                .fire());
        settled();
        assertThat(screen.call(() -> builder().seenProperty().get().script()))
                .anyMatch(finding -> finding.sentence().contains("payload_id_rsa"));
        screen.run(() -> builder().add(List.of(root.resolve("payload_id_rsa"), root.resolve("payload_id_rsa.pub"))));
        await(() -> builder().draftProperty().get().files().size() == 3);
        settled();
        TextArea script = screen.find("#script", TextArea.class);
        screen.run(() -> script.appendText("logger -t limelight done\n"));
        settled();
        screen.picture("payload-built");

        Path folder = Files.createDirectories(root.resolve("payload"));
        screen.run(() -> builder().save(folder));
        await(() -> builder().savedProperty().get());
        settled();
        assertThat(folder.resolve("action_list")).hasContent("local_action_rm_ssh.py\n");
        assertThat(folder.resolve("autorun.sh")).content().endsWith("logger -t limelight done\n");
        screen.run(() -> screen.find("#payload-send", Button.class).fire());
        assertThat(sent).hasSize(1);

        press(script, KeyCode.Z, true, false);
        await(() ->
                !builder().savedProperty().get() || builder().redoableProperty().get());
        press(screen.find("#payload-name", TextField.class), KeyCode.S, true, false);
        await(() -> builder().savedProperty().get());

        screen.run(() -> screen.find("#payloads-back", Button.class).fire());
        await(() -> page.library().kept().size() == 1);
        screen.picture("payload-library");
        screen.run(() -> page.library().kept().getFirst());
        screen.run(() -> ((Button) page.content().lookup(".payload-open")).fire());
        settled();
        assertThat(screen.call(() -> builder().draftProperty().get().actions()))
                .containsExactly("local_action_rm_ssh.py");
        assertThat(screen.call(() ->
                        screen.find("#payload-save", SplitMenuButton.class).getText()))
                .isEqualTo("Save");
    }

    @Test
    void actionsAreReorderedByKeysAndKeepTheKeyboard() {
        screen.run(() -> {
            builder().create(PayloadDraft.empty("p"));
            page.showBuilder();
            io.limelight.core.payload.ReadyAction.all().forEach(builder()::addReady);
        });
        settled();
        Node card = screen.find(".action-card", Node.class);
        String first =
                screen.call(() -> builder().draftProperty().get().actions().getFirst());
        screen.run(card::requestFocus);
        press(card, KeyCode.DOWN, false, true);
        settled();
        assertThat(screen.call(() -> builder().draftProperty().get().actions().get(1)))
                .isEqualTo(first);
        screen.picture("payload-actions");
    }
}
