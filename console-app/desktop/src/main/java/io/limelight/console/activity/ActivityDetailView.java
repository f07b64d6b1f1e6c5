package io.limelight.console.activity;

import io.limelight.console.kit.Ages;
import io.limelight.console.kit.Clip;
import io.limelight.console.kit.Shapes;
import io.limelight.console.words.Words;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;

/** One row of the record: what, who, when, facts, and what holds it in the chain. */
final class ActivityDetailView {
    private static final int OBJECTS = 200;

    private final ActivityViewModel model;
    private final Words words;
    private final BorderPane root = new BorderPane();
    private final VBox head = new VBox();
    private final VBox body = new VBox();

    ActivityDetailView(ActivityViewModel model, Words words) {
        this.model = model;
        this.words = words;
        root.getStyleClass().add("detail-pane");
        root.setMinWidth(360);
        head.getStyleClass().add("detail-header");
        body.getStyleClass().addAll("tab-page", "activity-detail");
        ScrollPane scroll = new ScrollPane(body);
        scroll.setFitToWidth(true);
        scroll.setHbarPolicy(ScrollPane.ScrollBarPolicy.NEVER);
        scroll.setFocusTraversable(false);
        root.setTop(head);
        root.setCenter(scroll);
        model.selectedProperty().subscribe(_ -> draw());
        model.checkProperty().subscribe(_ -> draw());
    }

    Node node() {
        return root;
    }

    private void draw() {
        ActivityEntry entry = model.selectedProperty().get();
        head.getChildren().clear();
        body.getChildren().clear();
        if (entry == null) {
            return;
        }
        Label title = Bits.label(entry.text(), "detail-title", "may-cut", "data");
        title.setMinWidth(0);
        HBox first = new HBox(title, ActivityTable.outcome(entry, words));
        first.getStyleClass().add("detail-first");
        head.getChildren()
                .setAll(
                        first,
                        Bits.wrapped(
                                words.of(
                                        "activity.by",
                                        entry.sourceText(words),
                                        entry.at() == null
                                                ? entry.row().at()
                                                : Ages.exact(words, entry.at(), ZoneId.systemDefault())),
                                "muted"));
        List<Node> parts = new ArrayList<>();
        model.fault(entry).ifPresent(fault -> parts.add(fault(fault)));
        if (!entry.objects().isEmpty()) {
            parts.add(section("activity.section.objects"));
            VBox objects = new VBox();
            objects.getStyleClass().add("activity-objects");
            entry.objects().stream()
                    .limit(OBJECTS)
                    .forEach(object -> objects.getChildren().add(Bits.wrapped(object, "data", "mono")));
            if (entry.objects().size() > OBJECTS) {
                objects.getChildren()
                        .add(Bits.wrapped(
                                words.of(
                                        "activity.objects.more", entry.objects().size() - OBJECTS),
                                "muted"));
            }
            parts.add(objects);
        }
        if (!entry.facts().isEmpty()) {
            parts.add(section("activity.section.facts"));
            GridPane grid = Bits.grid();
            for (Map.Entry<String, String> fact : entry.facts().entrySet()) {
                String key = "activity.fact." + fact.getKey();
                String name = words.of(key);
                Bits.row(grid, name.equals(key) ? fact.getKey() : name, Bits.wrapped(fact.getValue(), "data"));
            }
            parts.add(grid);
        }
        parts.add(section("activity.section.chain"));
        GridPane chain = Bits.grid();
        Bits.row(
                chain,
                words.of("activity.sequence"),
                Bits.wrapped(Long.toString(entry.row().sequence()), "data"));
        Bits.row(chain, words.of("activity.kind"), Bits.wrapped(entry.row().kind(), "mono", "data"));
        Bits.row(chain, words.of("activity.hash"), hash(entry.row().hash()));
        Bits.row(chain, words.of("activity.previous"), hash(entry.row().previous()));
        parts.add(chain);
        body.getChildren().setAll(parts);
    }

    private Node hash(String hex) {
        Label label = Bits.wrapped(Bits.grouped(hex), "mono", "data");
        HBox box = new HBox(label, Clip.button(words, words.of("activity.hash"), () -> hex));
        box.getStyleClass().add("activity-hash");
        return box;
    }

    private Node fault(ChainCheck.Fault fault) {
        Label text = Bits.wrapped(words.of("activity.fault." + fault.kind().key(), fault.at()));
        HBox.setHgrow(text, Priority.ALWAYS);
        HBox box = new HBox(Shapes.OCTAGON_CROSS.boxed("large", "danger"), text);
        box.getStyleClass().addAll("message", "danger");
        return box;
    }

    private Label section(String key) {
        return Bits.label(words.of(key), "section-title");
    }
}
