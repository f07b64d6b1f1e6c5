package io.limelight.console.ca;

import io.limelight.console.kit.TextScale;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import java.time.InstantSource;
import java.util.Objects;
import java.util.function.Function;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.value.ObservableDoubleValue;
import javafx.collections.ListChangeListener;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.SelectionMode;
import javafx.scene.control.TableCell;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableRow;
import javafx.scene.control.TableView;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import org.jspecify.annotations.Nullable;

/** The tree of certificates: the CA, and below it what it issued. */
final class CaTable extends TableView<CaRow> {
    private static final double ROW = 32;

    private final CaViewModel model;
    private final Words words;
    private final InstantSource clock;
    private final ObservableDoubleValue scale;
    private boolean restoring;

    CaTable(CaViewModel model, Words words, InstantSource clock, ObservableDoubleValue scale) {
        this.scale = scale;
        this.model = model;
        this.words = words;
        this.clock = clock;
        getStyleClass().add("ca-table");
        setId("ca-table");
        setAccessibleText(words.of("ca.table"));
        setColumnResizePolicy(CONSTRAINED_RESIZE_POLICY_FLEX_LAST_COLUMN);
        getSelectionModel().setSelectionMode(SelectionMode.MULTIPLE);
        fixedCellSizeProperty()
                .bind(javafx.beans.binding.Bindings.createDoubleBinding(() -> Math.ceil(ROW * scale.get()), scale));
        column("name", 250, _ -> new NameCell());
        column("serial", 90, _ -> text("mono", CaRow::hex));
        column("badge", 170, _ -> new BadgeCell());
        column(
                "ends",
                120,
                _ -> text(
                        "data",
                        row -> row.ends().map(end -> Parts.date(words, end)).orElse("\u2013")));
        column(
                "kind",
                110,
                _ -> text("muted", row -> words.of("ca.kind." + row.kind().key())));
        setRowFactory(_ -> new TableRow<>() {
            @Override
            protected void updateItem(@Nullable CaRow row, boolean empty) {
                super.updateItem(row, empty);
                setAccessibleText(
                        row == null || empty
                                ? null
                                : words.of(
                                        "ca.row",
                                        row.shown(),
                                        Parts.text(words, row, clock.instant()),
                                        row.serial().toString()));
            }
        });
        setItems(model.rows());
        getSelectionModel().selectedItemProperty().subscribe(row -> {
            if (row != null && !restoring) {
                model.selectedProperty().set(row);
            }
        });
        model.rows().addListener((ListChangeListener<CaRow>) _ -> restore());
        model.selectedProperty().subscribe(_ -> restore());
    }

    private void restore() {
        CaRow wanted = model.selectedProperty().get();
        if (Objects.equals(wanted, getSelectionModel().getSelectedItem())
                || getSelectionModel().getSelectedItems().size() > 1) {
            return;
        }
        restoring = true;
        try {
            getSelectionModel().clearSelection();
            int index = wanted == null ? -1 : model.rows().indexOf(wanted);
            if (index >= 0) {
                getSelectionModel().select(index);
            }
        } finally {
            restoring = false;
        }
    }

    /** Brings what is looked at into view. */
    void scrollToSelected() {
        int index = getSelectionModel().getSelectedIndex();
        if (index >= 0) {
            scrollTo(Math.max(0, index - 3));
        }
    }

    private void column(
            String key, double width, javafx.util.Callback<TableColumn<CaRow, CaRow>, TableCell<CaRow, CaRow>> cells) {
        TableColumn<CaRow, CaRow> column = new TableColumn<>(words.of("ca.column." + key));
        column.setId(key);
        TextScale.column(column, width, width, scale);
        // The order is that of a tree.
        column.setSortable(false);
        column.setReorderable(false);
        column.setCellValueFactory(row -> new ReadOnlyObjectWrapper<>(row.getValue()));
        column.setCellFactory(cells);
        getColumns().add(column);
    }

    private TableCell<CaRow, CaRow> text(String styleClass, Function<CaRow, String> what) {
        return new TableCell<>() {
            {
                if (!styleClass.isEmpty()) {
                    getStyleClass().add(styleClass);
                }
            }

            @Override
            protected void updateItem(@Nullable CaRow row, boolean empty) {
                super.updateItem(row, empty);
                setText(row == null || empty ? null : what.apply(row));
            }
        };
    }

    private final class NameCell extends TableCell<CaRow, CaRow> {
        @Override
        protected void updateItem(@Nullable CaRow row, boolean empty) {
            super.updateItem(row, empty);
            if (row == null || empty) {
                setGraphic(null);
                setTooltip(null);
                return;
            }
            Glyph glyph = switch (row.kind()) {
                case AUTHORITY -> Glyph.SHIELD;
                case NOTIFIER -> Glyph.RADIO;
                case SERVER -> Glyph.GLOBE;
                case MACHINE -> Glyph.SERVER;
                case GONE -> Glyph.FILE;
            };
            String shown = row.kind() == CaRow.Kind.GONE
                    ? words.of("ca.gone", row.serial().toString())
                    : Parts.printable(row.shown());
            Label name = new Label(shown);
            name.getStyleClass().addAll("may-cut", "data");
            name.setMinWidth(0);
            if (row.kind() == CaRow.Kind.AUTHORITY) {
                name.getStyleClass().add("semibold");
            } else if (row.kind() == CaRow.Kind.MACHINE && row.alias().isEmpty()) {
                name.getStyleClass().add("mono");
            } else if (row.kind() == CaRow.Kind.GONE) {
                name.getStyleClass().add("muted");
            }
            Node icon = glyph.icon();
            HBox box = new HBox(icon, name);
            box.getStyleClass().add(row.kind() == CaRow.Kind.AUTHORITY ? "tree-root" : "tree-leaf");
            setGraphic(box);
            setTooltip(new Tooltip(row.name().isEmpty() ? shown : Parts.printable(row.name())));
        }
    }

    private final class BadgeCell extends TableCell<CaRow, CaRow> {
        @Override
        protected void updateItem(@Nullable CaRow row, boolean empty) {
            super.updateItem(row, empty);
            setGraphic(row == null || empty ? null : Parts.badge(words, row, clock.instant(), false));
        }
    }
}
