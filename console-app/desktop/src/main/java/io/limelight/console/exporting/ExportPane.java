package io.limelight.console.exporting;

import io.limelight.console.exporting.ExportViewModel.Format;
import io.limelight.console.kit.ProblemView;
import io.limelight.console.kit.Shapes;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BiFunction;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.CheckBox;
import javafx.scene.control.Label;
import javafx.scene.control.RadioButton;
import javafx.scene.control.ToggleGroup;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;

/** The dialog: as what, and where to. */
public final class ExportPane extends VBox {
    private final Button run;

    /**
     * Of an export.
     *
     * @param files asks a person where to, offering a name
     * @param close hides the dialog
     */
    public ExportPane(
            Words words, ExportViewModel model, BiFunction<Node, String, Optional<Path>> files, Runnable close) {
        setSpacing(14);
        getStyleClass().add("export-pane");
        Label what = wrapped(words.of("exporting.what", model.rows()));
        what.getStyleClass().add("muted");
        ToggleGroup group = new ToggleGroup();
        VBox formats = new VBox(10);
        for (Format format : Format.values()) {
            RadioButton button = new RadioButton(words.of("exporting.format." + format.key()));
            button.setId("export-" + format.key());
            button.setToggleGroup(group);
            button.setSelected(format == model.formatProperty().get());
            button.setOnAction(_ -> model.formatProperty().set(format));
            Label text = wrapped(words.of("exporting.format." + format.key() + ".text"));
            text.getStyleClass().addAll("muted", "text-small");
            formats.getChildren().add(new VBox(3, button, text));
        }
        CheckBox picture = new CheckBox(words.of("exporting.picture"));
        picture.setId("export-picture");
        picture.selectedProperty().bindBidirectional(model.withPictureProperty());
        picture.visibleProperty().bind(model.formatProperty().isEqualTo(Format.PDF));
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
            done.setText(file.map(path -> words.of("exporting.done", path.toString()))
                    .orElse(""));
        });
        run = new Button(words.of("exporting.run"), Glyph.DOWNLOAD.icon("button-size"));
        run.setId("export-run");
        run.getStyleClass().add("accent");
        run.setMinWidth(Region.USE_PREF_SIZE);
        run.setOnAction(_ -> files.apply(run, model.fileName()).ifPresent(model::write));
        Button cancel = new Button(words.of("exporting.close"));
        cancel.setId("export-close");
        cancel.setMinWidth(Region.USE_PREF_SIZE);
        cancel.setOnAction(_ -> close.run());
        Region gap = new Region();
        HBox.setHgrow(gap, Priority.ALWAYS);
        HBox buttons = new HBox(8, gap, cancel, run);
        getChildren().addAll(what, formats, picture, problem, message, buttons);
    }

    /** Gets the keyboard. */
    public Node focus() {
        return run;
    }

    private static Label wrapped(String text) {
        Label label = new Label(text);
        label.setWrapText(true);
        label.setMinHeight(Region.USE_PREF_SIZE);
        return label;
    }
}
