package io.limelight.console.provision;

import static io.limelight.console.provision.ProvisionPage.label;
import static io.limelight.console.provision.ProvisionPage.show;
import static io.limelight.console.provision.ProvisionPage.wrapped;

import io.limelight.console.provision.ProvisionForm.Field;
import io.limelight.console.provision.ProvisionForm.PolicyFrom;
import io.limelight.console.words.Words;
import io.limelight.core.api.PolicyKind;
import java.util.Objects;
import javafx.beans.property.ObjectProperty;
import javafx.scene.Node;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.RadioButton;
import javafx.scene.control.TextArea;
import javafx.scene.control.ToggleGroup;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.VBox;

/** By what machines are judged. */
final class PoliciesStep {
    private final Words words;
    private final ProvisionViewModel model;
    private final VBox box = new VBox();

    PoliciesStep(Words words, ProvisionViewModel model) {
        this.words = words;
        this.model = model;
        box.getStyleClass().add("provision-step");
        TextArea tpm = new TextArea();
        tpm.setId("provision-tpm");
        tpm.getStyleClass().add("mono");
        tpm.setPrefRowCount(2);
        tpm.setWrapText(true);
        tpm.setPromptText(words.of("provision.tpm.prompt"));
        tpm.textProperty().bindBidirectional(model.choices().text(Field.TPM));
        Label tpmName = label(words.of("provision.field.tpm"), "field-name");
        tpmName.setLabelFor(tpm);
        tpm.setAccessibleText(tpmName.getText());
        VBox tpmBox = new VBox(tpmName, tpm, wrapped(words.of("provision.tpm.hint"), "muted", "text-small"));
        tpmBox.getStyleClass().add("field");
        Label none = wrapped(words.of("provision.policies.none"), "warning-text");
        Label former = wrapped("", "warning-text");
        model.stepProperty().subscribe(_ -> {
            long enrolled = model.enrolledAmongChosen();
            former.setText(words.of("provision.policies.former", enrolled));
            show(former, enrolled > 0);
        });
        Runnable draw = () -> show(
                none,
                model.choices().runtimeProperty().get() == PolicyFrom.NONE
                        && model.choices().bootProperty().get() == PolicyFrom.NONE
                        && model.choices().text(Field.TPM).get().isBlank());
        model.choices().runtimeProperty().subscribe(_ -> draw.run());
        model.choices().bootProperty().subscribe(_ -> draw.run());
        model.choices().text(Field.TPM).subscribe(_ -> draw.run());
        box.getChildren()
                .setAll(
                        label(words.of("provision.policies.title"), "detail-title"),
                        wrapped(words.of("provision.policies.explain"), "muted"),
                        former,
                        part(
                                "provision.policy.runtime",
                                model.choices().runtimeProperty(),
                                Field.RUNTIME_FILE,
                                Field.RUNTIME_NAME,
                                PolicyKind.RUNTIME),
                        part(
                                "provision.policy.boot",
                                model.choices().bootProperty(),
                                Field.BOOT_FILE,
                                Field.BOOT_NAME,
                                PolicyKind.MEASURED_BOOT),
                        tpmBox,
                        none);
    }

    private Node part(String title, ObjectProperty<PolicyFrom> from, Field file, Field name, PolicyKind kind) {
        ToggleGroup group = new ToggleGroup();
        FlowPane ways = new FlowPane();
        ways.getStyleClass().add("provision-library");
        for (PolicyFrom each : PolicyFrom.values()) {
            RadioButton button = new RadioButton(words.of("provision.policy." + each.key()));
            button.setId(file.key() + "-" + each.key());
            button.setToggleGroup(group);
            button.setAccessibleText(words.of("provision.policy.choice", words.of(title), button.getText()));
            button.setOnAction(_ -> from.set(each));
            from.subscribe(now -> button.setSelected(now == each));
            ways.getChildren().add(button);
        }
        VBox fileBox = new Fields(words, model).of(file, true, false, "");
        ComboBox<String> names = new ComboBox<>(model.names(kind));
        names.setEditable(true);
        names.getStyleClass().add("data");
        names.setMaxWidth(Double.MAX_VALUE);
        names.setId("provision-" + name.key());
        Label nameLabel = label(words.of("provision.field." + name.key()), "field-name");
        nameLabel.setLabelFor(names);
        names.setAccessibleText(nameLabel.getText());
        names.getEditor().setAccessibleText(nameLabel.getText());
        // Not at once: what is known comes first, from the other side.
        names.getEditor()
                .textProperty()
                .addListener((_, _, text) -> model.choices().text(name).set(Objects.requireNonNullElse(text, "")));
        model.choices().text(name).subscribe(text -> {
            if (!Objects.equals(names.getEditor().getText(), text)) {
                names.getEditor().setText(text);
            }
        });
        VBox nameBox = new VBox(nameLabel, names);
        nameBox.getStyleClass().add("field");
        from.subscribe(now -> {
            show(fileBox, now == PolicyFrom.FILE);
            show(nameBox, now == PolicyFrom.NAME);
        });
        VBox part = new VBox(label(words.of(title), "card-title"), ways, fileBox, nameBox);
        part.getStyleClass().add("provision-part");
        return part;
    }

    Node node() {
        return ProvisionPage.scrolled(box);
    }
}
