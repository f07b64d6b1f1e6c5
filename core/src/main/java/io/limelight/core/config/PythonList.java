package io.limelight.core.config;

import java.util.ArrayList;
import java.util.List;

/** A Python list literal of strings, the form of list options in the INI files: {@code ['a', "b"]}. */
final class PythonList {
    private final String text;
    private int at;

    private PythonList(String text) {
        this.text = text;
    }

    /**
     * Parses the literal.
     *
     * @throws IllegalArgumentException saying what is wrong and at which character
     */
    static List<String> parse(String literal) {
        return new PythonList(literal.strip()).list();
    }

    private List<String> list() {
        char open = peek();
        if (open != '[' && open != '(') {
            throw problem("a list starts with [");
        }
        char close = open == '[' ? ']' : ')';
        at++;
        List<String> values = new ArrayList<>();
        while (true) {
            skipBlanks();
            if (peek() == close) {
                at++;
                skipBlanks();
                if (at != text.length()) {
                    throw problem("something follows the list");
                }
                return values;
            }
            values.add(string());
            skipBlanks();
            if (peek() == ',') {
                at++;
            } else if (peek() != close) {
                throw problem("a comma or " + close + " is missing");
            }
        }
    }

    private String string() {
        char quote = peek();
        if (quote != '\'' && quote != '"') {
            throw problem("a list holds strings in quotes");
        }
        at++;
        StringBuilder value = new StringBuilder();
        while (peek() != quote) {
            char c = peek();
            at++;
            if (c == '\\') {
                c = peek();
                at++;
                if (c != '\\' && c != '\'' && c != '"') {
                    throw problem("an escape other than \\\\ and quotes");
                }
            }
            value.append(c);
        }
        at++;
        return value.toString().strip();
    }

    private void skipBlanks() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private char peek() {
        if (at >= text.length()) {
            throw problem("the list ends early");
        }
        return text.charAt(at);
    }

    private IllegalArgumentException problem(String what) {
        return new IllegalArgumentException(what + " (character " + (at + 1) + ")");
    }
}
