package io.limelight.console.policies;

import io.limelight.core.json.WireJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** JSON as people read it. */
final class JsonText {
    private static final int LONGEST = 1 << 20;

    private JsonText() {}

    /** Indented; as it is where it is none, cut where it is very long. */
    static String pretty(String text) {
        String shown = text;
        if (text.length() <= LONGEST) {
            try {
                shown = new String(WireJson.indented(WireJson.parse(text)), StandardCharsets.UTF_8);
            } catch (IOException e) {
                // Shown as it came.
                shown = text;
            }
        }
        return shown.length() <= LONGEST ? shown : shown.substring(0, LONGEST) + "\n\u2026";
    }
}
