package io.limelight.core.policy.create;

import java.util.ArrayList;
import java.util.List;

/**
 * A flat allowlist: {@code <digest> <path>} on every line, as {@code sha256sum} prints. The path is the rest of the line, its
 * blanks as underscores, as the kernel prints them; digests are taken as they are written, so that the check of the whole policy
 * names what is wrong.
 */
public final class AllowlistText {
    private static final int MAX_WARNINGS = 20;

    private AllowlistText() {}

    /** Adds what the list holds; what could not be read is told, line by line, and left out. */
    public static List<String> read(String list, DigestTable digests) {
        List<String> warnings = new ArrayList<>();
        int skipped = 0;
        int number = 0;
        for (String raw : (Iterable<String>) list.lines()::iterator) {
            number++;
            String line = raw.strip();
            if (line.isEmpty()) {
                continue;
            }
            int end = blank(line);
            if (end == line.length()) {
                skipped++;
                if (skipped <= MAX_WARNINGS) {
                    warnings.add("line " + number + " of the allowlist has no path; it is left out");
                }
                continue;
            }
            String digest = line.substring(0, end);
            digests.add(line.substring(end).strip().replace(' ', '_'), digest);
        }
        if (skipped > MAX_WARNINGS) {
            warnings.add((skipped - MAX_WARNINGS) + " more lines without a path are left out");
        }
        return warnings;
    }

    private static int blank(String line) {
        int at = 0;
        while (at < line.length() && !Character.isWhitespace(line.charAt(at))) {
            at++;
        }
        return at;
    }
}
