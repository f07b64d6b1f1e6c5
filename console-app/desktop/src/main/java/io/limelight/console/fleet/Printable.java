package io.limelight.console.fleet;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Texts of servers and machines, made harmless for a screen: no controls, no marks that turn the direction of writing, an end. */
final class Printable {
    private static final Pattern HARMFUL = Pattern.compile("[\\p{Cntrl}\\p{Cf}\\p{Co}\\p{Cs}\\u2028\\u2029]");

    private static final int LONGEST_ROW = 20_000;

    private Printable() {}

    /** A row of a measurement list: most are plain, and there are many. */
    static String row(String row) {
        if (row.length() <= LONGEST_ROW && row.chars().allMatch(c -> c >= ' ' && c < 0x7f)) {
            return row;
        }
        return of(row, LONGEST_ROW);
    }

    static String of(@Nullable String text, int most) {
        if (text == null) {
            return "";
        }
        String cut = text.length() > most ? text.substring(0, most) + "…" : text;
        return HARMFUL.matcher(cut).replaceAll(" ").strip();
    }
}
