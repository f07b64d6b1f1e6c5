package io.limelight.console.policies;

import io.limelight.console.policies.PolicyRow.Facts;
import io.limelight.console.policies.PolicyRow.Kind;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javafx.collections.ListChangeListener;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.control.ListView;
import javafx.scene.control.TextField;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/** All policies below the heads of their kinds, with how many machines each judges. */
final class PolicyListView extends VBox {
    private final PoliciesViewModel model;
    private final Words words;
    private final ListView<Entry> list = new ListView<>();
    private boolean restoring;

    /** A line: a head, or a policy. */
    private sealed interface Entry {
        record Head(Kind kind) implements Entry {}

        record Of(PolicyRow row) implements Entry {}
    }

    PolicyListView(PoliciesViewModel model, Words words, Node create) {
        this.model = model;
        this.words = words;
        getStyleClass().add("policy-list");
        TextField search = new TextField();
        search.setId("policy-search");
        search.setPromptText(words.of("policies.search"));
        search.setAccessibleText(words.of("policies.search"));
        search.textProperty().bindBidirectional(model.searchProperty());
        HBox.setHgrow(search, Priority.ALWAYS);
        HBox frame = new HBox(Glyph.SEARCH.icon("muted"), search);
        frame.getStyleClass().add("filter-frame");
        VBox top = new VBox(frame);
        top.getStyleClass().add("policy-list-top");
        list.setId("policy-list");
        list.setAccessibleText(words.of("policies.list"));
        list.setCellFactory(_ -> new Cell());
        VBox.setVgrow(list, Priority.ALWAYS);
        HBox foot = new HBox(create);
        foot.getStyleClass().add("policy-list-foot");
        getChildren().addAll(top, list, foot);
        list.getSelectionModel().selectedItemProperty().subscribe(entry -> {
            if (!restoring && entry instanceof Entry.Of of) {
                model.selectedProperty().set(of.row());
            }
        });
        model.rows().addListener((ListChangeListener<PolicyRow>) _ -> draw());
        model.selectedProperty().subscribe(_ -> restore());
        draw();
    }

    private void draw() {
        List<Entry> entries = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            List<PolicyRow> rows =
                    model.rows().stream().filter(row -> row.kind() == kind).toList();
            if (!rows.isEmpty()) {
                entries.add(new Entry.Head(kind));
                rows.forEach(row -> entries.add(new Entry.Of(row)));
            }
        }
        restoring = true;
        try {
            list.getItems().setAll(entries);
        } finally {
            restoring = false;
        }
        restore();
    }

    private void restore() {
        PolicyRow wanted = model.selectedProperty().get();
        restoring = true;
        try {
            list.getSelectionModel().clearSelection();
            for (int i = 0; wanted != null && i < list.getItems().size(); i++) {
                if (list.getItems().get(i) instanceof Entry.Of of
                        && Objects.equals(of.row().id(), wanted.id())) {
                    list.getSelectionModel().select(i);
                }
            }
        } finally {
            restoring = false;
        }
    }

    private String name(PolicyRow row) {
        return row.unnamed() ? words.of("policies.unnamed", row.machines()) : Bits.printable(row.name());
    }

    private String machines(PolicyRow row) {
        if (row.unnamed()) {
            return words.of(
                    "policies.unnamed.detail",
                    PcrContent.of(row.name()).map(PcrContent::pcrs).orElse(""),
                    row.passing());
        }
        return row.kind() != Kind.TPM && !row.stored()
                ? words.of("policies.row.not-sent")
                : words.of("policies.row.machines", row.machines(), row.passing());
    }

    private final class Cell extends ListCell<Entry> {
        @Override
        protected void updateItem(@Nullable Entry entry, boolean empty) {
            super.updateItem(entry, empty);
            setText(null);
            getStyleClass().removeAll("policy-head", "policy-cell");
            switch (empty ? null : entry) {
                case Entry.Head(Kind kind) -> {
                    getStyleClass().add("policy-head");
                    String text = words.of("policies.kind." + kind.key());
                    setGraphic(Bits.whole(text, "muted", "text-small"));
                    setAccessibleText(text);
                }
                case Entry.Of(PolicyRow row) -> {
                    getStyleClass().add("policy-cell");
                    setGraphic(policy(row));
                    setAccessibleText(words.of(
                            "policies.row.accessible",
                            name(row),
                            machines(row),
                            row.facts() == Facts.ACCEPTS_ALL ? words.of("policies.accepts-all") : ""));
                }
                case null -> {
                    setGraphic(null);
                    setAccessibleText(null);
                }
            }
        }

        private Node policy(PolicyRow row) {
            Label name = Bits.cut(name(row), "medium", "data");
            HBox first = new HBox(name, Bits.gap());
            first.getStyleClass().add("policy-first");
            first.setAlignment(Pos.CENTER_LEFT);
            if (row.facts() == Facts.ACCEPTS_ALL) {
                first.getChildren().add(Bits.whole(words.of("policies.accepts-all.tag"), "tag", "danger"));
            } else if (row.facts() == Facts.BROKEN) {
                first.getChildren().add(Bits.whole(words.of("policies.broken.tag"), "tag", "danger"));
            }
            row.until()
                    .ifPresent(until -> first.getChildren()
                            .add(Bits.whole(
                                    words.of(
                                            LocalDate.now(ZoneId.systemDefault())
                                                            .isAfter(until)
                                                    ? "policies.window.tag.over"
                                                    : "policies.window.tag"),
                                    "tag",
                                    "warning")));
            if (row.draft()) {
                first.getChildren().add(Bits.whole(words.of("policies.draft.tag"), "tag", "warning"));
            }
            VBox both = new VBox(first, Bits.cut(machines(row), "muted", "text-small"));
            both.getStyleClass().add("policy-texts");
            both.setMinWidth(0);
            both.setPrefWidth(1);
            return both;
        }
    }
}
