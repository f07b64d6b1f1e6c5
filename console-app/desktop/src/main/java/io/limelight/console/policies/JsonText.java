package io.limelight.console.policies;

import io.limelight.core.json.WireJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** JSON as people read it. */
final class JsonText {
    private static final int LONGEST = 1 << 20;

    private JsonText() {}

    /**
     * A text, however long.
     *
     * @param text indented; as it came where it is no JSON
     */
    record Whole(String text) {
        /** Its first lines, at most so many characters. */
        String beginning(int most) {
            if (text.length() <= most) {
                return text;
            }
            int end = text.lastIndexOf('\n', most);
            return text.substring(0, end <= 0 ? most : end);
        }
    }

    /** Indented, whatever its length; takes its time. */
    static Whole whole(String text) {
        try {
            return new Whole(new String(WireJson.indented(WireJson.parse(text)), StandardCharsets.UTF_8));
        } catch (IOException e) {
            return new Whole(text);
        }
    }

    /** Indented; as it is where it is none, cut where it is very long. */
    static String pretty(String text) {
        String shown = text.length() <= LONGEST ? whole(text).text() : text;
        return shown.length() <= LONGEST ? shown : shown.substring(0, LONGEST) + "\n\u2026";
    }
}
