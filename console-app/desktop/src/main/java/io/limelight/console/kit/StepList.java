package io.limelight.console.kit;

import io.limelight.console.words.Words;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import javafx.collections.FXCollections;
import javafx.collections.ListChangeListener;
import javafx.collections.ObservableList;
import javafx.scene.AccessibleRole;
import javafx.scene.control.Label;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;

/** Steps of something, each with how it went, what was found, and how to put it right. */
public final class StepList extends VBox {
    /** How a step went. */
    public enum State {
        /** Not begun. */
        PENDING,
        /** Under way. */
        RUNNING,
        /** Good. */
        PASSED,
        /** Good, with something to know. */
        WARNING,
        /** Not good. */
        FAILED,
        /** Not done, since one before failed or it does not apply. */
        SKIPPED;

        /** Names keys of words: {@code passed}. */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }

        Shapes shape() {
            return switch (this) {
                case PENDING -> Shapes.DOT;
                case RUNNING -> Shapes.HALF;
                case PASSED -> Shapes.TICK;
                case WARNING -> Shapes.TRIANGLE;
                case FAILED -> Shapes.OCTAGON_CROSS;
                case SKIPPED -> Shapes.DASH;
            };
        }
    }

    /**
     * A step. Texts are translated; those that are empty are not drawn.
     *
     * @param id stable
     * @param title what is done
     * @param state how it went
     * @param detail what was found
     * @param fix what to do, where it is not good
     */
    public record Step(String id, String title, State state, String detail, String fix) {
        /** Not begun. */
        public static Step pending(String id, String title) {
            return new Step(id, title, State.PENDING, "", "");
        }

        /** The same with another outcome. */
        public Step with(State now, String detailNow, String fixNow) {
            return new Step(id, title, now, detailNow, fixNow);
        }
    }

    private final Words words;
    private final ObservableList<Step> steps = FXCollections.observableArrayList();
    private final Map<String, Row> rows = new HashMap<>();

    /** Without steps. */
    public StepList(Words words) {
        this.words = words;
        getStyleClass().add("step-list");
        steps.addListener((ListChangeListener<Step>) change -> draw());
    }

    /** The steps, in their order; replace one to change it. Ids must differ. */
    public ObservableList<Step> steps() {
        return steps;
    }

    private void draw() {
        // Rows stay where they are, so that a running one keeps turning and nothing jumps.
        rows.keySet().retainAll(steps.stream().map(Step::id).toList());
        getChildren()
                .setAll(steps.stream()
                        .map(step ->
                                rows.computeIfAbsent(step.id(), id -> new Row()).show(step))
                        .toList());
    }

    private final class Row extends HBox {
        private final StackPane shape = Shapes.box();
        private final Motion.Turning turning = new Motion.Turning(shape);
        private final Label title = new Label();
        private final Label stateWord = new Label();
        private final Label detail = wrapped("muted");
        private final Label fix = wrapped("fix");
        private State shown = State.PENDING;

        Row() {
            getStyleClass().add("step");
            setAccessibleRole(AccessibleRole.LIST_ITEM);
            title.getStyleClass().add("medium");
            title.setWrapText(true);
            title.setMinHeight(USE_PREF_SIZE);
            HBox.setHgrow(title, Priority.ALWAYS);
            title.setMaxWidth(Double.MAX_VALUE);
            stateWord.getStyleClass().add("step-word");
            stateWord.setMinWidth(USE_PREF_SIZE);
            HBox first = new HBox(title, stateWord);
            first.getStyleClass().add("step-first");
            VBox text = new VBox(first, detail, fix);
            text.getStyleClass().add("step-text");
            HBox.setHgrow(text, Priority.ALWAYS);
            getChildren().addAll(shape, text);
            sceneProperty().subscribe((before, now) -> {
                if (before != null) {
                    turning.leave(before);
                }
                turning.set(shown == State.RUNNING);
            });
        }

        Row show(Step step) {
            getStyleClass().removeIf(name -> name.startsWith("step-is-"));
            getStyleClass().add("step-is-" + step.state().key());
            step.state().shape().putInto(shape);
            shown = step.state();
            turning.set(shown == State.RUNNING);
            String word = words.of("kit.step." + shown.key());
            title.setText(step.title());
            stateWord.setText(word);
            text(detail, step.detail());
            text(fix, step.fix());
            setAccessibleText(words.of("kit.step.accessible", step.title(), word, step.detail(), step.fix()));
            return this;
        }

        private static void text(Label label, String text) {
            label.setText(text);
            label.setVisible(!text.isEmpty());
            label.setManaged(!text.isEmpty());
        }

        private static Label wrapped(String styleClass) {
            Label label = new Label();
            label.setWrapText(true);
            label.setMinHeight(USE_PREF_SIZE);
            label.getStyleClass().add(styleClass);
            return label;
        }
    }
}
