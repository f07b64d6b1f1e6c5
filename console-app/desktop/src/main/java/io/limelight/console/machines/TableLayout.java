package io.limelight.console.machines;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which columns a table shows, in which order and how wide: a text that is remembered. What is odd about it costs no more than the part
 * that is odd; it may have been written by another release.
 *
 * @param columns in their order
 */
record TableLayout(List<Column> columns) {
    private static final int MOST = 64;
    private static final double WIDEST = 4000;

    /** Copies. */
    TableLayout {
        columns = List.copyOf(columns);
    }

    /**
     * One column.
     *
     * @param id which
     * @param width in pixels; 0: as designed
     * @param shown whether it is
     */
    record Column(String id, double width, boolean shown) {}

    /** Reads a text. */
    static TableLayout of(String text) {
        List<Column> columns = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (String part : text.split(",", MOST)) {
            String[] fields = part.split(":", -1);
            if (fields.length == 3 && !fields[0].isEmpty() && seen.add(fields[0])) {
                columns.add(new Column(fields[0], width(fields[1]), !fields[2].equals("hidden")));
            }
        }
        return new TableLayout(columns);
    }

    private static double width(String text) {
        try {
            double width = Double.parseDouble(text);
            return width > 0 && width <= WIDEST ? width : 0;
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** Writes it. */
    String text() {
        return String.join(
                ",",
                columns.stream()
                        .map(column -> column.id() + ":" + Math.round(column.width()) + ":"
                                + (column.shown() ? "shown" : "hidden"))
                        .toList());
    }

    /** Ids of a table in this order; those that it does not know stay where they are, after the ones before them. */
    List<String> order(List<String> designed) {
        List<String> order = new ArrayList<>(
                columns.stream().map(Column::id).filter(designed::contains).toList());
        for (int i = 0; i < designed.size(); i++) {
            String id = designed.get(i);
            if (!order.contains(id)) {
                int before = i == 0 ? 0 : order.indexOf(designed.get(i - 1)) + 1;
                order.add(before, id);
            }
        }
        return order;
    }
}
