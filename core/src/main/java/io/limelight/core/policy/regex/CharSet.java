package io.limelight.core.policy.regex;

import java.util.List;

/** A set of characters as Python writes it: {@code [a-z\d]}, {@code \W}. */
record CharSet(boolean negated, boolean ignoreCase, List<Item> items) {
    sealed interface Item {
        /** Code points, both ends included. */
        record Range(int low, int high) implements Item {}

        /** {@code \d}, {@code \s} or {@code \w}, or their negation. */
        record Category(char kind, boolean negated, boolean ascii) implements Item {}
    }

    CharSet {
        items = List.copyOf(items);
    }

    boolean contains(int c) {
        boolean found = plainlyContains(c);
        if (!found && ignoreCase) {
            int upper = Character.toUpperCase(c);
            found = plainlyContains(upper)
                    || plainlyContains(Character.toLowerCase(c))
                    || plainlyContains(Character.toLowerCase(upper));
        }
        return found != negated;
    }

    private boolean plainlyContains(int c) {
        for (Item item : items) {
            boolean in = switch (item) {
                case Item.Range range -> c >= range.low() && c <= range.high();
                case Item.Category category -> isOf(category.kind(), category.ascii(), c) != category.negated();
            };
            if (in) {
                return true;
            }
        }
        return false;
    }

    /** Python's {@code str.isdecimal}, {@code str.isspace} and {@code str.isalnum} with the underscore. */
    static boolean isOf(char kind, boolean ascii, int c) {
        if (ascii && c > 0x7f) {
            return false;
        }
        return switch (kind) {
            case 'd' -> Character.getType(c) == Character.DECIMAL_DIGIT_NUMBER;
            case 's' -> isSpace(c, ascii);
            default -> isWord(c);
        };
    }

    private static boolean isSpace(int c, boolean ascii) {
        if (c <= 0x20) {
            // The four separators below the space are blanks for str.isspace, and not under re.ASCII.
            return c == ' ' || (c >= '\t' && c <= '\r') || (!ascii && c >= 0x1c && c <= 0x1f);
        }
        return c == 0x85 || Character.isSpaceChar(c);
    }

    private static boolean isWord(int c) {
        if (c == '_' || Character.isLetter(c)) {
            return true;
        }
        int type = Character.getType(c);
        return type == Character.DECIMAL_DIGIT_NUMBER
                || type == Character.LETTER_NUMBER
                || type == Character.OTHER_NUMBER;
    }
}
