package io.limelight.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.console.activity.ActLog;
import io.limelight.console.harness.Harness;
import io.limelight.console.kit.ProblemView;
import io.limelight.console.problem.Problem;
import io.limelight.console.records.Records;
import io.limelight.console.settings.SettingsPage;
import io.limelight.console.settings.SettingsViewModel;
import io.limelight.console.shell.ConsoleWindow;
import io.limelight.console.shell.Overlay;
import io.limelight.console.shell.Remembered;
import io.limelight.console.shell.Shell;
import io.limelight.console.shell.ShellViewModel;
import io.limelight.console.support.RecentProblems;
import io.limelight.console.theme.Theme;
import io.limelight.console.words.Words;
import io.limelight.console.work.Tasks;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javafx.application.Platform;
import javafx.scene.control.ButtonBase;
import javafx.stage.Stage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Help, keys, the tour and the support bundle as a window has them. */
@ResourceLock("javafx")
class HomeDeskTest {
    private static final Words WORDS = Words.english();

    private final ExecutorService work = Executors.newVirtualThreadPerTaskExecutor();
    private final Remembered remembered = Remembered.inMemory();
    private final RecentProblems recent = new RecentProblems(() -> Instant.EPOCH);
    private final Harness harness = new Harness(() -> List.of(this.stage));
    private Records records;
    private Stage stage;
    private Shell shell;
    private ShellViewModel model;
    private Overlay overlay;

    @BeforeEach
    void open() throws Exception {
        OnScreen.start();
        records = Records.inMemory(WORDS, new SecureRandom(), () -> Instant.EPOCH);
        OnScreen.ask(() -> {
            model = new ShellViewModel(WORDS);
            Theme theme = new Theme(Theme.Choice.LIGHT);
            Shell.Parts parts = new Shell.Parts(
                    WORDS,
                    theme,
                    new Tasks(() -> Instant.EPOCH, work, WORDS),
                    () -> Instant.EPOCH,
                    work,
                    Platform::runLater,
                    remembered);
            SettingsViewModel settings = new SettingsViewModel(records.remembered(), work, Platform::runLater);
            shell = new Shell(parts, model, List.of(new SettingsPage(WORDS, settings, () -> shell.run("keyboard"))));
            overlay = new Overlay(WORDS);
            shell.getChildren().add(overlay);
            HomeDesk.add(
                    parts,
                    shell,
                    model,
                    overlay,
                    ActLog.NONE,
                    new SupportDesk.Needs(
                            settings,
                            Optional.empty(),
                            recent,
                            Optional.empty(),
                            () -> Map.of("machine", Set.of("payments-db"))));
            TourDesk.add(parts, shell, model);
            stage = new Stage();
            ConsoleWindow.show(stage, shell, model, WORDS, theme, remembered);
            return true;
        });
        harness.await("#band-help");
    }

    @AfterEach
    void close() throws Exception {
        OnScreen.ask(() -> {
            shell.close();
            stage.hide();
            return true;
        });
        records.close();
        work.shutdownNow();
    }

    /** Presses what a selector finds and is called so, as the keyboard would. */
    private void press(String selector, String text) throws Exception {
        if (text.isEmpty()) {
            harness.await(selector);
        }
        OnScreen.ask(() -> {
            shell.lookupAll(selector).stream()
                    .map(ButtonBase.class::cast)
                    .filter(button -> text.isEmpty() || text.equals(button.getText()))
                    .findFirst()
                    .orElseThrow()
                    .fire();
            return true;
        });
    }

    private boolean there(String address) throws Exception {
        return harness.list().stream().anyMatch(each -> each.address().equals(address));
    }

    @Test
    void f1HelpsWithThePageAndLeadsOn() throws Exception {
        harness.key("F1");
        assertThat(harness.await("#help-close").focused()).isTrue();
        harness.key("Esc");
        assertThat(there("#help-close")).isFalse();
        press("#band-help", "");
        press("#help-keyboard", "");
        assertThat(harness.await("#keyboard-search").focused()).isTrue();
        // What is done by keys below a dialog would be done unseen, or take its place.
        harness.key("F1");
        assertThat(there("#help-close")).isFalse();
    }

    @Test
    void settingsLeadToTheKeys() throws Exception {
        press("#setting-keys", "");
        harness.await("#keyboard-search");
    }

    @Test
    void theTourIsOfferedOnceAndTakenAgainFromHelp() throws Exception {
        assertThat(remembered.get(TourDesk.OFFERED)).isPresent();
        press("#tour-decline", "");
        assertThat(there("#tour-take")).isFalse();
        harness.key("F1");
        press("#help-tour", "");
        assertThat(harness.await("#tour-next").focused()).isTrue();
        harness.key("Esc");
        assertThat(there("#tour-next")).isFalse();
    }

    @Test
    void theOfferOfATourGoesWithThePageItCameWith() throws Exception {
        assertThat(there("#tour-take")).isTrue();
        OnScreen.ask(() -> {
            model.pageProperty().set("another");
            return true;
        });
        assertThat(there("#tour-take")).isFalse();
    }

    @Test
    void aProblemIsRememberedOnceAndLeadsToTheBundleThatMasksIt() throws Exception {
        Problem problem = new Problem("fleet.silent", "payments-db is silent.", List.of(), List.of(), "");
        OnScreen.ask(() -> {
            ProblemView view = ProblemView.of(WORDS, problem);
            overlay.show("", view, view, null);
            view.show(problem);
            return true;
        });
        assertThat(recent.all()).hasSize(1);
        press(".problem-view .foot .button", WORDS.of("kit.problem.bundle"));
        press("#support-problems-txt", "");
        assertThat(harness.await("#support-text").text())
                .contains("fleet.silent", "<machine-1> is silent.")
                .doesNotContain("payments-db");
    }
}
