package io.limelight.console.policies;

import io.limelight.console.machines.DialogHost;
import io.limelight.console.policies.TpmTemplates.Template;
import io.limelight.console.words.Words;
import java.util.Optional;
import java.util.function.Consumer;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.TextArea;
import javafx.scene.control.TextField;
import javafx.scene.layout.HBox;
import javafx.scene.layout.VBox;

/** Asks for the name, or for the text, of a TPM policy. */
final class TemplateDialogs {
    private final TemplatesViewModel model;
    private final Words words;
    private final DialogHost host;
    private final Consumer<String> look;

    /** @param look shows one by its name */
    TemplateDialogs(TemplatesViewModel model, Words words, DialogHost host, Consumer<String> look) {
        this.model = model;
        this.words = words;
        this.host = host;
        this.look = look;
    }

    void rename(Template template, Node opener) {
        name("rename", template.name(), name -> model.rename(template, name, look), opener);
    }

    void duplicate(Template template, Node opener) {
        name("duplicate", template.name() + "-2", name -> model.add(name, template.text(), look), opener);
    }

    void name(PcrContent content, Node opener) {
        name("name", "", name -> model.add(name, content.text(), look), opener);
    }

    private void name(String act, String proposed, Consumer<String> done, Node opener) {
        TextField field = new TextField(proposed);
        field.setId("template-name");
        Label fault = Bits.wrapped("", "fault");
        Button go = Bits.button(words.of("policies.template." + act + ".do"), () -> {}, "accent");
        go.setId("template-name-do");
        go.setDefaultButton(true);
        field.textProperty().subscribe(typed -> {
            boolean taken = model.useProperty().get().find(typed.strip()).isPresent();
            Optional<String> refusal = CreateViewModel.refusal(typed.strip());
            go.setDisable(taken || refusal.isPresent());
            boolean said = !typed.isBlank() && !typed.strip().equals(proposed);
            fault.setText(!said ? "" : taken ? words.of("policies.create.taken") : Bits.printable(refusal.orElse("")));
        });
        go.setOnAction(_ -> {
            host.hide();
            done.accept(field.getText().strip());
        });
        host.show(
                words.of("policies.template." + act),
                box(Bits.field(words.of("policies.create.name"), field, field), fault, buttons(go)),
                field,
                opener);
    }

    void edit(Template template, Node opener) {
        TextArea text = new TextArea(
                JsonText.pretty(template.content().map(PcrContent::userText).orElse(template.text())));
        text.setId("template-text");
        text.setPrefRowCount(16);
        text.getStyleClass().addAll("mono", "well", "data");
        Label fault = Bits.wrapped("", "fault");
        Button go = Bits.button(words.of("policies.template.edit.do"), () -> {}, "accent");
        go.setId("template-edit-do");
        text.textProperty().subscribe(typed -> {
            // The sentence is the reader's, which speaks English as the command line does.
            Optional<String> refusal = TemplatesViewModel.refusal(typed);
            go.setDisable(refusal.isPresent());
            fault.setText(Bits.printable(refusal.orElse("")));
        });
        go.setOnAction(_ -> {
            host.hide();
            model.change(template, text.getText(), look);
        });
        host.show(
                words.of("policies.template.edit.title", Bits.printable(template.name())),
                box(
                        Bits.wrapped(words.of("policies.template.edit.explain")),
                        Bits.field(words.of("policies.json"), text, text),
                        fault,
                        buttons(go)),
                text,
                opener);
    }

    private VBox box(Node... parts) {
        VBox box = new VBox(parts);
        box.getStyleClass().add("policy-dialog");
        box.getStylesheets().add(Bits.sheet());
        return box;
    }

    private HBox buttons(Button act) {
        Button cancel = Bits.button(words.of("policies.cancel"), host::hide);
        cancel.setCancelButton(true);
        HBox buttons = new HBox(Bits.gap(), cancel, act);
        buttons.getStyleClass().add("dialog-buttons");
        return buttons;
    }
}
