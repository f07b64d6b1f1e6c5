package io.limelight.console.exporting;

import io.limelight.console.shell.Sheet;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Rows as RFC 4180 has them. A text that a spreadsheet would take for a formula is written with an apostrophe before it: what a machine
 * calls itself must not run on an administrator's desk.
 */
final class CsvText {
    private static final Pattern NUMBER = Pattern.compile("[+-]?\\d+(?:[.,]\\d+)?");

    private CsvText() {}

    static String of(Sheet sheet) {
        StringBuilder text = new StringBuilder();
        row(text, sheet.columns());
        sheet.rows().forEach(row -> row(text, row));
        return text.toString();
    }

    private static void row(StringBuilder text, List<String> cells) {
        for (int i = 0; i < cells.size(); i++) {
            if (i > 0) {
                text.append(',');
            }
            text.append(cell(cells.get(i)));
        }
        text.append("\r\n");
    }

    static String cell(String written) {
        String cell = guarded(written.replace("\0", ""));
        boolean quoted = cell.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r' || c == ';');
        return quoted ? '"' + cell.replace("\"", "\"\"") + '"' : cell;
    }

    private static String guarded(String cell) {
        if (cell.isEmpty() || NUMBER.matcher(cell).matches()) {
            return cell;
        }
        // Spreadsheets pass over what stands before it and cannot be seen.
        String seen = cell.stripLeading();
        boolean formula = "=+-@\t\r\uff1d\uff0b\uff0d\uff20".indexOf(cell.charAt(0)) >= 0
                || (!seen.isEmpty() && "=+-@\uff1d\uff0b\uff0d\uff20".indexOf(seen.charAt(0)) >= 0);
        return formula ? "'" + cell : cell;
    }
}
