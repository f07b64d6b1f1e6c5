package io.limelight.console.tour;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.console.OnScreen;
import io.limelight.console.harness.Harness;
import io.limelight.console.sampler.ShellSamples;
import io.limelight.console.shell.Shell;
import io.limelight.console.theme.Theme;
import io.limelight.console.words.Words;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javafx.geometry.Bounds;
import javafx.scene.Node;
import javafx.scene.Scene;
import javafx.scene.control.Button;
import javafx.stage.Stage;
import javafx.util.Subscription;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tour over a window, by keyboard, at every size. */
@ResourceLock("javafx")
class TourOnScreenTest {
    private static final Words WORDS = Words.english();

    private final Harness harness = new Harness(() -> List.of(this.stage));
    private Stage stage;
    private Shell shell;
    private TourViewModel model;
    private Subscription dressed;

    private void show(double width, double height, double textScale) throws Exception {
        OnScreen.start();
        OnScreen.ask(() -> {
            shell = new ShellSamples(WORDS, () -> Instant.EPOCH).shell(_ -> {});
            model = new TourViewModel(step -> TourCallout.target(shell, step).isPresent(), () -> {});
            shell.getChildren().addAll(new TourOffer(WORDS, model), new TourCallout(WORDS, model, shell));
            Scene scene = new Scene(shell, width, height);
            scene.getPreferences().setReducedMotion(true);
            Theme theme = new Theme(Theme.Choice.LIGHT);
            theme.textScaleProperty().set(textScale);
            dressed = theme.dress(scene);
            stage = new Stage();
            stage.setScene(scene);
            stage.show();
            return true;
        });
        harness.await("#band-help");
    }

    @AfterEach
    void hide() throws Exception {
        OnScreen.ask(() -> {
            dressed.unsubscribe();
            shell.close();
            stage.hide();
            return true;
        });
    }

    @ParameterizedTest
    @CsvSource({"1440, 900, 1", "1280, 720, 2", "800, 560, 1", "800, 560, 2"})
    void everyStepIsSeenWhollyAndPointsAtSomething(double width, double height, double textScale) throws Exception {
        show(width, height, textScale);
        OnScreen.ask(() -> {
            model.start();
            return true;
        });
        List<TourStep> seen = new ArrayList<>();
        while (OnScreen.ask(() -> model.stepProperty().get().isPresent())) {
            seen.add(OnScreen.ask(() -> model.stepProperty().get().orElseThrow()));
            assertThat(harness.await("#tour-next").focused()).isTrue();
            Bounds box = OnScreen.ask(() -> {
                Node node = shell.lookup("#tour").lookup(".tour-box");
                return node.localToScene(node.getLayoutBounds());
            });
            assertThat(box.getMinX()).isNotNegative();
            assertThat(box.getMinY()).isNotNegative();
            assertThat(box.getMaxX()).isLessThanOrEqualTo(width);
            assertThat(box.getMaxY()).isLessThanOrEqualTo(height);
            harness.key("Space");
        }
        assertThat(seen).hasSizeBetween(4, 5).contains(TourStep.HELP, TourStep.PAGES);
    }

    @Test
    void escapeEndsItAndTheKeyboardGoesBack() throws Exception {
        show(1200, 800, 1);
        OnScreen.ask(() -> {
            model.offer();
            shell.lookup("#band-search").requestFocus();
            return true;
        });
        harness.await("#tour-take");
        OnScreen.ask(() -> {
            ((Button) shell.lookup("#tour-take")).fire();
            return true;
        });
        assertThat(harness.await("#tour-next").focused()).isTrue();
        assertThat(harness.list()).noneMatch(each -> each.address().equals("#tour-take"));
        // What is covered is not changed by keys.
        harness.key("Ctrl+2");
        assertThat(OnScreen.ask(() -> shell.shownPage().orElseThrow().key())).isEqualTo("sampler.first");
        harness.key("Right");
        harness.key("Tab");
        assertThat(harness.await("#tour-back").focused()).isTrue();
        harness.key("Tab");
        harness.key("Tab");
        assertThat(harness.await("#tour-next").focused()).isTrue();
        harness.key("Esc");
        assertThat(OnScreen.ask(() -> model.stepProperty().get())).isEmpty();
        assertThat(harness.list()).noneMatch(each -> each.address().equals("#tour-next"));
    }
}
