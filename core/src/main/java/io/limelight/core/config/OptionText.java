package io.limelight.core.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import okhttp3.HttpUrl;

/** The text of a value as what its type means. Errors say what was expected; the caller knows where. */
final class OptionText {
    private static final int MAX_PORT = 65535;
    private static final double MAX_DECIMAL = 1e9;

    private OptionText() {}

    /** A text that is not what its option wants. */
    static final class Mismatch extends Exception {
        private static final long serialVersionUID = 1L;

        Mismatch(String expected) {
            super(expected);
        }
    }

    /** Fails if the text cannot be read as that type. */
    static void check(OptionType type, String text) throws Mismatch {
        switch (type) {
            case INTEGER -> integer(text, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case PORT -> integer(text, 0, MAX_PORT);
            case DECIMAL -> decimal(text);
            case BOOLEAN -> bool(text);
            case LIST, LIST_OR_WORD, WORDS -> list(type, text);
            case HOST -> host(text);
            case HOST_OR_EMPTY -> {
                if (!text.isEmpty()) {
                    host(text);
                }
            }
            case TEXT -> {
                // Every text is one.
            }
        }
    }

    /** By the parser that the connection is made with, so that what passes here can be asked later. */
    private static void host(String text) throws Mismatch {
        boolean bracketed = text.startsWith("[") && text.endsWith("]");
        try {
            new HttpUrl.Builder().host(bracketed ? text.substring(1, text.length() - 1) : text);
        } catch (IllegalArgumentException e) {
            throw new Mismatch(
                    "the name or address of a computer; write one without a port or http://, such as 10.0.0.1, ::1"
                            + " or keylime.example.org");
        }
    }

    static int integer(String text, int least, int most) throws Mismatch {
        try {
            int number = Integer.parseInt(text.strip());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below: to the reader a wrong number and no number are the same mistake.
        }
        throw new Mismatch(
                least == Integer.MIN_VALUE ? "a whole number" : "a whole number from " + least + " to " + most);
    }

    static double decimal(String text) throws Mismatch {
        try {
            double number = Double.parseDouble(text.strip());
            // Not NaN either: it fails both comparisons.
            if (number >= 0 && number <= MAX_DECIMAL) {
                return number;
            }
        } catch (NumberFormatException e) {
            // As above.
        }
        throw new Mismatch("a number from 0 to 1000000000");
    }

    static boolean bool(String text) throws Mismatch {
        return asBoolean(text).orElseThrow(() -> new Mismatch("true or false"));
    }

    private static Optional<Boolean> asBoolean(String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "1", "yes", "true", "on" -> Optional.of(true);
            case "0", "no", "false", "off" -> Optional.of(false);
            default -> Optional.empty();
        };
    }

    static List<String> list(OptionType type, String text) throws Mismatch {
        String bare = text.strip();
        if (type == OptionType.WORDS) {
            return words(bare);
        }
        if (type == OptionType.LIST_OR_WORD && (bare.isEmpty() || bare.equals("default") || bare.equals("all"))) {
            return List.of(bare);
        }
        try {
            return PythonList.parse(bare);
        } catch (IllegalArgumentException e) {
            throw new Mismatch("a list such as ['a', 'b']"
                    + (type == OptionType.LIST_OR_WORD ? ", nor the word default" : "") + ": " + e.getMessage());
        }
    }

    /** The agent's own list syntax: brackets are optional, quotes are part of a name. */
    private static List<String> words(String text) {
        String bare = text.startsWith("[") && text.endsWith("]") && text.length() >= 2
                ? text.substring(1, text.length() - 1)
                : text;
        List<String> words = new ArrayList<>();
        for (String word : bare.split("[,\\s]+", -1)) {
            if (!word.isEmpty()) {
                words.add(word);
            }
        }
        return words;
    }
}
