package io.limelight.console.support;

import io.limelight.console.kit.ProblemView;
import io.limelight.console.kit.Shapes;
import io.limelight.console.support.SupportBundle.Part;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.TextArea;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.ToggleGroup;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;

/** The dialog: every file of the bundle as it would be written, and a button that writes it. */
public final class SupportPane extends VBox {
    private final Words words;
    private final SupportViewModel model;
    private final Button write;
    private final FlowPane files = new FlowPane();
    private final TextArea text = new TextArea();

    /**
     * Of a bundle.
     *
     * @param where asks a person where to, offering a name
     * @param hide hides the dialog
     */
    public SupportPane(
            Words words, SupportViewModel model, BiFunction<Node, String, Optional<Path>> where, Runnable hide) {
        this.words = words;
        this.model = model;
        getStyleClass().add("support-pane");
        Label what = wrapped(words.of("support.what"));
        what.getStyleClass().add("muted");
        files.getStyleClass().add("verbs");
        text.setId("support-text");
        text.setEditable(false);
        text.setWrapText(true);
        text.getStyleClass().addAll("mono", "well");
        text.setPromptText(words.of("support.gathering"));
        VBox.setVgrow(text, Priority.ALWAYS);
        ProblemView problem = new ProblemView(words);
        model.problemProperty().subscribe(said -> said.ifPresentOrElse(problem::show, problem::clear));
        Label done = wrapped("");
        done.getStyleClass().add("data");
        HBox.setHgrow(done, Priority.ALWAYS);
        HBox message = new HBox(Shapes.DISC_TICK.boxed("large", "success"), done);
        message.getStyleClass().addAll("message", "success");
        model.writtenProperty().subscribe(file -> {
            message.setVisible(file.isPresent());
            message.setManaged(file.isPresent());
            done.setText(
                    file.map(path -> words.of("support.done", path.toString())).orElse(""));
        });
        write = new Button(words.of("support.write"), Glyph.DOWNLOAD.icon("button-size"));
        write.setId("support-write");
        write.getStyleClass().add("accent");
        write.setMinWidth(Region.USE_PREF_SIZE);
        write.disableProperty().bind(model.busyProperty());
        write.setOnAction(_ -> where.apply(write, model.fileName()).ifPresent(model::write));
        Button close = new Button(words.of("support.close"));
        close.setId("support-close");
        close.setMinWidth(Region.USE_PREF_SIZE);
        close.setOnAction(_ -> hide.run());
        FlowPane foot = new FlowPane(write, close);
        foot.getStyleClass().add("verbs");
        getChildren().addAll(what, files, text, problem, message, foot);
        model.bundleProperty().subscribe(made -> made.ifPresent(bundle -> draw(bundle.parts())));
        model.lookedProperty().subscribe(part -> part.ifPresent(this::show));
    }

    /** Gets the keyboard. */
    public Node focus() {
        return text;
    }

    private void draw(List<Part> parts) {
        ToggleGroup group = new ToggleGroup();
        for (Part part : parts) {
            ToggleButton button = new ToggleButton(
                    words.of("support.part", part.name(), part.text().getBytes(StandardCharsets.UTF_8).length));
            button.setMnemonicParsing(false);
            button.setToggleGroup(group);
            button.setId("support-" + part.name().replace('.', '-'));
            button.setMinWidth(Region.USE_PREF_SIZE);
            button.getStyleClass().add("data");
            button.setUserData(part);
            button.setOnAction(_ -> {
                model.lookedProperty().set(Optional.of(part));
                // Pressed again it would be let go, and nothing be looked at.
                button.setSelected(true);
            });
            files.getChildren().add(button);
        }
    }

    private void show(Part part) {
        text.setText(part.text().isEmpty() ? words.of("support.empty") : part.text());
        text.setAccessibleText(words.of("support.preview", part.name()));
        text.setScrollTop(0);
        files.getChildren().forEach(node -> {
            if (node instanceof ToggleButton button) {
                button.setSelected(part.equals(button.getUserData()));
            }
        });
    }

    private static Label wrapped(String text) {
        Label label = new Label(text);
        label.setWrapText(true);
        label.setMinHeight(Region.USE_PREF_SIZE);
        label.setMaxWidth(Double.MAX_VALUE);
        return label;
    }
}
