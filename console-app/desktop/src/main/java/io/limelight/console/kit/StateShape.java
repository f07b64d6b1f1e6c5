package io.limelight.console.kit;

import io.limelight.console.fleet.MachineState;
import javafx.scene.Node;

/** A state's shape alone, where the sentence beside it says the word. */
public final class StateShape {
    private StateShape() {}

    /** Of a state; the classes {@code small} and {@code large} change its size. */
    public static Node of(MachineState state, String... styleClasses) {
        StatePresentation shown = StatePresentation.of(state);
        Node box = shown.shape().boxed(styleClasses);
        box.getStyleClass().addAll("state-shape", shown.styleClass());
        return box;
    }

    /** The triangle of a warning. */
    public static Node warning(String... styleClasses) {
        Node box = Shapes.TRIANGLE.boxed(styleClasses);
        box.getStyleClass().add("warning");
        return box;
    }
}
