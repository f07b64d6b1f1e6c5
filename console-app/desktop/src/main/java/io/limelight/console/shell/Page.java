package io.limelight.console.shell;

import io.limelight.console.theme.Glyph;
import java.util.Optional;
import javafx.scene.Node;

/** A place of the navigation. Made once; what it subscribes to when shown it releases when hidden. */
public interface Page {
    /** Stable; names its title's key {@code KEY.title}: {@code machines}. */
    String key();

    /** Its icon. */
    Glyph glyph();

    /** What is drawn, always the same node. */
    Node content();

    /** Comes to be seen. */
    default void shown() {}

    /** Is no longer seen. */
    default void hidden() {}

    /** What can be exported of it; empty where it has no rows. */
    default Optional<Sheet> sheet() {
        return Optional.empty();
    }
}
