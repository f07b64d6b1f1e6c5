package io.limelight.console.machines;

import javafx.scene.Node;

/** Shows a dialog over the window; one at a time. Escape hides it, and the keyboard goes back to who opened it. */
public interface DialogHost {
    /**
     * Shows.
     *
     * @param title of the dialog
     * @param content below it, with its buttons
     * @param focus gets the keyboard
     * @param opener gets it back
     */
    void show(String title, Node content, Node focus, Node opener);

    /** Hides what is shown. */
    void hide();
}
