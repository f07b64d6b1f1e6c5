package io.limelight.console;

import io.limelight.console.activity.ActLog;
import io.limelight.console.exporting.ExportPane;
import io.limelight.console.exporting.ExportViewModel;
import io.limelight.console.exporting.Report;
import io.limelight.console.kit.ProblemView;
import io.limelight.console.problem.Problems;
import io.limelight.console.shell.Overlay;
import io.limelight.console.shell.Page;
import io.limelight.console.shell.Sheet;
import io.limelight.console.shell.Shell;
import io.limelight.console.shell.ShellAction;
import io.limelight.console.shell.ShellViewModel;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import java.awt.image.BufferedImage;
import java.io.File;
import java.nio.file.Path;
import java.util.Optional;
import javafx.embed.swing.SwingFXUtils;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.image.WritableImage;
import javafx.scene.layout.VBox;
import javafx.stage.FileChooser;

/** "Export this view…" of a window. */
final class ExportDesk {
    private static final double LARGEST = 4_096;

    private final Shell.Parts parts;
    private final Shell shell;
    private final ShellViewModel model;
    private final Overlay overlay;
    private final ActLog acts;

    private ExportDesk(Shell.Parts parts, Shell shell, ShellViewModel model, Overlay overlay, ActLog acts) {
        this.parts = parts;
        this.shell = shell;
        this.model = model;
        this.overlay = overlay;
        this.acts = acts;
    }

    /** Gives a window the action. */
    static ExportDesk add(Shell.Parts parts, Shell shell, ShellViewModel model, Overlay overlay, ActLog acts) {
        ExportDesk desk = new ExportDesk(parts, shell, model, overlay, acts);
        shell.add(new ShellAction("export", parts.words().of("exporting.action"), Glyph.DOWNLOAD, desk::open));
        return desk;
    }

    private void open() {
        Words words = parts.words();
        Optional<Page> page = shell.shownPage();
        Optional<Sheet> sheet = page.flatMap(Page::sheet);
        if (page.isEmpty() || sheet.isEmpty()) {
            ProblemView problem = ProblemView.of(words, Problems.of(words, "exporting.nothing", ""));
            Button close = new Button(words.of("exporting.close"));
            close.setOnAction(_ -> overlay.hide());
            VBox box = new VBox(16, problem, close);
            box.setPrefWidth(520);
            overlay.show(words.of("exporting.title"), box, close, null);
            return;
        }
        open(sheet.get(), picture(page.get().content()));
    }

    /** Of rows that are on no page. */
    void open(Sheet sheet) {
        open(sheet, Optional.empty());
    }

    private void open(Sheet sheet, Optional<BufferedImage> picture) {
        Words words = parts.words();
        ExportViewModel export = new ExportViewModel(
                new Report(sheet, model.profileProperty().get(), parts.clock().instant()),
                picture,
                words,
                acts,
                parts.work(),
                parts.screen());
        ExportPane pane = new ExportPane(words, export, this::file, overlay::hide);
        overlay.show(words.of("exporting.title"), pane, pane.focus(), null);
    }

    /** As it is drawn now. */
    private static Optional<BufferedImage> picture(Node node) {
        double width = node.getLayoutBounds().getWidth();
        double height = node.getLayoutBounds().getHeight();
        if (node.getScene() == null || width < 1 || height < 1 || width > LARGEST || height > LARGEST) {
            return Optional.empty();
        }
        WritableImage image = node.snapshot(null, null);
        return Optional.ofNullable(SwingFXUtils.fromFXImage(image, null));
    }

    private Optional<Path> file(Node opener, String name) {
        FileChooser chooser = new FileChooser();
        chooser.setTitle(parts.words().of("exporting.choose"));
        chooser.setInitialFileName(name);
        File chosen = chooser.showSaveDialog(opener.getScene().getWindow());
        return Optional.ofNullable(chosen).map(File::toPath);
    }
}
