package io.limelight.console.machines;

import io.limelight.console.fleet.Machine;
import io.limelight.console.words.Words;
import java.util.ArrayList;
import java.util.List;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.VBox;

/** What a machine is judged by. A machine that is judged by nothing is said to be, loudly. */
final class PolicyView {
    private final DetailViewModel model;
    private final Words words;
    private final VBox box = new VBox();

    PolicyView(DetailViewModel model, Words words) {
        this.model = model;
        this.words = words;
        box.getStyleClass().add("policy");
        model.machineProperty().subscribe(_ -> draw());
    }

    Node node() {
        return box;
    }

    private void draw() {
        Machine machine = model.machineProperty().get();
        List<Node> parts = new ArrayList<>();
        if (machine != null) {
            if (machine.runtimePolicy().isEmpty()) {
                parts.add(warning("machines.policy.no-runtime"));
            }
            if (machine.bootPolicy().isEmpty()) {
                parts.add(warning("machines.policy.no-boot"));
            }
            GridPane grid = new GridPane();
            grid.getStyleClass().addAll("fields", "well");
            row(grid, "machines.policy.runtime", machine.runtimePolicy());
            row(grid, "machines.policy.boot", machine.bootPolicy());
            parts.add(grid);
        }
        box.getChildren().setAll(parts);
    }

    private Node warning(String key) {
        Label sentence = new Label(words.of(key));
        sentence.setWrapText(true);
        VBox callout = new VBox(sentence);
        callout.getStyleClass().addAll("message", "warning");
        return callout;
    }

    private void row(GridPane grid, String key, String value) {
        Label name = new Label(words.of(key));
        name.getStyleClass().add("muted");
        name.setMinWidth(Label.USE_PREF_SIZE);
        Label text = new Label(value.isEmpty() ? words.of("machines.policy.none") : value);
        text.getStyleClass().add("mono");
        text.setWrapText(true);
        grid.addRow(grid.getRowCount(), name, text);
    }
}
