package io.limelight.console.keyboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.limelight.console.OnScreen;
import io.limelight.console.keys.KeyTable;
import io.limelight.console.problem.Problem;
import io.limelight.console.words.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javafx.print.Printer;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.layout.VBox;
import javafx.stage.Stage;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

@ResourceLock("javafx")
class KeyboardPrintTest {
    private static final Words WORDS = Words.english();

    private final KeyboardViewModel model = new KeyboardViewModel(WORDS, KeyTable.usual());

    @BeforeAll
    static void start() throws Exception {
        OnScreen.start();
    }

    @Test
    void everyActIsOnOneOfThePages() throws Exception {
        List<String> printed = OnScreen.ask(() -> {
            List<String> texts = new ArrayList<>();
            List<VBox> pages = KeyboardPrint.pages(WORDS, model.all(), 450, 300);
            assertThat(pages)
                    .hasSizeGreaterThan(2)
                    .allSatisfy(page -> assertThat(page.getHeight()).isEqualTo(300));
            pages.forEach(page -> page.lookupAll(".label").forEach(node -> texts.add(text(node))));
            return texts;
        });
        assertThat(printed)
                .containsAll(
                        model.all().stream().map(KeyboardViewModel.Row::what).toList());
    }

    private static String text(Node node) {
        return node instanceof Label label ? label.getText() : "";
    }

    @Test
    void whereThereIsNoPrinterThatIsSaidWithAnotherWay() throws Exception {
        assumeThat(OnScreen.ask(Printer::getDefaultPrinter) == null)
                .as("no printer")
                .isTrue();
        Optional<Problem> why = OnScreen.ask(() -> KeyboardPrint.print(WORDS, model.all(), new Stage()));
        assertThat(why).get().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo("keys.no-printer");
            assertThat(problem.whatToDo()).isNotEmpty();
        });
    }
}
