package io.limelight.console.policies;

import io.limelight.console.kit.ProblemView;
import io.limelight.console.machines.DialogHost;
import io.limelight.console.policies.ReadViewModel.Made;
import io.limelight.console.problem.Problem;
import io.limelight.console.words.Words;
import io.limelight.console.work.Loaded;
import io.limelight.core.api.AgentId;
import java.io.File;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import javafx.beans.binding.Bindings;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.CheckBox;
import javafx.scene.control.ComboBox;
import javafx.scene.control.TextArea;
import javafx.scene.control.TextField;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import javafx.stage.FileChooser;
import org.jspecify.annotations.Nullable;

/** Reads what a machine proved, shows the policy that is made of it, and keeps it when a person says so. */
final class ReadDialog {
    private final PoliciesViewModel list;
    private final ReadViewModel model;
    private final Words words;
    private final DialogHost host;
    private final Function<AgentId, String> names;

    ReadDialog(
            PoliciesViewModel list,
            ReadViewModel model,
            Words words,
            DialogHost host,
            Function<AgentId, String> names) {
        this.list = list;
        this.model = model;
        this.words = words;
        this.host = host;
        this.names = names;
        model.keptProperty().addListener((_, _, now) -> {
            if (now.value() != null) {
                host.hide();
                list.refresh();
            }
        });
    }

    /** Opens it. */
    void open(Node opener) {
        model.begin();
        TextField name = new TextField();
        name.setId("read-name");
        ComboBox<AgentId> machine = MachineChoice.of(list, words, names);
        TextArea text = new TextArea();
        text.setEditable(false);
        text.setPrefRowCount(12);
        text.getStyleClass().addAll("mono", "well", "data");
        text.setAccessibleText(words.of("policies.json"));
        VBox messages = new VBox();
        messages.getStyleClass().add("side-group");
        Button cancel = Bits.button(words.of("policies.cancel"), host::hide);
        cancel.setCancelButton(true);
        Button keep = Bits.button(words.of("policies.read.keep.boot"), () -> {}, "accent");
        keep.setId("read-keep");
        keep.setOnAction(_ -> model.keep(name.getText().strip()));
        Runnable judge = () -> keep.setDisable(model.madeProperty().get().got().isEmpty()
                || model.keptProperty().get().loading()
                || CreateViewModel.refusal(name.getText().strip()).isPresent());
        name.textProperty().subscribe(_ -> judge.run());
        TextField file = new TextField();
        file.setId("read-file");
        file.getStyleClass().add("mono");
        HBox.setHgrow(file, Priority.ALWAYS);
        CheckBox unsecured = new CheckBox(words.of("policies.read.without-secureboot"));
        unsecured.setId("read-unsecured");
        Button read = Bits.button(words.of("policies.read.file.do"), () -> {});
        read.setId("read-file-do");
        read.setOnAction(_ -> {
            machine.setValue(null);
            model.make(Path.of(file.getText().strip()), unsecured.isSelected());
        });
        Button browse = Bits.button(words.of("policies.choose"), () -> {
            File chosen = choose(opener);
            if (chosen != null) {
                file.setText(chosen.getPath());
                read.fire();
            }
        });
        read.disableProperty()
                .bind(Bindings.createBooleanBinding(
                        () -> file.getText().isBlank() || !isPath(file.getText()), file.textProperty()));
        HBox fileLine = new HBox(file, browse, read);
        fileLine.getStyleClass().add("field-row");
        machine.valueProperty().addListener((_, _, id) -> {
            if (id != null) {
                model.make(id);
            }
        });
        Runnable draw = () -> {
            judge.run();
            draw(text, messages);
        };
        var reading = model.madeProperty().subscribe(_ -> draw.run());
        var keeping = model.keptProperty().subscribe(_ -> draw.run());
        HBox buttons = new HBox(Bits.gap(), cancel, keep);
        buttons.getStyleClass().add("dialog-buttons");
        VBox box = new VBox(
                Bits.wrapped(words.of("policies.read.explain.boot")),
                Bits.field(words.of("policies.create.machine"), machine, machine),
                Bits.field(words.of("policies.read.file"), fileLine, file),
                unsecured,
                text,
                messages,
                Bits.field(words.of("policies.create.name"), name, name),
                buttons);
        box.getStyleClass().add("policy-dialog");
        box.getStylesheets().add(Bits.sheet());
        box.sceneProperty().addListener((_, _, scene) -> {
            if (scene == null) {
                reading.unsubscribe();
                keeping.unsubscribe();
            }
        });
        host.show(words.of("policies.read.title.boot"), box, machine, opener);
    }

    private static boolean isPath(String text) {
        try {
            return !Path.of(text.strip()).toString().isEmpty();
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private @Nullable File choose(Node opener) {
        FileChooser chooser = new FileChooser();
        chooser.setTitle(words.of("policies.read.file"));
        return chooser.showOpenDialog(opener.getScene().getWindow());
    }

    private void draw(TextArea text, VBox messages) {
        Loaded<Made> now = model.madeProperty().get();
        Problem problem = now.problem() == null ? model.keptProperty().get().problem() : now.problem();
        Optional<Made> made = now.got();
        String shown = made.map(Made::text).map(JsonText::pretty).orElse("");
        if (!text.getText().equals(shown)) {
            text.setText(shown);
        }
        List<Node> parts = new ArrayList<>();
        if (now.loading()) {
            parts.add(Bits.wrapped(words.of("policies.read.reading"), "muted"));
        }
        if (problem != null) {
            parts.add(ProblemView.of(words, problem));
        }
        made.ifPresent(policy ->
                policy.warnings().forEach(each -> parts.add(Bits.wrapped(Bits.printable(each), "data"))));
        messages.getChildren().setAll(parts);
    }
}
