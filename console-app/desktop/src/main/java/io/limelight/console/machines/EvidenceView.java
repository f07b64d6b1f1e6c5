package io.limelight.console.machines;

import io.limelight.console.fleet.FailureSummary.Pointer;
import io.limelight.console.fleet.KeptEvidence;
import io.limelight.console.kit.Ages;
import io.limelight.console.kit.ProblemView;
import io.limelight.console.machines.evidence.BootRow;
import io.limelight.console.machines.evidence.Digests;
import io.limelight.console.machines.evidence.Field;
import io.limelight.console.machines.evidence.ImaRow;
import io.limelight.console.machines.evidence.Proof;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import io.limelight.console.work.Loaded;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import javafx.collections.FXCollections;
import javafx.geometry.Orientation;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.control.ListView;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.SplitPane;
import javafx.scene.control.TextArea;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.ToggleGroup;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.VBox;
import org.controlsfx.control.SegmentedButton;
import org.jspecify.annotations.Nullable;

/**
 * IMA list and boot log as list, decoded fields and bytes. What is selected in the list is what the other two show; a pointer from the
 * verdict selects here.
 */
final class EvidenceView {
    private final DetailViewModel model;
    private final Words words;
    private final BorderPane pane = new BorderPane();
    private final ListView<ImaRow> ima = new ListView<>();
    private final ListView<BootRow> boot = new ListView<>();
    private final GridPane fields = new GridPane();
    private final TextArea raw = new TextArea();
    private final Label summary = new Label();
    private final ToggleButton imaButton;
    private final ToggleButton bootButton;
    private final BorderPane lists = new BorderPane();
    private final SplitPane split;
    private final VBox none = new VBox();
    private @Nullable Instant drawn;

    EvidenceView(DetailViewModel model, Words words) {
        this.model = model;
        this.words = words;
        pane.getStyleClass().add("evidence");
        imaButton = new ToggleButton(words.of("machines.evidence.ima"));
        bootButton = new ToggleButton(words.of("machines.evidence.boot"));
        ToggleGroup group = new ToggleGroup();
        SegmentedButton which = new SegmentedButton(imaButton, bootButton);
        which.setToggleGroup(group);
        imaButton.setSelected(true);
        group.selectedToggleProperty().subscribe(toggle -> {
            if (toggle == null) {
                imaButton.setSelected(true);
            } else {
                showList();
            }
        });
        summary.getStyleClass().add("muted");
        summary.setWrapText(true);
        VBox head = new VBox(which, summary);
        head.getStyleClass().add("evidence-top");

        ima.setAccessibleText(words.of("machines.evidence.ima"));
        ima.setId("ima-list");
        ima.setCellFactory(_ -> new ImaCell());
        ima.getSelectionModel().selectedItemProperty().subscribe(row -> {
            if (row != null) {
                show(row.fields(), row.raw());
            }
        });
        boot.setAccessibleText(words.of("machines.evidence.boot"));
        boot.setId("boot-list");
        boot.setCellFactory(_ -> new BootCell());
        boot.getSelectionModel().selectedItemProperty().subscribe(row -> {
            if (row != null) {
                show(row.fields(), row.raw());
            }
        });
        fields.getStyleClass().add("fields");
        ScrollPane scrolled = new ScrollPane(fields);
        scrolled.setFitToWidth(true);
        scrolled.setAccessibleText(words.of("machines.evidence.decoded"));
        raw.setEditable(false);
        raw.getStyleClass().add("mono");
        raw.setAccessibleText(words.of("machines.evidence.raw"));
        split = new SplitPane(lists, scrolled, raw);
        split.setOrientation(Orientation.VERTICAL);
        split.setDividerPositions(0.45, 0.75);
        none.getStyleClass().add("tab-page");
        pane.setTop(head);
        model.evidence().stateProperty().subscribe(this::draw);
        model.idProperty().subscribe(_ -> draw(model.evidence().stateProperty().get()));
        model.pointedProperty().subscribe(_ -> point());
    }

    Node node() {
        return pane;
    }

    private void showList() {
        lists.setCenter(bootButton.isSelected() ? boot : ima);
    }

    private void show(List<Field> decoded, String bytes) {
        fields.getChildren().clear();
        int at = 0;
        for (Field field : decoded) {
            Label name = new Label(field.name());
            name.getStyleClass().add("muted");
            name.setMinWidth(Label.USE_PREF_SIZE);
            Label value = new Label(field.value());
            value.setWrapText(true);
            if (field.path()) {
                value.getStyleClass().add("mono");
            }
            fields.addRow(at++, name, value);
        }
        raw.setText(bytes);
    }

    private void draw(Loaded<Proof> state) {
        Proof proof = state.value();
        if (proof == null) {
            List<Node> parts = new ArrayList<>();
            if (state.problem() != null) {
                parts.add(ProblemView.of(words, state.problem()));
            }
            if (state.loading()) {
                Label loading = new Label(words.of("machines.loading-part"));
                loading.getStyleClass().add("muted");
                parts.add(loading);
            } else {
                if (state.problem() == null) {
                    Label sentence = new Label(words.of("machines.evidence.ask"));
                    sentence.setWrapText(true);
                    parts.add(sentence);
                }
                Button fetch = new Button(words.of("machines.evidence.fetch"), Glyph.DOWNLOAD.icon("button-size"));
                fetch.setId("fetch-evidence");
                fetch.setOnAction(_ -> model.fetchEvidence());
                parts.add(fetch);
            }
            none.getChildren().setAll(parts);
            pane.setCenter(none);
            summary.setText("");
            drawn = null;
            return;
        }
        KeptEvidence evidence = proof.evidence();
        if (!Objects.equals(drawn, state.at())) {
            drawn = state.at();
            ima.setItems(FXCollections.observableList(proof.ima()));
            boot.setItems(FXCollections.observableList(proof.boot()));
            fields.getChildren().clear();
            raw.clear();
        }
        StringBuilder text = new StringBuilder(words.of(
                evidence.source() == KeptEvidence.Source.VERIFIER
                        ? "machines.evidence.kept"
                        : "machines.evidence.appraised-here",
                Ages.exact(words, evidence.receivedAt(), ZoneId.systemDefault()),
                evidence.ima().size(),
                proof.boot().size()));
        if (evidence.imaCut() || evidence.imaEntries() > evidence.ima().size()) {
            text.append(' ').append(words.of("machines.evidence.cut", evidence.imaEntries()));
        }
        if (!proof.bootProblem().isEmpty()) {
            text.append(' ').append(words.of("machines.evidence.boot-problem", proof.bootProblem()));
        }
        summary.setText(text.toString());
        showList();
        pane.setCenter(split);
        point();
    }

    /** Selects the place that the verdict points at, once it is there. */
    private void point() {
        Pointer place = model.pointedProperty().get();
        if (place == null || model.evidence().stateProperty().get().value() == null) {
            return;
        }
        switch (place) {
            case Pointer.ImaEntry row -> {
                imaButton.setSelected(true);
                select(ima, row.entry() - 1);
            }
            case Pointer.Pcr pcr -> {
                if (pcr.pcr() == 10) {
                    imaButton.setSelected(true);
                } else {
                    bootButton.setSelected(true);
                    selectFirst(pcr.pcr());
                }
            }
            case Pointer.BootEvent event -> {
                bootButton.setSelected(true);
                select(boot, event.event());
            }
        }
    }

    private static void select(ListView<?> list, long index) {
        if (index >= 0 && index < list.getItems().size()) {
            list.getSelectionModel().clearAndSelect((int) index);
            list.scrollTo((int) Math.max(0, index - 2));
        }
    }

    private void selectFirst(int pcr) {
        for (int i = 0; i < boot.getItems().size(); i++) {
            if (boot.getItems().get(i).event().pcr() == pcr
                    && boot.getItems().get(i).event().extendsPcr()) {
                select(boot, i);
                return;
            }
        }
    }

    private final class ImaCell extends ListCell<ImaRow> {
        private final Label number = new Label();
        private final Label path = new Label();
        private final Label digest = new Label();
        private final HBox box = new HBox(number, path, digest);

        ImaCell() {
            number.getStyleClass().addAll("muted", "mono", "row-number");
            path.getStyleClass().add("mono");
            path.setMinWidth(0);
            digest.getStyleClass().addAll("muted", "mono");
            digest.setMinWidth(0);
            box.getStyleClass().add("evidence-row");
        }

        @Override
        protected void updateItem(@Nullable ImaRow row, boolean empty) {
            super.updateItem(row, empty);
            if (row == null || empty) {
                setGraphic(null);
                setAccessibleText(null);
                return;
            }
            ImaRow.Brief brief = row.brief();
            number.setText(Long.toString(row.entry()));
            path.setText(brief.path());
            digest.setText(
                    brief.broken().isEmpty()
                            ? shortened(brief.digest(), Digests::grouped)
                            : words.of("machines.evidence.broken", brief.broken()));
            setAccessibleText(words.of("machines.evidence.row", row.entry(), brief.path()));
            setGraphic(box);
        }
    }

    private final class BootCell extends ListCell<BootRow> {
        private final Label number = new Label();
        private final Label type = new Label();
        private final Label what = new Label();
        private final HBox box = new HBox(number, type, what);

        BootCell() {
            number.getStyleClass().addAll("muted", "mono", "row-number");
            type.getStyleClass().add("mono");
            type.setMinWidth(Label.USE_PREF_SIZE);
            what.getStyleClass().add("muted");
            what.setMinWidth(0);
            box.getStyleClass().add("evidence-row");
        }

        @Override
        protected void updateItem(@Nullable BootRow row, boolean empty) {
            super.updateItem(row, empty);
            if (row == null || empty) {
                setGraphic(null);
                setAccessibleText(null);
                return;
            }
            number.setText(words.of(
                    "machines.evidence.boot-number",
                    row.event().number(),
                    row.event().extendsPcr() ? Long.toString(row.event().pcr()) : "–"));
            type.setText(row.event().type().policyName());
            what.setText(row.summary());
            setAccessibleText(words.of("machines.evidence.row", row.event().number(), type.getText()));
            setGraphic(box);
        }
    }

    private static String shortened(String digest, Function<String, String> grouped) {
        int colon = digest.indexOf(':');
        String digits = digest.substring(colon + 1);
        return digits.length() <= 16
                ? grouped.apply(digest)
                : grouped.apply(digest.substring(0, colon + 1) + digits.substring(0, 16)) + " …";
    }
}
