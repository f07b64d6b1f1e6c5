package io.limelight.console.kit;

import io.limelight.console.problem.Problem;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import java.util.List;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.TextArea;
import javafx.scene.control.TitledPane;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/** Something went wrong: what happened, likely causes, what to do; a code, and a text for support with ids and addresses masked. */
public final class ProblemView extends VBox {
    private final Words words;
    private final Button support;
    private @Nullable Problem shown;
    private @Nullable Problem told;

    /** Shows nothing yet, and takes no room. */
    public ProblemView(Words words) {
        this.words = words;
        getStyleClass().add("problem-view");
        support = new Button(words.of("kit.problem.bundle"), Glyph.LIFEBUOY.icon("button-size"));
        support.getStyleClass().addAll("flat", "accent");
        support.setMinWidth(USE_PREF_SIZE);
        support.setVisible(false);
        support.setManaged(false);
        support.setOnAction(_ -> wantSupport());
        sceneProperty().addListener((_, _, scene) -> {
            if (scene != null && isVisible()) {
                tell();
            }
        });
        setVisible(false);
        setManaged(false);
    }

    /** Of a problem. */
    public static ProblemView of(Words words, Problem problem) {
        ProblemView view = new ProblemView(words);
        view.show(problem);
        return view;
    }

    /** Shows a problem. */
    public void show(Problem problem) {
        if (problem.equals(shown)) {
            return;
        }
        shown = problem;
        getChildren().setAll(headline(problem));
        list("kit.problem.causes", problem.likelyCauses());
        list("kit.problem.what-to-do", problem.whatToDo());
        if (!problem.details().isBlank()) {
            getChildren().add(details(problem.details()));
        }
        getChildren().add(foot(problem));
        setVisible(true);
        setManaged(true);
        tell();
    }

    /** Of each problem, once, as soon as it is in a window. */
    private void tell() {
        ProblemHost host = ProblemHost.of(getScene());
        Problem problem = shown;
        support.setVisible(host != null);
        support.setManaged(host != null);
        if (host != null && problem != null && !problem.equals(told)) {
            told = problem;
            host.shown(problem);
        }
    }

    private void wantSupport() {
        ProblemHost host = ProblemHost.of(getScene());
        if (host != null) {
            host.support();
        }
    }

    /** Shows nothing. */
    public void clear() {
        shown = null;
        told = null;
        getChildren().clear();
        setVisible(false);
        setManaged(false);
    }

    private Node headline(Problem problem) {
        Label sentence = wrapped(problem.whatHappened());
        sentence.getStyleClass().add("semibold");
        HBox box = new HBox(Shapes.OCTAGON_CROSS.boxed("large", "danger"), sentence);
        box.getStyleClass().addAll("message", "danger");
        HBox.setHgrow(sentence, Priority.ALWAYS);
        return box;
    }

    private void list(String titleKey, List<String> sentences) {
        if (sentences.isEmpty()) {
            return;
        }
        Label title = new Label(words.of(titleKey));
        title.getStyleClass().add("semibold");
        VBox rows = new VBox();
        rows.getStyleClass().add("numbered");
        for (int i = 0; i < sentences.size(); i++) {
            Label number = new Label(String.valueOf(i + 1));
            number.getStyleClass().add("number");
            number.setMinWidth(USE_PREF_SIZE);
            Label sentence = wrapped(sentences.get(i));
            HBox.setHgrow(sentence, Priority.ALWAYS);
            HBox row = new HBox(number, sentence);
            row.getStyleClass().add("numbered-row");
            rows.getChildren().add(row);
        }
        getChildren().addAll(title, rows);
    }

    private Node details(String text) {
        TextArea area = new TextArea(text);
        area.setEditable(false);
        area.setWrapText(true);
        area.setPrefRowCount(Math.clamp(text.lines().count(), 2, 8));
        area.getStyleClass().addAll("mono", "well");
        area.setAccessibleText(words.of("kit.problem.details"));
        TitledPane pane = new TitledPane(words.of("kit.problem.details"), area);
        pane.setExpanded(false);
        pane.setAnimated(false);
        pane.getStyleClass().add("dense");
        return pane;
    }

    private Node foot(Problem problem) {
        Label code = new Label(problem.code());
        code.getStyleClass().addAll("mono", "muted");
        Button copy = new Button(words.of("kit.problem.copy-support"), Glyph.COPY.icon("button-size"));
        copy.getStyleClass().addAll("flat", "accent");
        copy.setMinWidth(USE_PREF_SIZE);
        copy.setOnAction(event -> Clip.copy(words, copy, SupportText.of(problem)));
        FlowPane foot = new FlowPane(code, copy, support);
        foot.getStyleClass().add("foot");
        return foot;
    }

    private static Label wrapped(String text) {
        Label label = new Label(text);
        label.setWrapText(true);
        label.setMinHeight(USE_PREF_SIZE);
        label.setMaxWidth(Double.MAX_VALUE);
        return label;
    }
}
