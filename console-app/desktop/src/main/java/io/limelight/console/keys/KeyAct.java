package io.limelight.console.keys;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** Everything that can be done by keys, and the keys it comes with. The only place where keys are written down. */
public enum KeyAct {
    PALETTE(Where.WINDOW, "palette", "shortcut+K"),
    HELP(Where.WINDOW, "help", "F1"),
    SHORTCUTS(Where.WINDOW, "shortcuts"),
    KEYBOARD(Where.WINDOW, "keyboard"),
    TOUR(Where.WINDOW, "tour"),
    SUPPORT(Where.WINDOW, "support"),
    REFRESH(Where.WINDOW, "refresh", "F5"),
    TASKS(Where.WINDOW, "tasks", "shortcut+shift+J"),
    NOTIFICATIONS(Where.WINDOW, "notifications"),
    EXPORT(Where.WINDOW, "export", "shortcut+shift+E"),
    PROVISION(Where.WINDOW, "provision"),
    LEAVE(Where.WINDOW, "leave"),
    /** The plus of some keyboards is an equals sign with shift, and others have one of their own. */
    TEXT_LARGER(
            Where.WINDOW, "text.larger", "shortcut+PLUS", "shortcut+EQUALS", "shortcut+shift+EQUALS", "shortcut+ADD"),
    TEXT_SMALLER(Where.WINDOW, "text.smaller", "shortcut+MINUS", "shortcut+SUBTRACT"),
    TEXT_USUAL(Where.WINDOW, "text.usual", "shortcut+DIGIT0"),
    THEME_LIGHT(Where.WINDOW, "theme.light"),
    THEME_DARK(Where.WINDOW, "theme.dark"),
    THEME_SYSTEM(Where.WINDOW, "theme.system"),
    PAGE_1(Where.PAGES, "page.1", "shortcut+DIGIT1"),
    PAGE_2(Where.PAGES, "page.2", "shortcut+DIGIT2"),
    PAGE_3(Where.PAGES, "page.3", "shortcut+DIGIT3"),
    PAGE_4(Where.PAGES, "page.4", "shortcut+DIGIT4"),
    PAGE_5(Where.PAGES, "page.5", "shortcut+DIGIT5"),
    PAGE_6(Where.PAGES, "page.6", "shortcut+DIGIT6"),
    PAGE_7(Where.PAGES, "page.7", "shortcut+DIGIT7"),
    PAGE_8(Where.PAGES, "page.8", "shortcut+DIGIT8"),
    PAGE_9(Where.PAGES, "page.9", "shortcut+DIGIT9"),
    COPY_ROW(Where.TABLES, "copy-row", "shortcut+C"),
    UNDO(Where.EDITORS, "undo", "shortcut+Z"),
    REDO(Where.EDITORS, "redo", "shortcut+shift+Z"),
    SAVE(Where.EDITORS, "save", "shortcut+S"),
    REMOVE(Where.EDITORS, "remove", "DELETE", "BACK_SPACE"),
    RENAME(Where.EDITORS, "rename", "F2"),
    MOVE_UP(Where.EDITORS, "move-up", "alt+UP"),
    MOVE_DOWN(Where.EDITORS, "move-down", "alt+DOWN");

    private final Where where;
    private final String key;

    @SuppressWarnings("ImmutableEnumChecker") // List.of is as immutable as chords are
    private final List<Chord> usual;

    /** Where keys are heard. */
    public enum Where {
        /** Everywhere. */
        WINDOW,
        /** Everywhere: the pages by their place in the navigation. */
        PAGES,
        /** In tables. */
        TABLES,
        /** In editors of payloads and policies. */
        EDITORS;

        /** Names keys of words: {@code window}. */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Whether they are heard whatever has the keyboard. */
        public boolean everywhere() {
            return this == WINDOW || this == PAGES;
        }

        /** Whether the same keys cannot do both. */
        boolean meets(Where other) {
            return this == other || everywhere() || other.everywhere();
        }
    }

    KeyAct(Where where, String key, String... usual) {
        this.where = where;
        this.key = key;
        this.usual = Stream.of(usual).map(Chord::of).toList();
    }

    /** Where its keys are heard. */
    public Where where() {
        return where;
    }

    /** Stable: {@code text.larger}; names it in what is kept, and its words. */
    public String key() {
        return key;
    }

    /** The keys it comes with; the first is the one that is shown. */
    public List<Chord> usual() {
        return usual;
    }

    /** The act of a key. */
    public static Optional<KeyAct> of(String key) {
        return Arrays.stream(values()).filter(act -> act.key.equals(key)).findFirst();
    }

    /** Which page it goes to, from 0; empty: to none. */
    public OptionalInt pageIndex() {
        return where == Where.PAGES
                ? OptionalInt.of(Integer.parseInt(key.substring("page.".length())) - 1)
                : OptionalInt.empty();
    }

    /** Goes to a page by its place, from 0; there are keys for nine. */
    public static Optional<KeyAct> page(int index) {
        return of("page." + (index + 1));
    }
}
