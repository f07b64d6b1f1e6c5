package io.limelight.console.activity;

import io.limelight.console.activity.ActivityViewModel.Kinds;
import io.limelight.console.activity.ActivityViewModel.Signing;
import io.limelight.console.activity.ActivityViewModel.Since;
import io.limelight.console.activity.ActivityViewModel.Source;
import io.limelight.console.activity.ChainCheck.Found;
import io.limelight.console.kit.EmptyState;
import io.limelight.console.kit.FilterBar;
import io.limelight.console.kit.ProblemView;
import io.limelight.console.kit.Shapes;
import io.limelight.console.kit.TextScale;
import io.limelight.console.kit.Validity;
import io.limelight.console.problem.Problem;
import io.limelight.console.shell.Page;
import io.limelight.console.shell.Sheet;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import io.limelight.console.work.Loaded;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import javafx.beans.value.ObservableDoubleValue;
import javafx.collections.ListChangeListener;
import javafx.geometry.Pos;
import javafx.geometry.Side;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.ToggleGroup;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.controlsfx.control.MasterDetailPane;
import org.controlsfx.control.SegmentedButton;

/** What happened and what was done, whether it verifies, and the logs. */
public final class ActivityPage implements Page {
    private final Words words;
    private final ActivityViewModel model;
    private final LogsView logs;
    private final Function<Node, Optional<Path>> folders;
    private final FilterBar filter;
    private final Label counts = Bits.label("", "muted");
    private final ObservableDoubleValue scale = TextScale.of(counts);
    private final ActivityTable table;
    private final StackPane body = new StackPane();
    private final StackPane standing = new StackPane();
    private final ProblemView problem;
    private final MasterDetailPane record = new MasterDetailPane(Side.RIGHT);
    private final BorderPane content = new BorderPane();
    private final ToggleButton recordTab;
    private final ToggleButton logsTab;
    private final HBox acts = new HBox();
    private boolean seen;

    /**
     * Parts, wired.
     *
     * @param folders asks a person for a folder
     */
    public ActivityPage(
            Words words, ActivityViewModel model, LogsViewModel logs, Function<Node, Optional<Path>> folders) {
        this.words = words;
        this.model = model;
        this.logs = new LogsView(words, logs, scale);
        this.folders = folders;
        this.filter = new FilterBar(words);
        this.table = new ActivityTable(model, words, scale);
        this.problem = new ProblemView(words);
        this.recordTab = tab("activity.tab.record", "activity-tab-record");
        this.logsTab = tab("activity.tab.logs", "activity-tab-logs");
        content.getStyleClass().addAll("activity-page", "machines-page");
        content.getStylesheets().add(Bits.sheet());
        content.setTop(top());
        record.setMasterNode(list());
        record.setDetailNode(new ActivityDetailView(model, words).node());
        record.setDividerPosition(0.64);
        record.setAnimated(false);
        record.setFocusTraversable(false);
        bind();
    }

    private ToggleButton tab(String key, String id) {
        ToggleButton button = new ToggleButton(words.of(key));
        button.setId(id);
        return button;
    }

    private Node top() {
        ToggleGroup group = new ToggleGroup();
        SegmentedButton tabs = new SegmentedButton(recordTab, logsTab);
        tabs.setToggleGroup(group);
        group.selectedToggleProperty().addListener((_, before, now) -> {
            if (now == null && before != null) {
                before.setSelected(true);
                return;
            }
            boolean showsLogs = logsTab.isSelected();
            content.setCenter(showsLogs ? logs.node() : record);
            Bits.show(acts, !showsLogs);
            Bits.show(counts, !showsLogs);
            follow();
        });
        Button export = new Button(words.of("activity.export-head"), Glyph.UPLOAD.icon("button-size"));
        export.setId("activity-export-head");
        export.setMinWidth(Region.USE_PREF_SIZE);
        export.setOnAction(_ -> {
            if (model.exportFolder().isPresent()) {
                model.exportHead();
            } else {
                folders.apply(export).ifPresent(model::exportTo);
            }
        });
        Button verify = new Button(words.of("activity.verify"), Glyph.SHIELD.icon("button-size"));
        verify.setId("activity-verify");
        verify.getStyleClass().add("accent");
        verify.setMinWidth(Region.USE_PREF_SIZE);
        verify.setOnAction(_ -> model.verify());
        acts.getChildren().setAll(export, verify);
        acts.getStyleClass().add("header-actions");
        Label title = Bits.label(words.of("activity.title"), "title-4");
        title.setMinWidth(Region.USE_PREF_SIZE);
        counts.setMinWidth(Region.USE_PREF_SIZE);
        FlowPane side = new FlowPane(8, 8, tabs, acts);
        side.setAlignment(Pos.CENTER_RIGHT);
        side.setPrefWrapLength(640);
        HBox.setHgrow(side, Priority.ALWAYS);
        HBox head = new HBox(title, counts, side);
        head.getStyleClass().add("page-head");
        VBox top = new VBox(head);
        top.getStyleClass().add("page-top");
        return top;
    }

    private Node list() {
        FlowPane choices = new FlowPane(
                8,
                8,
                Bits.choice(
                        words,
                        "activity-source",
                        "activity.filter.source",
                        List.of(Source.values()),
                        each -> words.of("activity.source." + each.key()),
                        model.sourceProperty()),
                Bits.choice(
                        words,
                        "activity-kinds",
                        "activity.filter.kinds",
                        List.of(Kinds.values()),
                        each -> words.of("activity.kinds." + each.key()),
                        model.kindsProperty()),
                Bits.choice(
                        words,
                        "activity-since",
                        "activity.filter.since",
                        List.of(Since.values()),
                        each -> words.of("activity.since." + each.key()),
                        model.sinceProperty()));
        VBox bar = new VBox(filter, choices, standing);
        bar.getStyleClass().add("activity-bar");
        BorderPane page = new BorderPane(body, bar, null, null, null);
        page.setMinWidth(420);
        return page;
    }

    private void bind() {
        model.filterTextProperty().bind(filter.wholeText());
        model.rows().addListener((ListChangeListener<ActivityEntry>) _ -> draw());
        model.readingProperty().subscribe(_ -> draw());
        model.troubleProperty().subscribe(_ -> draw());
        model.checkProperty().subscribe(_ -> drawStanding());
        model.exportProperty().subscribe(_ -> drawStanding());
        model.signingProperty().subscribe(_ -> drawStanding());
        model.selectedProperty().subscribe(entry -> record.setShowDetailNode(entry != null));
        recordTab.setSelected(true);
    }

    private void draw() {
        counts.setText(
                model.more()
                        ? words.of("activity.counts.more", model.rows().size(), model.count())
                        : words.of("activity.counts", model.rows().size(), model.count()));
        boolean filtered = model.rows().size() < model.count();
        filter.validityProperty().set(model.filterTextProperty().get().isBlank() ? Validity.EMPTY : Validity.VALID);
        filter.messageProperty()
                .set(
                        model.filterTextProperty().get().isBlank()
                                ? ""
                                : words.of("activity.match", model.rows().size()));
        Node node;
        Optional<Problem> trouble = model.troubleProperty().get();
        if (model.rows().isEmpty() && filtered) {
            node = new EmptyState(
                    words, Glyph.FILTER, words.of("activity.none-match"), words.of("activity.clear"), this::clear);
        } else if (model.rows().isEmpty() && trouble.isEmpty()) {
            node = new EmptyState(
                    words,
                    Glyph.CLOCK,
                    words.of(model.readingProperty().get().loading() ? "activity.loading" : "activity.none"),
                    null,
                    null);
        } else {
            node = table;
        }
        if (trouble.isPresent()) {
            problem.show(trouble.get());
            VBox both = new VBox(problem, node);
            problem.getStyleClass().add("activity-trouble");
            VBox.setVgrow(node, Priority.ALWAYS);
            node = both;
        }
        if (!body.getChildren().equals(List.of(node))) {
            body.getChildren().setAll(node);
        }
        drawStanding();
    }

    private void clear() {
        filter.chips().clear();
        filter.textProperty().set("");
        model.sourceProperty().set(Source.ALL);
        model.kindsProperty().set(Kinds.ALL);
        model.sinceProperty().set(Since.EVER);
    }

    /** One sentence: whether the record verifies, and what that proves. */
    private void drawStanding() {
        Loaded<Found> checked = model.checkProperty().get();
        Loaded<Path> exported = model.exportProperty().get();
        VBox box = new VBox();
        box.getStyleClass().add("activity-standing");
        Signing signing = model.signingProperty().get();
        if (checked.loading()) {
            box.getChildren().add(message(Shapes.DISC_I, "info", words.of("activity.verifying")));
        } else if (checked.problem() != null) {
            box.getChildren().add(ProblemView.of(words, checked.problem()));
        } else if (checked.value() != null) {
            Found found = checked.value();
            box.getChildren()
                    .add(
                            found.sound()
                                    ? message(
                                            found.signedTo() == 0 ? Shapes.DISC_I : Shapes.DISC_TICK,
                                            found.signedTo() == 0 ? "info" : "success",
                                            sound(found))
                                    : message(
                                            Shapes.OCTAGON_CROSS,
                                            "danger",
                                            words.of(
                                                    "activity.unsound",
                                                    found.faults().size(),
                                                    found.faults().getFirst().sequence(),
                                                    words.of(
                                                            "activity.fault."
                                                                    + found.faults()
                                                                            .getFirst()
                                                                            .kind()
                                                                            .key(),
                                                            found.faults()
                                                                    .getFirst()
                                                                    .at()))));
        } else if (signing != Signing.SIGNED && model.count() > 0) {
            box.getChildren().add(Bits.wrapped(words.of("activity.signing." + signing.key()), "muted", "text-small"));
        }
        if (exported.problem() != null) {
            box.getChildren().add(ProblemView.of(words, exported.problem()));
        } else if (exported.value() != null && !exported.loading()) {
            box.getChildren()
                    .add(message(
                            Shapes.DISC_TICK,
                            "success",
                            words.of("activity.head-exported", exported.value().toString())));
        }
        Bits.show(standing, !box.getChildren().isEmpty());
        standing.getChildren().setAll(box);
    }

    private String sound(Found found) {
        String what = found.signedTo() == 0
                ? words.of("activity.sound.unsigned", found.rows())
                : words.of(
                        found.keyKnown() ? "activity.sound.signed" : "activity.sound.key-unknown",
                        found.rows(),
                        found.signedTo());
        return what + " "
                + (found.exportedTo() == 0
                        ? words.of("activity.sound.no-export")
                        : words.of("activity.sound.export", found.exportedTo()));
    }

    private static Node message(Shapes shape, String styleClass, String text) {
        Label label = Bits.wrapped(text, "data");
        HBox.setHgrow(label, Priority.ALWAYS);
        HBox box = new HBox(shape.boxed("large", styleClass), label);
        box.getStyleClass().addAll("message", styleClass);
        return box;
    }

    /** Shows the logs: for pictures, and for whoever follows a hint. */
    public void showLogs() {
        logsTab.setSelected(true);
    }

    private void follow() {
        if (seen && logsTab.isSelected()) {
            logs.shown();
        } else {
            logs.hidden();
        }
    }

    @Override
    public String key() {
        return "activity";
    }

    @Override
    public Glyph glyph() {
        return Glyph.CLOCK;
    }

    @Override
    public Node content() {
        return content;
    }

    @Override
    public void shown() {
        seen = true;
        model.refresh();
        follow();
    }

    @Override
    public void hidden() {
        seen = false;
        follow();
    }

    @Override
    public Optional<Sheet> sheet() {
        if (logsTab.isSelected()) {
            return logs.sheet();
        }
        return Optional.of(new Sheet(
                words.of("activity.title"),
                List.of(
                        words.of("activity.sequence"),
                        words.of("activity.column.at"),
                        words.of("activity.column.source"),
                        words.of("activity.column.what"),
                        words.of("activity.column.objects"),
                        words.of("activity.column.outcome"),
                        words.of("activity.section.facts"),
                        words.of("activity.hash")),
                model.rows().stream()
                        .map(entry -> List.of(
                                Long.toString(entry.row().sequence()),
                                entry.row().at(),
                                entry.sourceText(words),
                                entry.text(),
                                String.join(" ", entry.objects()),
                                entry.outcomeText(words),
                                entry.row().facts(),
                                entry.row().hash()))
                        .toList()));
    }
}
