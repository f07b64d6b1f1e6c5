package io.limelight.console.shell;

import io.limelight.console.theme.Glyph;
import javafx.scene.input.KeyCombination;
import org.jspecify.annotations.Nullable;

/**
 * Something that can be done from anywhere: in the palette, by its keys, in the list of shortcuts.
 *
 * @param key stable, {@code text.larger}
 * @param text translated
 * @param glyph its icon
 * @param keys its shortcut
 * @param run does it, on the screen's thread
 */
public record ShellAction(
        String key, String text, Glyph glyph, @Nullable KeyCombination keys, Runnable run) {
    /** Its shortcut for people; empty: none. */
    public String shortcut() {
        return keys == null ? "" : keys.getDisplayText();
    }
}
