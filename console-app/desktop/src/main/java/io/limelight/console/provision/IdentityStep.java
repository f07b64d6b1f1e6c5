package io.limelight.console.provision;

import static io.limelight.console.provision.ProvisionPage.label;
import static io.limelight.console.provision.ProvisionPage.show;
import static io.limelight.console.provision.ProvisionPage.wrapped;

import io.limelight.console.ca.PasswordRules;
import io.limelight.console.ca.Typed;
import io.limelight.console.kit.SecretField;
import io.limelight.console.provision.ProvisionForm.Field;
import io.limelight.console.words.Words;
import java.util.List;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.RadioButton;
import javafx.scene.control.TextField;
import javafx.scene.control.ToggleGroup;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.VBox;

/** Who the machines become: the CA, its password, and what certificates say. */
final class IdentityStep {
    private final Words words;
    private final ProvisionViewModel model;
    private final VBox box = new VBox();
    private final SecretField secret;

    IdentityStep(Words words, ProvisionViewModel model) {
        this.words = words;
        this.model = model;
        secret = new SecretField(words);
        box.getStyleClass().add("provision-step");
        VBox folder = new Fields(words, model).of(Field.CA, false, true, words.of("provision.ca.hint"));
        model.choices().text(Field.CA).subscribe(_ -> model.lookAtCa());
        Label state = wrapped("", "medium");
        VBox key = new VBox(label(words.of("provision.field.ca-key"), "field-name"), keys());
        key.getStyleClass().add("field");
        Node password = password();
        Label known = wrapped(words.of("provision.password.known"), "success-text");
        Node newCa = fields(SubjectFields.OF_A_NEW_CA);
        GridPane facts = new GridPane();
        facts.getStyleClass().addAll("provision-facts", "well");
        fact(facts, "provision.fact.validity", words.of("provision.fact.validity.value"));
        fact(facts, "provision.fact.notifier", words.of("provision.fact.notifier.value"));
        model.caExistsProperty().subscribe(there -> {
            state.setText(there.map(yes -> words.of(yes ? "provision.ca.there" : "provision.ca.new"))
                    .orElse(words.of("provision.ca.looking")));
            show(key, there.filter(yes -> !yes).isPresent());
            // Shown too where something in it has to be mended.
            show(
                    newCa,
                    there.filter(yes -> !yes).isPresent()
                            || SubjectFields.OF_A_NEW_CA.stream()
                                    .anyMatch(field -> !SubjectFields.good(
                                            field, model.choices().text(field).get())));
            show(known, model.hasPassword());
        });
        model.stepProperty().subscribe(_ -> show(known, model.hasPassword()));
        box.getChildren()
                .setAll(
                        label(words.of("provision.identity.title"), "detail-title"),
                        wrapped(words.of("provision.identity.explain"), "muted"),
                        folder,
                        state,
                        key,
                        newCa,
                        password,
                        known,
                        label(words.of("provision.subject.title"), "semibold"),
                        wrapped(words.of("provision.subject.hint"), "muted", "text-small"),
                        fields(SubjectFields.OF_EACH),
                        facts);
    }

    /** Empty means what ca.conf says, which is seen in the field. */
    private Node fields(List<Field> which) {
        FlowPane flow = new FlowPane();
        flow.getStyleClass().add("subject-fields");
        for (Field field : which) {
            TextField input = new TextField();
            input.setId("provision-" + field.key());
            input.setPromptText(SubjectFields.usual(model.subject(), field));
            input.setPrefColumnCount(field == Field.COUNTRY || field == Field.CA_DAYS ? 5 : 18);
            input.textProperty().bindBidirectional(model.choices().text(field));
            Label name = label(words.of("provision.field." + field.key()), "field-name");
            name.setLabelFor(input);
            input.setAccessibleText(name.getText());
            VBox box = new VBox(name, input);
            box.getStyleClass().add("field");
            flow.getChildren().add(box);
        }
        return flow;
    }

    private Node keys() {
        ToggleGroup group = new ToggleGroup();
        FlowPane row = new FlowPane();
        row.getStyleClass().add("provision-library");
        for (String word : List.of("rsa2048", "rsa3072", "p256", "p384")) {
            RadioButton button = new RadioButton(words.of("provision.key." + word));
            button.setToggleGroup(group);
            button.setOnAction(_ -> model.choices().text(Field.CA_KEY).set(word));
            model.choices().text(Field.CA_KEY).subscribe(now -> button.setSelected(now.equals(word)));
            row.getChildren().add(button);
        }
        return row;
    }

    private Node password() {
        SecretField again = new SecretField(words);
        Label grade = wrapped("", "text-small");
        Label differ = wrapped(words.of("ca.password.differ"), "danger-text");
        VBox first = named(secret, "provision.field.password", "provision-password");
        VBox second = named(again, "ca.password.again", "provision-password-again");
        // Taken with every character, wiped when another one comes; it is in no draft and no field's undo.
        Runnable take = () -> {
            boolean fresh = model.caExistsProperty().get().filter(yes -> !yes).isPresent();
            PasswordRules.Grade now = Typed.grade(secret);
            boolean same = Typed.same(secret, again);
            show(second, fresh);
            show(grade, fresh);
            show(differ, fresh && !again.emptyProperty().getValue() && !same);
            grade.setText(words.of("ca.password.grade." + now.key()));
            boolean good = now == PasswordRules.Grade.FAIR || now == PasswordRules.Grade.GOOD;
            if (secret.emptyProperty().getValue()) {
                return;
            }
            if (!fresh || (good && same)) {
                model.password(Typed.secret(secret));
            } else {
                model.forgetPassword();
            }
        };
        secret.focusTarget().textProperty().subscribe(_ -> take.run());
        again.focusTarget().textProperty().subscribe(_ -> take.run());
        model.caExistsProperty().subscribe(_ -> take.run());
        model.stepProperty().subscribe(step -> {
            if (step == ProvisionViewModel.Step.MACHINES || step == ProvisionViewModel.Step.RUN) {
                secret.clear();
                again.clear();
            }
        });
        VBox box = new VBox(
                first, grade, second, differ, wrapped(words.of("provision.password.hint"), "muted", "text-small"));
        box.getStyleClass().add("field");
        return box;
    }

    private VBox named(SecretField field, String key, String id) {
        field.setName(words.of(key));
        field.focusTarget().setId(id);
        Label name = label(words.of(key), "field-name");
        name.setLabelFor(field.focusTarget());
        VBox box = new VBox(name, field);
        box.getStyleClass().add("field");
        return box;
    }

    private void fact(GridPane grid, String key, String value) {
        Label name = label(words.of(key), "muted");
        name.setMinWidth(Label.USE_PREF_SIZE);
        grid.addRow(grid.getRowCount(), name, wrapped(value));
    }

    Node node() {
        return ProvisionPage.scrolled(box);
    }
}
