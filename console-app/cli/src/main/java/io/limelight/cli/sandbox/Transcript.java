package io.limelight.cli.sandbox;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The story a demo tells: numbered steps with what was done, what was checked, and how long it took. */
final class Transcript {
    private static final int QUOTE_WIDTH = 100;

    private final PrintStream out;
    private final long start = System.nanoTime();
    private int step;

    Transcript(PrintStream out) {
        this.out = out;
    }

    /** A numbered heading. */
    void step(String title) {
        step++;
        out.printf(Locale.ROOT, "%n%d. %s%n", step, title);
        out.flush();
    }

    /** Something that happened, with the time since the demo began. */
    void say(String text) {
        Duration since = Duration.ofNanos(System.nanoTime() - start);
        String prefix = String.format(Locale.ROOT, "   %5.1f s  ", since.toMillis() / 1000.0);
        String indent = " ".repeat(prefix.length());
        out.println(prefix + text.replace("\n", "\n" + indent));
        out.flush();
    }

    /** A line without a time. */
    void note(String text) {
        out.println("            " + text.replace("\n", "\n            "));
        out.flush();
    }

    /** What somebody said, word for word; at blanks it may be broken into lines. */
    void quote(String text) {
        StringBuilder line = new StringBuilder();
        List<String> lines = new ArrayList<>();
        for (String word : text.split(" ", -1)) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > QUOTE_WIDTH) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        note("  " + String.join("\n  ", lines));
    }

    /** A table with a header row; columns as wide as their widest cell. */
    void table(List<List<String>> rows) {
        int columns = rows.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        out.println();
        for (int r = 0; r < rows.size(); r++) {
            StringBuilder line = new StringBuilder("   ");
            for (int i = 0; i < columns; i++) {
                line.append(String.format(
                        Locale.ROOT, "%-" + (widths[i] + 2) + "s", rows.get(r).get(i)));
            }
            out.println(line.toString().stripTrailing());
            if (r == 0) {
                out.println("   " + "-".repeat(line.length() - 5));
            }
        }
        out.println();
        out.flush();
    }

    /** Seconds with one decimal. */
    static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
    }

    /** Time since the beginning. */
    Duration total() {
        return Duration.ofNanos(System.nanoTime() - start);
    }
}
