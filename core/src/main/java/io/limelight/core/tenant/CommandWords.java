package io.limelight.core.tenant;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A command line that does what a plan does, to be copied. Secrets are placeholders in it.
 *
 * @param words the program first
 */
public record CommandWords(List<Word> words) {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

    /** Copies. */
    public CommandWords {
        words = List.copyOf(words);
    }

    /**
     * One word.
     *
     * @param text as the program gets it, or the name of a secret that stands in its place
     * @param secret whether it is only the name of one
     */
    public record Word(String text, boolean secret) {}

    static final class Builder {
        private final List<Word> words = new ArrayList<>();

        Builder add(String... more) {
            for (String text : more) {
                words.add(new Word(text, false));
            }
            return this;
        }

        Builder secret(String name) {
            words.add(new Word(name, true));
            return this;
        }

        CommandWords made() {
            return new CommandWords(words);
        }
    }

    /** For a POSIX shell, on one line. */
    public String text() {
        return words.stream().map(CommandWords::quoted).collect(Collectors.joining(" "));
    }

    private static String quoted(Word word) {
        if (word.secret()) {
            return "'<" + word.text().replace("'", "") + ">'";
        }
        return PLAIN.matcher(word.text()).matches()
                ? word.text()
                : "'" + word.text().replace("'", "'\\''") + "'";
    }
}
