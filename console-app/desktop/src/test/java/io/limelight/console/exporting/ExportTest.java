package io.limelight.console.exporting;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.console.activity.ActLog;
import io.limelight.console.exporting.ExportViewModel.Format;
import io.limelight.console.shell.Sheet;
import io.limelight.console.words.Words;
import io.limelight.core.json.WireJson;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportTest {
    private static final Instant NOW = Instant.parse("2026-11-29T02:00:00Z");

    @TempDir
    Path folder;

    private static Report report(List<List<String>> rows) {
        return new Report(new Sheet("Machines", List.of("Machine", "State"), rows), "dc-east", NOW);
    }

    private ExportViewModel model(Report report, Optional<BufferedImage> picture, List<ActLog.Act> acts) {
        return new ExportViewModel(report, picture, Words.english(), acts::add, Runnable::run, Runnable::run);
    }

    @Test
    void whatASpreadsheetWouldRunIsMadeHarmless() {
        assertThat(CsvText.cell("=cmd|' /C calc'!A0")).isEqualTo("'=cmd|' /C calc'!A0");
        assertThat(CsvText.cell("  +1+1")).isEqualTo("'  +1+1");
        assertThat(CsvText.cell("-2+3")).isEqualTo("'-2+3");
        assertThat(CsvText.cell("@SUM(A1)")).isEqualTo("'@SUM(A1)");
        assertThat(CsvText.cell("\t=1")).isEqualTo("'\t=1");
        assertThat(CsvText.cell("\uff1d1+1")).isEqualTo("'\uff1d1+1");
        assertThat(CsvText.cell("-17")).isEqualTo("-17");
        assertThat(CsvText.cell("web-07")).isEqualTo("web-07");
    }

    @Test
    void quotesCommasAndLineEndsStayInTheirCell() {
        assertThat(CsvText.of(new Sheet("t", List.of("a", "b"), List.of(List.of("x,\"y\"", "1\n2")))))
                .isEqualTo("a,b\r\n\"x,\"\"y\"\"\",\"1\n2\"\r\n");
    }

    @Test
    void aReportHoldsTitleFleetRowsAndAPicture() throws Exception {
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < 90; i++) {
            rows.add(List.of("web-" + i + " \u0000\u202e\ud83d\ude00 \u0416", i % 2 == 0 ? "Trusted" : "Failed"));
        }
        List<ActLog.Act> acts = new ArrayList<>();
        ExportViewModel model =
                model(report(rows), Optional.of(new BufferedImage(800, 500, BufferedImage.TYPE_INT_ARGB)), acts);
        Path file = folder.resolve(model.fileName());
        model.write(file);
        assertThat(model.problemProperty().get()).isEmpty();
        assertThat(model.writtenProperty().get()).contains(file);
        assertThat(file.getFileName().toString()).isEqualTo("machines-2026-11-29-0200.pdf");
        try (PDDocument document = Loader.loadPDF(file.toFile())) {
            String text = new PDFTextStripper().getText(document);
            assertThat(text).contains("Machines", "dc-east", "web-0", "web-89", "\u0416", "90 rows");
            assertThat(document.getNumberOfPages()).isGreaterThan(2);
        }
        assertThat(acts).extracting(ActLog.Act::kind).containsExactly("console.export");
    }

    @Test
    void whatIsTooMuchForPaperIsSaid() throws Exception {
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < PdfReport.MOST + 7; i++) {
            rows.add(List.of("m" + i, "Trusted"));
        }
        byte[] pdf = new PdfReport(report(rows), Words.english()).write(Optional.empty());
        try (PDDocument document = Loader.loadPDF(pdf)) {
            PDFTextStripper last = new PDFTextStripper();
            last.setStartPage(document.getNumberOfPages());
            assertThat(last.getText(document)).contains("7 more rows are left out");
        }
    }

    @Test
    void dataIsJsonAndAFolderThatIsNoneIsAProblem() throws Exception {
        ExportViewModel model =
                model(report(List.of(List.of("web-07", "Failed"))), Optional.empty(), new ArrayList<>());
        model.formatProperty().set(Format.JSON);
        Path file = folder.resolve("machines.json");
        model.write(file);
        assertThat(WireJson.parseObject(Files.readAllBytes(file))
                        .at("/rows/0/1")
                        .asString())
                .isEqualTo("Failed");
        model.write(folder.resolve("nowhere").resolve("machines.json"));
        assertThat(model.problemProperty().get().orElseThrow().code()).isEqualTo("exporting.not-written");
        assertThat(model.writtenProperty().get()).isEmpty();
    }
}
