package io.limelight.console.activity;

import io.limelight.console.kit.Shapes;
import io.limelight.console.kit.TextScale;
import io.limelight.console.words.Words;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.Objects;
import java.util.function.Function;
import javafx.beans.binding.Bindings;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.value.ObservableDoubleValue;
import javafx.collections.ListChangeListener;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.TableCell;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableRow;
import javafx.scene.control.TableView;
import javafx.scene.layout.HBox;
import org.jspecify.annotations.Nullable;

/** Rows of the record, the newest first. */
final class ActivityTable extends TableView<ActivityEntry> {
    private static final double ROW = 32;

    private final ActivityViewModel model;
    private final Words words;
    private final ObservableDoubleValue scale;
    private final DateTimeFormatter times;
    private boolean restoring;

    ActivityTable(ActivityViewModel model, Words words, ObservableDoubleValue scale) {
        this.model = model;
        this.words = words;
        this.scale = scale;
        this.times = DateTimeFormatter.ofLocalizedDateTime(FormatStyle.MEDIUM, FormatStyle.MEDIUM)
                .withLocale(words.locale())
                .withZone(ZoneId.systemDefault());
        getStyleClass().add("activity-table");
        setId("activity-table");
        setAccessibleText(words.of("activity.table"));
        setColumnResizePolicy(CONSTRAINED_RESIZE_POLICY_FLEX_LAST_COLUMN);
        fixedCellSizeProperty().bind(Bindings.createDoubleBinding(() -> Math.ceil(ROW * scale.get()), scale));
        column("at", 175, _ -> text("muted", this::time));
        column("source", 100, _ -> text("", entry -> entry.sourceText(words)));
        column("what", 250, _ -> new WhatCell());
        column("objects", 170, _ -> text("", entry -> entry.objectsText(words)));
        column("outcome", 100, _ -> new OutcomeCell());
        setRowFactory(_ -> new TableRow<>() {
            @Override
            protected void updateItem(@Nullable ActivityEntry entry, boolean empty) {
                super.updateItem(entry, empty);
                setAccessibleText(
                        entry == null || empty
                                ? null
                                : words.of(
                                        "activity.row",
                                        time(entry),
                                        entry.sourceText(words),
                                        entry.text(),
                                        entry.objectsText(words),
                                        entry.outcomeText(words)));
            }
        });
        setItems(model.rows());
        getSelectionModel().selectedItemProperty().subscribe(entry -> {
            if (entry != null && !restoring) {
                model.selectedProperty().set(entry);
            }
        });
        model.rows().addListener((ListChangeListener<ActivityEntry>) _ -> restore());
        model.selectedProperty().subscribe(_ -> restore());
        model.checkProperty().subscribe(_ -> refresh());
    }

    private void restore() {
        ActivityEntry wanted = model.selectedProperty().get();
        if (Objects.equals(wanted, getSelectionModel().getSelectedItem())) {
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

    String time(ActivityEntry entry) {
        return entry.at() == null ? entry.row().at() : times.format(entry.at());
    }

    private void column(
            String key,
            double width,
            javafx.util.Callback<TableColumn<ActivityEntry, ActivityEntry>, TableCell<ActivityEntry, ActivityEntry>>
                    cells) {
        TableColumn<ActivityEntry, ActivityEntry> column = new TableColumn<>(words.of("activity.column." + key));
        column.setId(key);
        TextScale.column(column, key.equals("outcome") ? width : width / 2, width, scale);
        // The order is that of the chain.
        column.setSortable(false);
        column.setReorderable(false);
        column.setCellValueFactory(row -> new ReadOnlyObjectWrapper<>(row.getValue()));
        column.setCellFactory(cells);
        getColumns().add(column);
    }

    private TableCell<ActivityEntry, ActivityEntry> text(String styleClass, Function<ActivityEntry, String> what) {
        return new TableCell<>() {
            {
                getStyleClass().addAll("may-cut", "data");
                if (!styleClass.isEmpty()) {
                    getStyleClass().add(styleClass);
                }
            }

            @Override
            protected void updateItem(@Nullable ActivityEntry entry, boolean empty) {
                super.updateItem(entry, empty);
                setText(entry == null || empty ? null : what.apply(entry));
            }
        };
    }

    /** What happened; a row that does not verify says so first. */
    private final class WhatCell extends TableCell<ActivityEntry, ActivityEntry> {
        @Override
        protected void updateItem(@Nullable ActivityEntry entry, boolean empty) {
            super.updateItem(entry, empty);
            if (entry == null || empty) {
                setGraphic(null);
                return;
            }
            Label text = Bits.label(entry.text(), "may-cut", "data");
            text.setMinWidth(0);
            HBox box = model.fault(entry)
                    .map(fault -> {
                        Label tag = Bits.label(
                                words.of("activity.fault." + fault.kind().key() + ".tag"), "tag", "danger");
                        tag.setMinWidth(USE_PREF_SIZE);
                        return new HBox(tag, text);
                    })
                    .orElseGet(() -> new HBox(text));
            box.getStyleClass().add("activity-what");
            setGraphic(box);
        }
    }

    /** How it ended, in word, shape and colour. */
    private final class OutcomeCell extends TableCell<ActivityEntry, ActivityEntry> {
        @Override
        protected void updateItem(@Nullable ActivityEntry entry, boolean empty) {
            super.updateItem(entry, empty);
            setGraphic(entry == null || empty ? null : outcome(entry, words));
        }
    }

    static Node outcome(ActivityEntry entry, Words words) {
        Label word = Bits.label(entry.outcomeText(words));
        word.setMinWidth(USE_PREF_SIZE);
        HBox box = switch (entry.row().outcome()) {
            case "done" -> new HBox(Shapes.DISC_TICK.boxed("success"), word);
            case "partly" -> new HBox(Shapes.RING_HANDS.boxed("warning"), word);
            case "failed" -> new HBox(Shapes.OCTAGON_CROSS.boxed("danger"), word);
            case "cancelled" -> new HBox(Shapes.DASH.boxed(), word);
            default -> {
                word.getStyleClass().add("muted");
                yield new HBox(word);
            }
        };
        box.getStyleClass().add("state-badge");
        box.getStyleClass()
                .add(
                        switch (entry.row().outcome()) {
                            case "done" -> "state-trusted";
                            case "partly" -> "state-stale";
                            case "failed" -> "state-failed";
                            default -> "state-waiting";
                        });
        return box;
    }
}
