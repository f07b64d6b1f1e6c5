package io.limelight.console.provision;

import io.limelight.console.kit.StateBadge;
import io.limelight.console.provision.ProvisionViewModel.Candidate;
import io.limelight.console.words.Words;
import javafx.collections.ListChangeListener;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.CheckBox;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.control.ListView;
import javafx.scene.control.TextField;
import javafx.scene.input.KeyCode;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/** Which machines. */
final class MachinesStep {
    private final Words words;
    private final ProvisionViewModel model;
    private final VBox box = new VBox();

    MachinesStep(Words words, ProvisionViewModel model) {
        this.words = words;
        this.model = model;
        box.getStyleClass().add("provision-step");
        TextField filter = new TextField();
        filter.setId("provision-filter");
        filter.setPromptText(words.of("provision.machines.filter"));
        filter.setAccessibleText(words.of("provision.machines.filter"));
        filter.textProperty().bindBidirectional(model.filterProperty());
        HBox.setHgrow(filter, Priority.ALWAYS);
        Button all = new Button(words.of("provision.machines.all"));
        all.setId("provision-all");
        all.setOnAction(_ -> model.chooseShown(true));
        Button none = new Button(words.of("provision.machines.none"));
        none.setOnAction(_ -> model.chooseShown(false));
        all.setMinWidth(Region.USE_PREF_SIZE);
        none.setMinWidth(Region.USE_PREF_SIZE);
        HBox bar = new HBox(filter, all, none);
        bar.getStyleClass().add("provision-bar");
        ListView<Candidate> list = new ListView<>(model.candidates());
        list.setId("provision-machines");
        list.getStyleClass().add("provision-machines");
        list.setAccessibleText(words.of("provision.step.machines"));
        list.setCellFactory(_ -> new Cell());
        list.setOnKeyPressed(event -> {
            Candidate candidate = list.getSelectionModel().getSelectedItem();
            if (event.getCode() == KeyCode.SPACE && candidate != null) {
                int index = list.getSelectionModel().getSelectedIndex();
                model.choose(candidate.id(), !candidate.chosen());
                list.getSelectionModel().select(index);
                event.consume();
            }
        });
        VBox.setVgrow(list, Priority.ALWAYS);
        Label empty = ProvisionPage.wrapped("", "muted");
        empty.setText(words.of("provision.machines.empty"));
        list.setPlaceholder(empty);
        Label count = ProvisionPage.label("", "muted");
        Runnable draw = () -> {
            long again = model.candidates().stream()
                    .filter(each -> each.chosen() && each.enrolled())
                    .count();
            count.setText(words.of(
                    "provision.machines.count",
                    model.choices().chosenProperty().get().size(),
                    again));
        };
        model.candidates().addListener((ListChangeListener<Candidate>) _ -> draw.run());
        model.choices().chosenProperty().subscribe(_ -> draw.run());
        box.getChildren()
                .setAll(
                        ProvisionPage.label(words.of("provision.machines.title"), "detail-title"),
                        ProvisionPage.wrapped(words.of("provision.machines.explain"), "muted"),
                        bar,
                        list,
                        count);
    }

    Node node() {
        return box;
    }

    private final class Cell extends ListCell<Candidate> {
        private final CheckBox check = new CheckBox();
        private final Label name = new Label();
        private final Label id = new Label();
        private final Label address = new Label();
        private final StateBadge badge = new StateBadge(words);
        private final Label note = new Label();
        private final HBox row;

        Cell() {
            check.setFocusTraversable(false);
            name.getStyleClass().addAll("medium", "data", "may-cut");
            id.getStyleClass().addAll("mono", "muted", "may-cut");
            address.getStyleClass().addAll("mono", "muted");
            note.getStyleClass().add("muted");
            VBox who = new VBox(name, id);
            HBox.setHgrow(who, Priority.ALWAYS);
            who.setMinWidth(0);
            VBox what = new VBox(badge, note);
            what.getStyleClass().add("candidate-state");
            what.setMinWidth(Region.USE_PREF_SIZE);
            address.setMinWidth(Region.USE_PREF_SIZE);
            row = new HBox(check, who, address, what);
            row.getStyleClass().add("candidate");
            check.setOnAction(_ -> {
                Candidate candidate = getItem();
                if (candidate != null) {
                    model.choose(candidate.id(), check.isSelected());
                }
            });
        }

        @Override
        protected void updateItem(@Nullable Candidate candidate, boolean empty) {
            super.updateItem(candidate, empty);
            setText(null);
            if (candidate == null || empty) {
                setGraphic(null);
                return;
            }
            check.setSelected(candidate.chosen());
            check.setAccessibleText(words.of("provision.machines.choose", candidate.name()));
            name.setText(candidate.name());
            boolean alias = !candidate.name().equals(candidate.id().value());
            id.setText(alias ? candidate.id().value() : "");
            ProvisionPage.show(id, alias);
            address.setText(candidate.address());
            badge.setState(candidate.state());
            String text = words.of(candidate.enrolled() ? "provision.machines.again" : "provision.machines.new");
            note.setText(text);
            setGraphic(row);
            setAccessibleText(words.of(
                    candidate.chosen() ? "provision.machines.row.chosen" : "provision.machines.row",
                    candidate.name(),
                    text));
        }
    }
}
