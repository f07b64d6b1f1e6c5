package io.limelight.console.kit;

import io.limelight.console.fleet.MachineState;
import io.limelight.console.words.Words;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.scene.AccessibleRole;
import javafx.scene.control.Label;
import javafx.scene.layout.HBox;
import javafx.scene.layout.StackPane;
import org.jspecify.annotations.Nullable;

/** A state in word, shape and colour. In rows as it is; in headers as a {@link #pill}. Empty without a state. */
public final class StateBadge extends HBox {
    private final Words words;
    private final Label word = new Label();
    private final StackPane shape = Shapes.box();
    private final Motion.Turning turning = new Motion.Turning(shape);
    private final ObjectProperty<@Nullable MachineState> state = new SimpleObjectProperty<>(this, "state");

    /** Without a state yet. */
    public StateBadge(Words words) {
        this.words = words;
        getStyleClass().add("state-badge");
        setAccessibleRole(AccessibleRole.TEXT);
        word.setMinWidth(USE_PREF_SIZE);
        setMinWidth(USE_PREF_SIZE);
        getChildren().addAll(shape, word);
        sceneProperty().subscribe((before, now) -> {
            if (before != null) {
                turning.leave(before);
            }
            turning.set(state.get() == MachineState.PROVING);
        });
        show(null);
    }

    /** On a soft ground of its colour, for headers. */
    public static StateBadge pill(Words words) {
        StateBadge badge = new StateBadge(words);
        badge.getStyleClass().add("pill");
        return badge;
    }

    /** Shows a state; null shows nothing. */
    public void setState(@Nullable MachineState now) {
        if (now == state.get()) {
            return;
        }
        MachineState before = state.get();
        if (before != null) {
            getStyleClass().remove(StatePresentation.of(before).styleClass());
        }
        state.set(now);
        show(now);
    }

    /** What is shown. */
    public ObjectProperty<@Nullable MachineState> stateProperty() {
        return state;
    }

    private void show(@Nullable MachineState now) {
        setVisible(now != null);
        turning.set(now == MachineState.PROVING);
        if (now == null) {
            word.setText("");
            setAccessibleText("");
            return;
        }
        StatePresentation presentation = StatePresentation.of(now);
        getStyleClass().add(presentation.styleClass());
        presentation.shape().putInto(shape);
        word.setText(words.of(presentation.wordKey()));
        setAccessibleText(words.of(presentation.wordKey()));
    }
}
