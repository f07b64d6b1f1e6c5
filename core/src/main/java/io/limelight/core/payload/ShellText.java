package io.limelight.core.payload;

import java.util.ArrayList;
import java.util.List;

/**
 * A shell script cut into simple commands, as far as looking for mistakes needs it: quotes, comments, here-documents and continued
 * lines are known; what a variable or a substitution becomes is not.
 */
final class ShellText {
    /**
     * A word.
     *
     * @param text without its quotes
     * @param known whether it stands there as it is meant: no variable, no substitution
     * @param glob whether it holds a pattern that was not quoted
     */
    record Word(String text, boolean known, boolean glob) {
        boolean option() {
            return text.startsWith("-") || text.startsWith("+");
        }
    }

    /**
     * A command with its words, redirections included as words of their own: {@code >}, {@code >>}, {@code <}.
     *
     * @param line where it begins, from 1
     * @param follows what ends it: a line end, {@code ;}, {@code ||} and so on
     */
    record Command(int line, List<Word> words, String follows) {
        String name() {
            return words.stream()
                    .map(Word::text)
                    .filter(text -> !text.matches("[A-Za-z_][A-Za-z0-9_]*=.*"))
                    .filter(text -> !List.of(
                                    "if", "then", "else", "elif", "while", "until", "do", "!", "{", "(", "time")
                            .contains(text))
                    .findFirst()
                    .orElse("");
        }

        /** Words behind the name. */
        List<Word> arguments() {
            int at = 0;
            String name = name();
            while (at < words.size() && !words.get(at).text().equals(name)) {
                at++;
            }
            return at >= words.size() ? List.of() : words.subList(at + 1, words.size());
        }
    }

    private final String text;
    private final List<Command> commands = new ArrayList<>();
    private final List<String> hereDocuments = new ArrayList<>();
    private List<Word> words = new ArrayList<>();
    private StringBuilder word = new StringBuilder();
    private boolean inWord;
    private boolean known = true;
    private boolean glob;
    private boolean hereNext;
    private int line = 1;
    private int begun = 1;
    private int at;

    private ShellText(String text) {
        this.text = text;
    }

    /** The commands of a script. */
    static List<Command> commands(String script) {
        ShellText reading = new ShellText(script);
        reading.read();
        return reading.commands;
    }

    private void read() {
        while (at < text.length()) {
            char c = text.charAt(at);
            switch (c) {
                case '\\' -> escaped();
                case '\'' -> quoted();
                case '"' -> doublyQuoted();
                case '#' -> {
                    if (inWord) {
                        add(c);
                    } else {
                        skipComment();
                    }
                }
                case '\n' -> {
                    endCommand("\n");
                    line++;
                    at++;
                    skipHereDocuments();
                }
                case ' ', '\t', '\r' -> {
                    endWord();
                    at++;
                }
                case ';', '(', ')', '{', '}' -> separator(c);
                case '|', '&' -> {
                    boolean twice = at + 1 < text.length() && text.charAt(at + 1) == c;
                    endCommand(twice ? String.valueOf(c) + c : String.valueOf(c));
                    at += twice ? 2 : 1;
                }
                case '<', '>' -> redirection(c);
                case '$', '`' -> {
                    known = false;
                    add(c);
                }
                case '*', '?', '[' -> {
                    glob = true;
                    add(c);
                }
                default -> add(c);
            }
        }
        endCommand("");
    }

    private void separator(char c) {
        if (inWord && (c == '{' || c == '}' || !known)) {
            add(c);
        } else {
            endCommand(String.valueOf(c));
            at++;
        }
    }

    private void escaped() {
        if (at + 1 < text.length() && text.charAt(at + 1) == '\n') {
            line++;
        } else if (at + 1 < text.length()) {
            begin();
            word.append(text.charAt(at + 1));
        }
        at += 2;
    }

    private void quoted() {
        begin();
        at++;
        while (at < text.length() && text.charAt(at) != '\'') {
            put(text.charAt(at++));
        }
        at++;
    }

    private void doublyQuoted() {
        begin();
        at++;
        while (at < text.length() && text.charAt(at) != '"') {
            char c = text.charAt(at);
            if (c == '\\' && at + 1 < text.length()) {
                at++;
            } else if (c == '$' || c == '`') {
                known = false;
            }
            put(text.charAt(at++));
        }
        at++;
    }

    private void put(char c) {
        if (c == '\n') {
            line++;
        }
        word.append(c);
    }

    private void redirection(char c) {
        boolean twice = at + 1 < text.length() && text.charAt(at + 1) == c;
        if (inWord && word.toString().matches("[0-9]+")) {
            word.setLength(0);
            inWord = false;
        }
        endWord();
        at += twice ? 2 : 1;
        boolean here = c == '<' && twice;
        if (at < text.length() && text.charAt(at) == '&') {
            // >&2: no file.
            at++;
            while (at < text.length() && Character.isLetterOrDigit(text.charAt(at))) {
                at++;
            }
            return;
        }
        if (here && at < text.length() && text.charAt(at) == '-') {
            at++;
        }
        if (here) {
            hereNext = true;
        } else {
            words.add(new Word(twice ? ">>" : String.valueOf(c), true, false));
        }
    }

    private void skipComment() {
        while (at < text.length() && text.charAt(at) != '\n') {
            at++;
        }
    }

    private void skipHereDocuments() {
        for (String end : hereDocuments) {
            while (at < text.length()) {
                int stop = text.indexOf('\n', at);
                String one = text.substring(at, stop < 0 ? text.length() : stop);
                at = stop < 0 ? text.length() : stop + 1;
                line++;
                if (one.strip().equals(end)) {
                    break;
                }
            }
        }
        hereDocuments.clear();
    }

    private void add(char c) {
        begin();
        word.append(c);
        at++;
    }

    private void begin() {
        if (!inWord && words.isEmpty()) {
            begun = line;
        }
        inWord = true;
    }

    private void endWord() {
        if (inWord) {
            if (hereNext) {
                hereDocuments.add(word.toString());
                hereNext = false;
            } else {
                words.add(new Word(word.toString(), known, glob));
            }
        }
        word = new StringBuilder();
        inWord = false;
        known = true;
        glob = false;
    }

    private void endCommand(String by) {
        endWord();
        if (!words.isEmpty()) {
            commands.add(new Command(begun, List.copyOf(words), by));
        }
        words = new ArrayList<>();
    }
}
