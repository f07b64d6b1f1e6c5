package io.limelight.console.harness;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import javafx.scene.AccessibleAttribute;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.control.Labeled;
import javafx.scene.text.Text;

/** What a node is called by who reads the screen aloud. */
public final class Names {
    private Names() {}

    /** Its name; empty where it has none, which is a fault of a node that can be reached. */
    public static String of(Node node) {
        String spoken = node.getAccessibleText();
        if (spoken != null && !spoken.isBlank()) {
            return spoken;
        }
        if (node instanceof Labeled labeled
                && labeled.getText() != null
                && !labeled.getText().isBlank()) {
            return labeled.getText();
        }
        if (node instanceof Text text && text.getText() != null) {
            return text.getText();
        }
        Object by = node.queryAccessibleAttribute(AccessibleAttribute.LABELED_BY);
        if (by instanceof Labeled label && label.getText() != null) {
            return label.getText();
        }
        return "";
    }

    /** Calls {@code each} with a node and everything below it that is visible. */
    public static void walk(Node node, Consumer<Node> each) {
        if (!node.isVisible()) {
            return;
        }
        each.accept(node);
        if (node instanceof Parent parent) {
            for (Node child : List.copyOf(new ArrayList<>(parent.getChildrenUnmodifiable()))) {
                walk(child, each);
            }
        }
    }
}
