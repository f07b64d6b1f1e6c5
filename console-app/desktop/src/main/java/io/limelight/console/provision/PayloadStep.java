package io.limelight.console.provision;

import static io.limelight.console.provision.ProvisionPage.label;
import static io.limelight.console.provision.ProvisionPage.show;
import static io.limelight.console.provision.ProvisionPage.wrapped;

import io.limelight.console.payloads.PayloadMode;
import io.limelight.console.payloads.SavedPayload;
import io.limelight.console.provision.ProvisionForm.Field;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javafx.collections.ListChangeListener;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.RadioButton;
import javafx.scene.control.ToggleGroup;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.VBox;

/** What machines get, and how it travels. */
final class PayloadStep {
    private final Words words;
    private final ProvisionViewModel model;
    private final VBox box = new VBox();

    PayloadStep(Words words, ProvisionViewModel model) {
        this.words = words;
        this.model = model;
        box.getStyleClass().add("provision-step");
        Fields fields = new Fields(words, model);
        VBox include = fields.of(Field.PLACE, true, true, "");
        VBox sealed = fields.of(Field.SEALED, true, false, words.of("provision.sealed.hint"));
        FlowPane library = new FlowPane();
        library.getStyleClass().add("provision-library");
        VBox saved = new VBox(label(words.of("provision.library"), "field-name"), library);
        saved.getStyleClass().add("field");
        model.saved().addListener((ListChangeListener<SavedPayload>) _ -> drawLibrary(saved, library));
        drawLibrary(saved, library);
        var hint = wrapped("", "muted");
        box.getChildren()
                .setAll(
                        label(words.of("provision.payload.title"), "detail-title"),
                        modes(),
                        hint,
                        include,
                        sealed,
                        saved);
        model.choices().modeProperty().subscribe(mode -> {
            show(include, mode.isPresent());
            show(sealed, mode.filter(PayloadMode.KEY_ONLY::equals).isPresent());
            String key = mode.map(each -> each.name().toLowerCase(Locale.ROOT)).orElse("none");
            hint.setText(words.of("provision.place." + key));
        });
    }

    private Node modes() {
        ToggleGroup group = new ToggleGroup();
        VBox rows = new VBox();
        rows.getStyleClass().add("choices");
        List<Optional<PayloadMode>> all = new ArrayList<>();
        for (PayloadMode mode : PayloadMode.values()) {
            all.add(Optional.of(mode));
        }
        all.add(Optional.empty());
        for (Optional<PayloadMode> mode : all) {
            String key = mode.map(each -> each.name().toLowerCase(Locale.ROOT)).orElse("none");
            RadioButton button = new RadioButton(words.of("provision.mode." + key));
            button.setId("mode-" + key);
            button.setToggleGroup(group);
            button.setOnAction(_ -> model.choices().modeProperty().set(mode));
            model.choices().modeProperty().subscribe(now -> button.setSelected(now.equals(mode)));
            rows.getChildren().add(button);
        }
        return rows;
    }

    private void drawLibrary(VBox saved, FlowPane library) {
        show(saved, !model.saved().isEmpty());
        library.getChildren()
                .setAll(model.saved().stream()
                        .limit(12)
                        .map(payload -> {
                            Button button = new Button(payload.name(), Glyph.PACKAGE.icon("button-size"));
                            button.setMnemonicParsing(false);
                            button.getStyleClass().add("data");
                            button.setOnAction(_ -> model.choices().take(payload));
                            return button;
                        })
                        .toList());
    }

    Node node() {
        return ProvisionPage.scrolled(box);
    }
}
