package io.limelight.core.policy.create;

import java.util.ArrayList;
import java.util.List;

/**
 * A flat allowlist: {@code <digest> <path>} on every line, as {@code sha256sum} prints. The path is the rest of the line, with
 * the blanks in it; digests are taken as they are written, so that the check of the whole policy names what is wrong.
 */
public final class AllowlistText {
    private static final String KEYRING = "%keyring:";
    private static final int MAX_WARNINGS = 20;

    private AllowlistText() {}

    /** What a line means. */
    public enum Dialect {
        /** As {@code create runtime} reads it: blanks in paths become underscores, as the kernel prints them. */
        CREATE,
        /** As the conversion of old allowlists reads it: paths stay, {@code %keyring:NAME} is a keyring. */
        CONVERT
    }

    /** Adds what the list holds to the draft; what could not be read is told, line by line, and left out. */
    public static List<String> read(String list, Dialect dialect, PolicyDraft draft) {
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
            String path = line.substring(end).strip();
            if (dialect == Dialect.CREATE) {
                draft.digests().add(path.replace(' ', '_'), digest);
            } else if (path.startsWith(KEYRING)) {
                draft.keyrings().add(path.substring(KEYRING.length()), digest);
            } else {
                draft.digests().add(path, digest);
            }
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
