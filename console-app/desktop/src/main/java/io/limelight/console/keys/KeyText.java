package io.limelight.console.keys;

import io.limelight.console.words.Words;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Keys as people read them: {@code Ctrl+Shift+E}, on macOS {@code ⇧⌘E}. */
public final class KeyText {
    private static final Map<String, String> SIGNS = Map.ofEntries(
            Map.entry("PLUS", "+"),
            Map.entry("MINUS", "-"),
            Map.entry("EQUALS", "="),
            Map.entry("COMMA", ","),
            Map.entry("PERIOD", "."),
            Map.entry("SLASH", "/"),
            Map.entry("BACK_SLASH", "\\"),
            Map.entry("SEMICOLON", ";"),
            Map.entry("QUOTE", "\""),
            Map.entry("BACK_QUOTE", "`"),
            Map.entry("OPEN_BRACKET", "["),
            Map.entry("CLOSE_BRACKET", "]"),
            Map.entry("LESS", "<"),
            Map.entry("GREATER", ">"),
            Map.entry("NUMBER_SIGN", "#"),
            Map.entry("UP", "\u2191"),
            Map.entry("DOWN", "\u2193"),
            Map.entry("LEFT", "\u2190"),
            Map.entry("RIGHT", "\u2192"));
    /** Which have words of their own, since keyboards have them written on. */
    private static final List<String> NAMED =
            List.of("DELETE", "BACK_SPACE", "INSERT", "HOME", "END", "PAGE_UP", "PAGE_DOWN", "SPACE", "ENTER");

    private final Words words;
    private final boolean mac;

    /** In a language, for this computer. */
    public KeyText(Words words) {
        this(words, System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("mac"));
    }

    KeyText(Words words, boolean mac) {
        this.words = words;
        this.mac = mac;
    }

    /** Keys that are pressed together. */
    public String of(Chord chord) {
        if (mac) {
            return (chord.alt() ? "\u2325" : "")
                    + (chord.shift() ? "\u21e7" : "")
                    + (chord.shortcut() ? "\u2318" : "")
                    + key(chord);
        }
        return (chord.shortcut() ? words.of("keys.ctrl") + "+" : "")
                + (chord.alt() ? words.of("keys.alt") + "+" : "")
                + (chord.shift() ? words.of("keys.shift") + "+" : "")
                + key(chord);
    }

    /** Those of an act that are shown; empty: it has none. */
    public String of(KeyTable table, KeyAct act) {
        return table.shown(act).map(this::of).orElse("");
    }

    /** What an act does. */
    public String act(KeyAct act) {
        OptionalInt page = act.pageIndex();
        return page.isPresent() ? words.of("keys.page", page.getAsInt() + 1) : words.of("keys.act." + act.key());
    }

    private String key(Chord chord) {
        String code = chord.code();
        if (NAMED.contains(code)) {
            return words.of("keys.code." + chord.codeKey());
        }
        return Optional.ofNullable(SIGNS.get(code))
                .orElseGet(() -> code.startsWith("DIGIT") ? code.substring("DIGIT".length()) : capitalised(code));
    }

    /** {@code NUMPAD1} is {@code Numpad1}, {@code F5} and {@code K} are themselves. */
    private static String capitalised(String code) {
        return code.charAt(0) + code.substring(1).toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
