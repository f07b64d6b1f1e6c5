package io.limelight.core.config;

import java.util.Collection;
import java.util.Comparator;

/** The known name that a misspelt one was probably meant to be. */
final class NearestName {
    private NearestName() {}

    /** {@code "; did you mean quote_interval?"}, or nothing if no name is near enough to be meant. */
    static String hint(String misspelt, Collection<String> known) {
        return known.stream()
                .min(Comparator.comparingInt(name -> distance(name, misspelt)))
                .filter(name -> distance(name, misspelt) <= Math.max(2, name.length() / 3))
                .map(name -> "; did you mean " + name + "?")
                .orElse("");
    }

    /** Levenshtein's distance; a name much longer than any known one is not worth the product of the lengths. */
    private static int distance(String left, String right) {
        if (Math.abs(left.length() - right.length()) > left.length()) {
            return Integer.MAX_VALUE;
        }
        int[] row = new int[right.length() + 1];
        for (int j = 0; j <= right.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= left.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.length(); j++) {
                int substitution = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substitution, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[right.length()];
    }
}
