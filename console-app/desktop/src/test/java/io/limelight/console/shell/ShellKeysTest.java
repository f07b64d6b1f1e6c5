package io.limelight.console.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.console.OnScreen;
import io.limelight.console.harness.Harness;
import io.limelight.console.keyboard.KeyboardPane;
import io.limelight.console.keyboard.KeyboardViewModel;
import io.limelight.console.keys.Chord;
import io.limelight.console.keys.KeyAct;
import io.limelight.console.theme.Glyph;
import io.limelight.console.theme.Theme;
import io.limelight.console.words.Words;
import io.limelight.console.work.Tasks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javafx.application.Platform;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.TextField;
import javafx.stage.Stage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The window by keyboard only. */
@ResourceLock("javafx")
class ShellKeysTest {
    private static final Words WORDS = Words.english();

    private final ExecutorService work = Executors.newVirtualThreadPerTaskExecutor();
    private final List<String> seen = new ArrayList<>();
    private final Remembered remembered = Remembered.inMemory();
    private final Harness harness = new Harness(() -> List.of(this.stage));
    private Stage stage;
    private Shell shell;
    private ShellViewModel model;
    private Theme theme;
    private ConsoleWindow window;

    private final class Sample implements Page {
        private final String key;
        private final TextField field = new TextField();

        Sample(String key) {
            this.key = key;
            field.setId("field-" + key.replace('.', '-'));
            field.setAccessibleText(key);
        }

        @Override
        public String key() {
            return key;
        }

        @Override
        public Glyph glyph() {
            return Glyph.BOX;
        }

        @Override
        public Node content() {
            return field;
        }

        @Override
        public void shown() {
            seen.add("+" + key);
        }

        @Override
        public void hidden() {
            seen.add("-" + key);
        }
    }

    @BeforeEach
    void show() throws Exception {
        OnScreen.start();
        OnScreen.ask(() -> {
            stage = new Stage();
            model = new ShellViewModel(WORDS);
            theme = new Theme(Theme.Choice.LIGHT);
            remembered.put("window.width", "960");
            remembered.put("window.height", "720");
            shell = new Shell(
                    new Shell.Parts(
                            WORDS,
                            theme,
                            new Tasks(() -> Instant.EPOCH, work, WORDS),
                            () -> Instant.EPOCH,
                            work,
                            Platform::runLater,
                            remembered),
                    model,
                    List.of(new Sample("sampler.first"), new Sample("sampler.second"), new Sample("sampler.third")));
            window = ConsoleWindow.show(stage, shell, model, WORDS, theme, remembered);
            return true;
        });
        harness.await("#band-search");
    }

    @AfterEach
    void hide() throws Exception {
        OnScreen.ask(() -> {
            shell.close();
            stage.hide();
            return true;
        });
        work.shutdownNow();
    }

    @Test
    void aQuestionMarkBeingTypedIsAQuestionMark() throws Exception {
        harness.type("#field-sampler-first", "why?");
        harness.key("Shift+Slash");
        assertThat(harness.list()).noneMatch(each -> each.name().equals(WORDS.of("shell.shortcuts.close")));
        assertThat(harness.await("#field-sampler-first").text()).startsWith("why?");
    }

    @Test
    void thePaletteGoesWhereItIsToldAndGivesTheKeyboardBack() throws Exception {
        harness.type("#field-sampler-first", "kept");
        harness.key("Ctrl+K");
        assertThat(harness.await("#palette-field").focused()).isTrue();
        harness.key("Esc");
        assertThat(harness.await("#field-sampler-first").focused()).isTrue();

        harness.key("Ctrl+K");
        harness.type("second");
        harness.key("Enter");
        harness.await("#field-sampler-second");
        assertThat(OnScreen.ask(() -> List.copyOf(seen)))
                .containsExactly("+sampler.first", "-sampler.first", "+sampler.second");
        assertThat(harness.list()).noneMatch(each -> each.address().equals("#palette-field"));
    }

    @Test
    void pagesAreReachedByNumberAndWhatWasTypedIsKept() throws Exception {
        harness.type("#field-sampler-first", "kept");
        harness.key("Ctrl+3");
        harness.await("#field-sampler-third");
        harness.key("Ctrl+1");
        assertThat(harness.await("#field-sampler-first").text()).isEqualTo("kept");
    }

    @Test
    void textGrowsShrinksAndIsRemembered() throws Exception {
        harness.key("Ctrl+Equals");
        harness.key("Ctrl+Equals");
        assertThat(OnScreen.ask(() -> theme.textScaleProperty().get())).isEqualTo(1.2);
        assertThat(remembered.number("text-scale")).contains(1.2);
        for (int i = 0; i < 8; i++) {
            harness.key("Ctrl+Minus");
        }
        assertThat(OnScreen.ask(() -> theme.textScaleProperty().get())).isEqualTo(Theme.SMALLEST);
        harness.key("Ctrl+0");
        assertThat(OnScreen.ask(() -> theme.textScaleProperty().get())).isEqualTo(Theme.USUAL);
    }

    @Test
    void shortcutsAreListedByF1AndLeftByEscape() throws Exception {
        harness.key("F1");
        assertThat(harness.await(WORDS.of("shell.shortcuts.close")).focused()).isTrue();
        harness.key("Esc");
        assertThat(harness.list()).noneMatch(each -> each.name().equals(WORDS.of("shell.shortcuts.close")));
    }

    /** Keys that somebody changed do what they are to do, and the old ones nothing; the window says so everywhere. */
    @Test
    void changedKeysAreHeardShownAndRemembered() throws Exception {
        OnScreen.ask(() -> {
            shell.keys().give(KeyAct.PALETTE, Chord.parse("F9").orElseThrow());
            return true;
        });
        harness.key("Ctrl+K");
        assertThat(harness.list()).noneMatch(each -> each.address().equals("#palette-field"));
        harness.key("F9");
        assertThat(harness.await("#palette-field").focused()).isTrue();
        harness.key("F9");
        assertThat(harness.list()).noneMatch(each -> each.address().equals("#palette-field"));
        assertThat(OnScreen.ask(() -> shell.lookup("#band-search .keys")))
                .isInstanceOfSatisfying(
                        Label.class, keys -> assertThat(keys.getText()).isEqualTo("F9"));
        assertThat(remembered.get("keys")).contains("palette=F9");
    }

    @Test
    void aPersonChangesKeysByKeyboardOnly() throws Exception {
        OnScreen.ask(() -> {
            Overlay overlay = new Overlay(WORDS);
            shell.getChildren().add(overlay);
            KeyboardPane pane = new KeyboardPane(WORDS, new KeyboardViewModel(WORDS, shell.keys()), () -> {}, () -> {});
            overlay.show(WORDS.of("keys.title"), pane, pane.focus(), null, pane::close);
            return true;
        });
        harness.type("#keyboard-search", "refresh");
        harness.key("Tab");
        harness.key("Space");
        harness.key("Ctrl+K");
        assertThat(harness.list()).noneMatch(each -> each.address().equals("#palette-field"));
        assertThat(harness.await("#keyboard-swap").focused()).isTrue();
        harness.key("Space");
        assertThat(remembered.get("keys")).contains("palette=F5\nrefresh=shortcut+K");
        harness.await("#keyboard-undo-refresh");
        harness.key("Esc");
        harness.key("F5");
        harness.await("#palette-field");
    }

    @Test
    void tabReachesEverythingAndComesBack() throws Exception {
        harness.type("#field-sampler-first", "");
        List<String> reached = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            harness.key("Tab");
            reached.add(harness.list().stream()
                    .filter(Harness.Addressable::focused)
                    .map(Harness.Addressable::address)
                    .findFirst()
                    .orElse("nothing"));
        }
        assertThat(reached)
                .doesNotContain("nothing")
                .contains(
                        "#band-search",
                        "#band-appearance",
                        "#navigation-sampler.first",
                        "#task-bar-last",
                        "#field-sampler-first");
    }

    @Test
    void arrowsWalkOverThePagesAndSpaceGoesThere() throws Exception {
        harness.click("#navigation-sampler.first");
        harness.key("Down");
        assertThat(harness.await("#navigation-sampler.second").focused()).isTrue();
        harness.await("#field-sampler-first");
        harness.key("Space");
        harness.await("#field-sampler-second");
    }

    @Test
    void theHarnessClicksAndDrawsAndSaysWhatIsNotThere(@TempDir Path folder) throws Exception {
        harness.click("#navigation-sampler.second");
        harness.await("#field-sampler-second");
        Path file = folder.resolve("window.png");
        harness.snapshot(file);
        assertThat(Files.size(file)).isPositive();
        assertThatThrownBy(() -> harness.click("Nowhere"))
                .isInstanceOf(Harness.CannotException.class)
                .hasMessageContaining("Nowhere");
    }

    @Test
    void framesAreMeasured() throws Exception {
        OnScreen.ask(() -> {
            window.frames().measure();
            return true;
        });
        for (int i = 0; i < 10; i++) {
            harness.key("Tab");
        }
        assertThat(OnScreen.ask(() -> {
                    window.frames().rest();
                    return window.frames().known();
                }))
                .isGreaterThan(5);
        assertThat(OnScreen.ask(() -> window.frames().percentile(0.95))).isPositive();
    }
}
