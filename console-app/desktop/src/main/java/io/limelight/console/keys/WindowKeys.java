package io.limelight.console.keys;

import java.util.Optional;
import javafx.scene.Node;
import javafx.scene.Scene;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyCodeCombination;
import javafx.scene.input.KeyCombination;
import javafx.scene.input.KeyEvent;

/**
 * The keys of the window something is in. They are the window's, as its colours are: what is deep in a page asks the scene it is in, and
 * where that has no table of its own, acts have the keys they come with.
 */
public final class WindowKeys {
    private static final Object TABLE = WindowKeys.class;
    private static final KeyTable USUAL = KeyTable.usual();

    private WindowKeys() {}

    /** Gives a window its table, by the node that is the scene's root. */
    public static void put(Node root, KeyTable table) {
        root.getProperties().put(TABLE, table);
    }

    /** The table of the window something is in. */
    public static KeyTable of(Node node) {
        Scene scene = node.getScene();
        Object table = scene == null ? null : scene.getRoot().getProperties().get(TABLE);
        return table instanceof KeyTable known ? known : USUAL;
    }

    /** Whether an act's keys were pressed. */
    public static boolean pressed(KeyAct act, KeyEvent event) {
        KeyTable table = event.getSource() instanceof Node node ? of(node) : USUAL;
        return chord(event).filter(table.chords(act)::contains).isPresent();
    }

    /** What was pressed; empty: a key that has no name, nothing but Ctrl, Alt and Shift, or with others than these. */
    public static Optional<Chord> chord(KeyEvent event) {
        KeyCode code = event.getCode();
        // One of the two is the shortcut, which one the system decides; the other is nobody's.
        boolean both = event.isControlDown() && event.isMetaDown();
        boolean other = both || ((event.isControlDown() || event.isMetaDown()) && !event.isShortcutDown());
        if (code == KeyCode.UNDEFINED || code.isModifierKey() || other) {
            return Optional.empty();
        }
        return Optional.of(new Chord(event.isShortcutDown(), event.isAltDown(), event.isShiftDown(), code.name()));
    }

    /** As the toolkit wants it, to be written beside an item of a menu. */
    public static Optional<KeyCombination> combination(Chord chord) {
        try {
            return Optional.of(new KeyCodeCombination(
                    KeyCode.valueOf(chord.code()),
                    down(chord.shift()),
                    KeyCombination.ModifierValue.UP,
                    down(chord.alt()),
                    KeyCombination.ModifierValue.UP,
                    down(chord.shortcut())));
        } catch (IllegalArgumentException e) {
            // A key of another toolkit's that was kept: it cannot be pressed here.
            return Optional.empty();
        }
    }

    private static KeyCombination.ModifierValue down(boolean held) {
        return held ? KeyCombination.ModifierValue.DOWN : KeyCombination.ModifierValue.UP;
    }
}
