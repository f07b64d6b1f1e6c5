package io.limelight.core.config;

import java.util.Optional;

/** How the text of an option is read (reference "Configuration" §1.2). */
public enum OptionType {
    TEXT("text"),
    /** A name or address of another computer, as it stands in a URL. */
    HOST("host"),
    /** The same, or nothing. */
    HOST_OR_EMPTY("host-or-empty"),
    INTEGER("integer"),
    /** A whole number from 0 to 65535; a listener takes 0 as "any free one". */
    PORT("port"),
    DECIMAL("decimal"),
    BOOLEAN("boolean"),
    /** A Python list literal. */
    LIST("list"),
    /** A Python list literal, or one of the words {@code default} and {@code all}. */
    LIST_OR_WORD("list-or-word"),
    /** The agent's list syntax: words separated by commas or blanks, brackets optional. */
    WORDS("words");

    private final String word;

    OptionType(String word) {
        this.word = word;
    }

    static Optional<OptionType> of(String word) {
        for (OptionType type : values()) {
            if (type.word.equals(word)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
