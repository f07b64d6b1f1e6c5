package io.limelight.console.shell;

import java.util.List;

/**
 * What a page shows, as rows that can be exported. Made when asked for, on the screen's thread, of what is filtered and sorted now.
 *
 * @param title in the reader's language
 * @param columns their heads
 * @param rows each as long as {@code columns}
 */
public record Sheet(String title, List<String> columns, List<List<String>> rows) {
    /** Copies what it is given. */
    public Sheet {
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
    }
}
