package io.limelight.console.kit;

import io.limelight.console.fleet.MachineState;
import javafx.scene.Node;

/** A shape alone, where its word stands beside it already. Style classes {@code small} and {@code large} change its size. */
public final class ShapeMark {
    private ShapeMark() {}

    /** Of a machine's state, in its colour. */
    public static Node of(MachineState state, String... styleClasses) {
        StatePresentation presentation = StatePresentation.of(state);
        Node box = presentation.shape().boxed(styleClasses);
        box.getStyleClass().addAll("state-shape", presentation.styleClass());
        return box;
    }

    /** It is good. */
    public static Node passed(String... styleClasses) {
        return Shapes.DISC_TICK.boxed(styleClasses);
    }

    /** It is not good. */
    public static Node failed(String... styleClasses) {
        return Shapes.OCTAGON_CROSS.boxed(styleClasses);
    }

    /** Nobody knows yet. */
    public static Node unknown(String... styleClasses) {
        return Shapes.RING.boxed(styleClasses);
    }

    /** Look here. */
    public static Node warning(String... styleClasses) {
        return Shapes.TRIANGLE.boxed(styleClasses);
    }

    /** To know. */
    public static Node hint(String... styleClasses) {
        return Shapes.DISC_I.boxed(styleClasses);
    }

    /** A check that passed, a task that is done. */
    public static Node tick(String... styleClasses) {
        return Shapes.TICK.boxed(styleClasses);
    }

    /** Of a step's outcome. */
    public static Node of(StepList.State state, String... styleClasses) {
        return state.shape().boxed(styleClasses);
    }
}
