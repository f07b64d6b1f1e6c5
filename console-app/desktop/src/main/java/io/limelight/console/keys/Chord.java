package io.limelight.console.keys;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Keys that are pressed together.
 *
 * @param shortcut Ctrl, on macOS Cmd
 * @param alt Alt
 * @param shift Shift
 * @param code the toolkit's name of the key: {@code K}, {@code DIGIT1}, {@code F5}
 */
public record Chord(boolean shortcut, boolean alt, boolean shift, String code) {
    private static final String SHORTCUT = "shortcut";
    private static final String ALT = "alt";
    private static final String SHIFT = "shift";

    /** Checks the name of the key. */
    public Chord {
        if (!code.matches("[A-Z][A-Z0-9_]{0,40}")) {
            throw new IllegalArgumentException("no key is called so: " + code);
        }
    }

    /** Of a text as {@link #text()} has it; empty: it is none. */
    public static Optional<Chord> parse(String text) {
        List<String> parts = new ArrayList<>(List.of(text.split("\\+", -1)));
        String code = parts.removeLast();
        boolean shortcut = parts.remove(SHORTCUT);
        boolean alt = parts.remove(ALT);
        boolean shift = parts.remove(SHIFT);
        if (!parts.isEmpty() || !code.matches("[A-Z][A-Z0-9_]{0,40}")) {
            return Optional.empty();
        }
        return Optional.of(new Chord(shortcut, alt, shift, code));
    }

    static Chord of(String text) {
        return parse(text).orElseThrow(() -> new IllegalArgumentException(text));
    }

    /** To be kept: {@code shortcut+shift+E}. */
    public String text() {
        return (shortcut ? SHORTCUT + "+" : "") + (alt ? ALT + "+" : "") + (shift ? SHIFT + "+" : "") + code;
    }

    /** Whether the key alone would write something. */
    boolean writes() {
        return code.length() == 1
                || code.startsWith("DIGIT")
                || code.startsWith("NUMPAD")
                || PUNCTUATION.contains(code);
    }

    /** Whether neither Ctrl nor Alt is held. */
    boolean bare() {
        return !shortcut && !alt;
    }

    private static final List<String> PUNCTUATION = List.of(
            "PLUS",
            "MINUS",
            "EQUALS",
            "COMMA",
            "PERIOD",
            "SLASH",
            "BACK_SLASH",
            "SEMICOLON",
            "QUOTE",
            "BACK_QUOTE",
            "OPEN_BRACKET",
            "CLOSE_BRACKET",
            "LESS",
            "GREATER",
            "NUMBER_SIGN",
            "ADD",
            "SUBTRACT",
            "MULTIPLY",
            "DIVIDE",
            "DECIMAL");

    /** Names keys of words: {@code back-space}. */
    String codeKey() {
        return code.toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
