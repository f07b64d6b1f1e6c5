package io.limelight.console.provision;

import io.limelight.console.provision.ProvisionForm.Field;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import java.io.File;
import java.util.function.Consumer;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.TextField;
import javafx.scene.control.Tooltip;
import javafx.scene.input.TransferMode;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import javafx.stage.DirectoryChooser;
import javafx.stage.FileChooser;
import javafx.stage.Window;
import org.jspecify.annotations.Nullable;

/** Fields that name files and folders: typed, chosen or dropped. */
final class Fields {
    private final Words words;
    private final ProvisionViewModel model;

    Fields(Words words, ProvisionViewModel model) {
        this.words = words;
        this.model = model;
    }

    /** A field with its name above, a hint below, and buttons to choose what it names. */
    VBox of(Field field, boolean file, boolean folder, String hint) {
        TextField input = new TextField();
        input.setId("provision-" + field.key());
        input.textProperty().bindBidirectional(model.choices().text(field));
        HBox.setHgrow(input, Priority.ALWAYS);
        Label name = ProvisionPage.label(words.of("provision.field." + field.key()), "field-name");
        name.setLabelFor(input);
        input.setAccessibleText(name.getText());
        HBox row = new HBox(input);
        row.getStyleClass().add("field-row");
        Consumer<File> take = chosen -> input.setText(chosen.getPath());
        if (folder) {
            row.getChildren()
                    .add(button(
                            Glyph.FOLDER, "provision.choose.folder", name, () -> folder(input, name.getText()), take));
        }
        if (file) {
            row.getChildren()
                    .add(button(Glyph.FILE, "provision.choose.file", name, () -> file(input, name.getText()), take));
        }
        input.setOnDragOver(event -> {
            if (event.getDragboard().hasFiles()) {
                event.acceptTransferModes(TransferMode.COPY, TransferMode.LINK);
                event.consume();
            }
        });
        input.setOnDragDropped(event -> {
            if (event.getDragboard().hasFiles()) {
                take.accept(event.getDragboard().getFiles().getFirst());
                event.setDropCompleted(true);
                event.consume();
            }
        });
        VBox box = new VBox(name, row);
        if (!hint.isEmpty()) {
            box.getChildren().add(ProvisionPage.wrapped(hint, "muted", "text-small"));
        }
        box.getStyleClass().add("field");
        return box;
    }

    private interface Choosing {
        @Nullable File choose();
    }

    private Button button(Glyph glyph, String key, Label name, Choosing choosing, Consumer<File> take) {
        Button button = new Button(null, glyph.icon());
        button.getStyleClass().addAll("icon-only", "browse");
        String what = words.of(key, name.getText());
        button.setAccessibleText(what);
        button.setTooltip(new Tooltip(what));
        button.setMinWidth(Region.USE_PREF_SIZE);
        button.setOnAction(_ -> {
            File chosen = choosing.choose();
            if (chosen != null) {
                take.accept(chosen);
            }
        });
        return button;
    }

    private static @Nullable File folder(Node beside, String title) {
        DirectoryChooser chooser = new DirectoryChooser();
        chooser.setTitle(title);
        return chooser.showDialog(window(beside));
    }

    private static @Nullable File file(Node beside, String title) {
        FileChooser chooser = new FileChooser();
        chooser.setTitle(title);
        return chooser.showOpenDialog(window(beside));
    }

    private static @Nullable Window window(Node node) {
        return node.getScene() == null ? null : node.getScene().getWindow();
    }
}
