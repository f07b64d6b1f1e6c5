package io.limelight.console.records;

import java.util.Arrays;
import java.util.List;

/**
 * What a person calls a machine and knows of it. Never in the place of its id.
 *
 * @param alias another name; may be empty
 * @param tags words without blanks
 * @param notes free text, with line breaks
 */
public record MachineNote(String alias, List<String> tags, String notes) {
    /** Nothing is known. */
    public static final MachineNote NONE = new MachineNote("", List.of(), "");

    private static final int LONGEST_ALIAS = 120;
    private static final int LONGEST_TAG = 64;
    private static final int MOST_TAGS = 32;
    private static final int LONGEST_NOTES = 64 * 1024;

    /** Cuts what is too long and leaves out what would not show as what it is: controls, and marks that turn text around. */
    public MachineNote {
        alias = cut(plain(alias, false).strip(), LONGEST_ALIAS);
        tags = tags.stream()
                .flatMap(tag -> Arrays.stream(plain(tag, false).strip().split("[\\s,]+", -1)))
                .filter(tag -> !tag.isEmpty())
                .map(tag -> cut(tag, LONGEST_TAG))
                .distinct()
                .limit(MOST_TAGS)
                .toList();
        notes = cut(plain(notes, true), LONGEST_NOTES);
    }

    /** Whether there is nothing to keep. */
    public boolean isEmpty() {
        return equals(NONE);
    }

    private static String cut(String text, int longest) {
        if (text.length() <= longest) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(longest - 1)) ? longest - 1 : longest);
    }

    private static String plain(String text, boolean lines) {
        StringBuilder plain = new StringBuilder();
        text.codePoints()
                .filter(c -> (lines && c == '\n')
                        || (Character.getType(c) != Character.CONTROL
                                && Character.getType(c) != Character.FORMAT
                                && Character.getType(c) != Character.LINE_SEPARATOR
                                && Character.getType(c) != Character.PARAGRAPH_SEPARATOR
                                && Character.getType(c) != Character.SURROGATE))
                .forEach(plain::appendCodePoint);
        return plain.toString();
    }
}
