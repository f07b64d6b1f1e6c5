package io.limelight.console.keys;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Why keys cannot be given to an act. */
public enum Reserved {
    /** They write. */
    WRITING,
    /** They lead around and out. */
    MOVING,
    /** They copy, paste and undo text. */
    TEXT,
    /** They are the system's. */
    SYSTEM;

    private static final List<String> ALWAYS_MOVING = List.of("ESCAPE", "TAB", "ENTER", "CONTEXT_MENU");
    private static final List<String> MOVING_ALONE = List.of(
            "SPACE", "UP", "DOWN", "LEFT", "RIGHT", "HOME", "END", "PAGE_UP", "PAGE_DOWN", "DELETE", "BACK_SPACE");
    private static final List<String> EDITING = List.of("C", "X", "V", "A", "Z", "Y");

    /** Names keys of words. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Why this act cannot have these keys; those it comes with it can always have. */
    public static Optional<Reserved> why(KeyAct act, Chord chord) {
        String code = chord.code();
        if (act.usual().contains(chord)) {
            return Optional.empty();
        }
        if (ALWAYS_MOVING.contains(code) || (chord.bare() && MOVING_ALONE.contains(code))) {
            return Optional.of(MOVING);
        }
        // With Alt too: AltGr is Ctrl and Alt on Windows, and Alt and a letter open menus.
        if (chord.writes() && (chord.alt() || chord.bare())) {
            return Optional.of(WRITING);
        }
        if (chord.shortcut() && !chord.alt() && EDITING.contains(code)) {
            return Optional.of(TEXT);
        }
        boolean system = (chord.alt() && code.equals("F4"))
                || (chord.shortcut() && code.equals("Q"))
                || (chord.bare() && code.equals("F10"))
                || (chord.shortcut() && chord.alt() && MOVING_ALONE.contains(code));
        return system ? Optional.of(SYSTEM) : Optional.empty();
    }
}
