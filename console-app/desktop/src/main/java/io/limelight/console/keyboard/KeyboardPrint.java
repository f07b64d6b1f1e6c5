package io.limelight.console.keyboard;

import io.limelight.console.keyboard.KeyboardViewModel.Row;
import io.limelight.console.problem.Problem;
import io.limelight.console.problem.Problems;
import io.limelight.console.words.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javafx.geometry.Insets;
import javafx.print.PageLayout;
import javafx.print.PrinterJob;
import javafx.scene.Scene;
import javafx.scene.control.Label;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import javafx.stage.Window;

/** The table of keys on paper: black on white, whatever the window looks like. */
public final class KeyboardPrint {
    private static final double LINE = 18;
    private static final double TITLE = 40;

    private KeyboardPrint() {}

    /**
     * Asks for a printer and prints.
     *
     * @return why it was not printed; that a person thought better of it is no problem
     */
    public static Optional<Problem> print(Words words, List<Row> rows, Window owner) {
        PrinterJob job;
        try {
            job = PrinterJob.createPrinterJob();
        } catch (RuntimeException e) {
            // Where the system has no printing at all, asking for it is what fails.
            return Optional.of(Problems.of(words, "keys.no-printer", String.valueOf(e.getMessage())));
        }
        if (job == null) {
            return Optional.of(Problems.of(words, "keys.no-printer", ""));
        }
        job.getJobSettings().setJobName(words.of("keys.title"));
        if (!job.showPrintDialog(owner)) {
            job.cancelJob();
            return Optional.empty();
        }
        PageLayout layout = job.getJobSettings().getPageLayout();
        boolean printed = true;
        for (VBox page : pages(words, rows, layout.getPrintableWidth(), layout.getPrintableHeight())) {
            printed &= job.printPage(layout, page);
        }
        return printed && job.endJob() ? Optional.empty() : Optional.of(Problems.of(words, "keys.not-printed", ""));
    }

    /** One page after the other, each as large as the paper. */
    static List<VBox> pages(Words words, List<Row> rows, double width, double height) {
        int most = Math.max(1, (int) ((height - TITLE) / LINE));
        List<VBox> pages = new ArrayList<>();
        for (int from = 0; from < rows.size(); from += most) {
            Label title = new Label(words.of("keys.title"));
            title.setStyle("-fx-font-size: 16; -fx-text-fill: black;");
            title.setPrefHeight(TITLE);
            VBox page = new VBox(title);
            rows.subList(from, Math.min(rows.size(), from + most))
                    .forEach(row -> page.getChildren().add(line(row)));
            page.setPadding(Insets.EMPTY);
            page.setPrefSize(width, height);
            // Without a scene nothing is laid out.
            page.resize(width, height);
            Scene scene = new Scene(page, width, height);
            page.applyCss();
            page.layout();
            scene.setRoot(new Region());
            pages.add(page);
        }
        return pages;
    }

    private static HBox line(Row row) {
        Label what = new Label(row.what());
        Label where = new Label(row.where());
        Label keys = new Label(row.keys());
        for (Label label : List.of(what, where, keys)) {
            label.setStyle("-fx-font-size: 10; -fx-text-fill: black;");
        }
        what.setPrefWidth(300);
        HBox.setHgrow(where, Priority.ALWAYS);
        where.setMaxWidth(Double.MAX_VALUE);
        HBox line = new HBox(8, what, where, keys);
        line.setPrefHeight(LINE);
        line.setMinHeight(LINE);
        return line;
    }
}
