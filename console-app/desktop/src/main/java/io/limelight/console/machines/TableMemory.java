package io.limelight.console.machines;

import io.limelight.console.shell.Remembered;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.collections.ListChangeListener;
import javafx.scene.Node;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableView;
import javafx.scene.input.MouseEvent;

/**
 * Has a table remember its columns and the height of its rows. A width counts when a person drew it: what a narrow window or an open
 * detail pane did to it is nobody's wish.
 */
final class TableMemory<R> {
    private final TableView<R> table;
    private final Remembered remembered;
    private final String key;
    private final List<TableColumn<R, ?>> designed;
    private final Map<String, Double> designedWidths = new HashMap<>();
    private final Map<String, Boolean> designedShown = new HashMap<>();
    private final Map<String, Double> drawn = new HashMap<>();
    private final BooleanProperty compact = new SimpleBooleanProperty(this, "compact");
    private Map<String, Double> pressed = Map.of();
    private boolean restoring;

    /** Takes the table as it is for how it was designed, and changes it to what is remembered. */
    TableMemory(TableView<R> table, Remembered remembered, String key) {
        this.table = table;
        this.remembered = remembered;
        this.key = key;
        this.designed = List.copyOf(table.getColumns());
        for (TableColumn<R, ?> column : designed) {
            designedWidths.put(column.getId(), column.getPrefWidth());
            designedShown.put(column.getId(), column.isVisible());
        }
        compact.set(remembered.get(key + ".rows").filter("compact"::equals).isPresent());
        remembered.get(key + ".columns").map(TableLayout::of).ifPresent(this::restore);
        compact.subscribe((_, now) -> remembered.put(key + ".rows", now ? "compact" : "comfortable"));
        table.getColumns().addListener((ListChangeListener<TableColumn<R, ?>>) _ -> remember());
        designed.forEach(column -> column.visibleProperty().subscribe((_, _) -> remember()));
        table.addEventFilter(MouseEvent.MOUSE_PRESSED, event -> pressed = ofHead(event) ? widths() : Map.of());
        table.addEventFilter(MouseEvent.MOUSE_RELEASED, _ -> released());
    }

    /** Whether rows are low. */
    BooleanProperty compactProperty() {
        return compact;
    }

    /** Columns that may be hidden, in the order of the design. */
    List<TableColumn<R, ?>> columns() {
        return designed;
    }

    /** As designed. */
    void reset() {
        drawn.clear();
        compact.set(false);
        restoring = true;
        try {
            table.getColumns().setAll(designed);
            for (TableColumn<R, ?> column : designed) {
                column.setVisible(Boolean.TRUE.equals(designedShown.get(column.getId())));
                column.setPrefWidth(designedWidths.getOrDefault(column.getId(), column.getPrefWidth()));
            }
        } finally {
            restoring = false;
        }
        remember();
    }

    private void restore(TableLayout layout) {
        restoring = true;
        try {
            Map<String, TableColumn<R, ?>> byId = new HashMap<>();
            designed.forEach(column -> byId.put(column.getId(), column));
            List<TableColumn<R, ?>> ordered = new ArrayList<>();
            for (String id :
                    layout.order(designed.stream().map(TableColumn::getId).toList())) {
                TableColumn<R, ?> column = byId.get(id);
                // What cannot be moved is not moved by an odd text either.
                ordered.add(column != null && !column.isReorderable() ? 0 : ordered.size(), column);
            }
            table.getColumns().setAll(ordered);
            for (TableLayout.Column told : layout.columns()) {
                TableColumn<R, ?> column = byId.get(told.id());
                if (column != null && column.isReorderable()) {
                    column.setVisible(told.shown());
                    if (told.width() > 0 && column.isResizable()) {
                        column.setPrefWidth(Math.max(column.getMinWidth(), told.width()));
                        drawn.put(told.id(), told.width());
                    }
                }
            }
        } finally {
            restoring = false;
        }
    }

    private static boolean ofHead(MouseEvent event) {
        for (Node node = event.getTarget() instanceof Node target ? target : null;
                node != null;
                node = node.getParent()) {
            if (node.getStyleClass().contains("column-header-background")) {
                return true;
            }
        }
        return false;
    }

    private void released() {
        Map<String, Double> before = pressed;
        pressed = Map.of();
        if (!before.isEmpty() && !before.equals(widths())) {
            drawn.putAll(widths());
            remember();
        }
    }

    private Map<String, Double> widths() {
        Map<String, Double> widths = new HashMap<>();
        table.getColumns().stream()
                .filter(TableColumn::isVisible)
                .forEach(column -> widths.put(column.getId(), column.getWidth()));
        return widths;
    }

    private void remember() {
        if (restoring) {
            return;
        }
        remembered.put(
                key + ".columns",
                new TableLayout(table.getColumns().stream()
                                .map(column -> new TableLayout.Column(
                                        column.getId(), drawn.getOrDefault(column.getId(), 0.0), column.isVisible()))
                                .toList())
                        .text());
    }
}
