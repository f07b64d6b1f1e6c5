package io.limelight.console.machines.filter;

import java.text.Normalizer;
import java.util.Locale;

/** Text without case and accents, as people look for it. Plain ASCII, which is nearly all of it, is compared in place. */
final class Folded {
    private Folded() {}

    static String of(String text) {
        if (ascii(text)) {
            return text.toLowerCase(Locale.ROOT);
        }
        String apart = Normalizer.normalize(text, Normalizer.Form.NFD);
        StringBuilder folded = new StringBuilder(apart.length());
        apart.codePoints()
                .filter(c -> Character.getType(c) != Character.NON_SPACING_MARK)
                .forEach(folded::appendCodePoint);
        return folded.toString().toLowerCase(Locale.ROOT);
    }

    /**
     * Whether a text holds another.
     *
     * @param wanted folded
     */
    static boolean contains(String text, String wanted) {
        if (!ascii(text)) {
            return of(text).contains(wanted);
        }
        if (wanted.isEmpty()) {
            return true;
        }
        int last = text.length() - wanted.length();
        char lower = wanted.charAt(0);
        char upper = Character.toUpperCase(lower);
        for (int from = 0; from <= last; from++) {
            char c = text.charAt(from);
            if ((c == lower || c == upper) && text.regionMatches(true, from, wanted, 0, wanted.length())) {
                return true;
            }
        }
        return false;
    }

    private static boolean ascii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0x7f) {
                return false;
            }
        }
        return true;
    }
}
