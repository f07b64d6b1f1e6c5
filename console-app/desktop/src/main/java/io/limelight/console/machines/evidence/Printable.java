package io.limelight.console.machines.evidence;

/**
 * Makes text from a machine harmless to look at: control characters and marks that turn the direction of writing are shown by their
 * numbers, as a path with one could be made to look like another.
 */
public final class Printable {
    private Printable() {}

    /** At most so many characters of it. */
    public static String text(String text, int most) {
        StringBuilder out = new StringBuilder(Math.min(text.length(), most));
        text.codePoints().limit(most).forEach(c -> {
            if (harmless(c)) {
                out.appendCodePoint(c);
            } else {
                out.append(String.format(java.util.Locale.ROOT, "\\u{%x}", c));
            }
        });
        if (text.codePointCount(0, text.length()) > most) {
            out.append('…');
        }
        return out.toString();
    }

    private static boolean harmless(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
