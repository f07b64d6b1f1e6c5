package io.limelight.console.exporting;

import io.limelight.console.words.Words;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.ArrayList;
import java.util.Calendar;
import java.util.GregorianCalendar;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TimeZone;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDType0Font;
import org.apache.pdfbox.pdmodel.graphics.image.LosslessFactory;
import org.apache.pdfbox.pdmodel.graphics.image.PDImageXObject;

/** A report on paper: title, fleet, time, a picture of the page as it was shown, and its rows. */
final class PdfReport {
    /** More rows are left out, which the report says. */
    static final int MOST = 5_000;

    private static final PDRectangle PAPER =
            new PDRectangle(/* width= */ PDRectangle.A4.getHeight(), /* height= */ PDRectangle.A4.getWidth());
    private static final float MARGIN = 40;
    private static final float SIZE = 8;
    private static final float LINE = 14;
    private static final float WIDE = PAPER.getWidth() - 2 * MARGIN;
    private static final float LEAST = 34;
    private static final int LONGEST = 400;
    private static final String FONT = "/org/apache/pdfbox/resources/ttf/LiberationSans-Regular.ttf";

    private final Report report;
    private final Words words;
    private final Map<Integer, Boolean> drawable = new HashMap<>();

    PdfReport(Report report, Words words) {
        this.report = report;
        this.words = words;
    }

    byte[] write(Optional<BufferedImage> picture) throws IOException {
        try (PDDocument document = new PDDocument();
                InputStream file = PDDocument.class.getResourceAsStream(FONT)) {
            if (file == null) {
                throw new IOException("the font of reports is missing");
            }
            PDFont font = PDType0Font.load(document, file, true);
            document.getDocumentInformation().setTitle(report.sheet().title());
            document.getDocumentInformation().setCreator("Limelight");
            Calendar made = new GregorianCalendar(TimeZone.getTimeZone("UTC"));
            made.setTimeInMillis(report.at().toEpochMilli());
            document.getDocumentInformation().setCreationDate(made);
            if (picture.isPresent()) {
                cover(document, font, picture.get());
            }
            rows(document, font, picture.isEmpty());
            numbers(document, font);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            document.save(bytes);
            return bytes.toByteArray();
        }
    }

    private void head(PDPageContentStream page, PDFont font) throws IOException {
        text(
                page,
                font,
                16,
                MARGIN,
                PAPER.getHeight() - MARGIN - 12,
                report.sheet().title(),
                WIDE);
        String when = DateTimeFormatter.ofLocalizedDateTime(FormatStyle.LONG, FormatStyle.LONG)
                .withLocale(words.locale())
                .withZone(ZoneId.systemDefault())
                .format(report.at());
        text(
                page,
                font,
                9,
                MARGIN,
                PAPER.getHeight() - MARGIN - 28,
                words.of(
                        "exporting.subtitle",
                        report.profile().isEmpty() ? words.of("exporting.no-profile") : report.profile(),
                        when,
                        report.sheet().rows().size()),
                WIDE);
    }

    private void cover(PDDocument document, PDFont font, BufferedImage picture) throws IOException {
        PDPage paper = new PDPage(PAPER);
        document.addPage(paper);
        PDImageXObject image = LosslessFactory.createFromImage(document, picture);
        float room = PAPER.getHeight() - 2 * MARGIN - 56;
        float scale = Math.min(WIDE / image.getWidth(), room / image.getHeight());
        try (PDPageContentStream page = new PDPageContentStream(document, paper)) {
            head(page, font);
            float height = image.getHeight() * scale;
            page.drawImage(image, MARGIN, PAPER.getHeight() - MARGIN - 44 - height, image.getWidth() * scale, height);
        }
    }

    private void rows(PDDocument document, PDFont font, boolean withHead) throws IOException {
        List<List<String>> rows = report.sheet().rows();
        List<String> columns = report.sheet().columns();
        if (columns.isEmpty()) {
            return;
        }
        float[] widths = widths(font);
        int next = 0;
        int last = Math.min(MOST, rows.size());
        boolean first = withHead;
        do {
            PDPage paper = new PDPage(PAPER);
            document.addPage(paper);
            try (PDPageContentStream page = new PDPageContentStream(document, paper)) {
                float y = PAPER.getHeight() - MARGIN - 12;
                if (first) {
                    head(page, font);
                    y -= 44;
                    first = false;
                }
                page.setNonStrokingColor(0.35f, 0.38f, 0.42f);
                row(page, font, y, columns, widths);
                page.setNonStrokingColor(0.12f, 0.14f, 0.16f);
                y -= 5;
                rule(page, y, 0.6f);
                y -= LINE - 3;
                while (next < last && y > MARGIN + LINE) {
                    row(page, font, y, rows.get(next), widths);
                    rule(page, y - 4, 0.25f);
                    y -= LINE;
                    next++;
                }
                if (next == last && last < rows.size()) {
                    text(page, font, SIZE, MARGIN, y, words.of("exporting.left-out", rows.size() - last), WIDE);
                }
            }
        } while (next < last);
    }

    private static void rule(PDPageContentStream page, float y, float width) throws IOException {
        page.setStrokingColor(0.82f, 0.84f, 0.87f);
        page.setLineWidth(width);
        page.moveTo(MARGIN, y);
        page.lineTo(MARGIN + WIDE, y);
        page.stroke();
    }

    private void row(PDPageContentStream page, PDFont font, float y, List<String> cells, float[] widths)
            throws IOException {
        float x = MARGIN;
        for (int i = 0; i < Math.min(cells.size(), widths.length); i++) {
            text(page, font, SIZE, x, y, cells.get(i), widths[i] - 6);
            x += widths[i];
        }
    }

    /** As wide as what stands in them, within what there is. */
    private float[] widths(PDFont font) throws IOException {
        int count = report.sheet().columns().size();
        float[] wanted = new float[count];
        float all = 0;
        for (int i = 0; i < count; i++) {
            float widest =
                    width(font, SIZE, printable(font, report.sheet().columns().get(i)));
            for (List<String> row : report.sheet()
                    .rows()
                    .subList(0, Math.min(200, report.sheet().rows().size()))) {
                if (i < row.size()) {
                    widest = Math.max(widest, width(font, SIZE, printable(font, row.get(i))));
                }
            }
            wanted[i] = Math.clamp(widest + 8, LEAST, 260f);
            all += wanted[i];
        }
        for (int i = 0; i < count; i++) {
            wanted[i] *= WIDE / all;
        }
        return wanted;
    }

    private static float width(PDFont font, float size, String text) throws IOException {
        return font.getStringWidth(text) / 1000 * size;
    }

    private void text(PDPageContentStream page, PDFont font, float size, float x, float y, String written, float room)
            throws IOException {
        String text = printable(font, written);
        if (width(font, size, text) > room) {
            int end = text.length();
            while (end > 0 && width(font, size, text.substring(0, end) + "...") > room) {
                end -= Math.max(1, end / 16);
            }
            text = text.substring(0, Math.max(0, end)) + "...";
        }
        page.beginText();
        page.setFont(font, size);
        page.newLineAtOffset(x, y);
        page.showText(text);
        page.endText();
    }

    /** What the font cannot draw is a question mark; lines are one. */
    private String printable(PDFont font, String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().limit(LONGEST).forEach(c -> {
            if (Character.isWhitespace(c) || Character.isISOControl(c)) {
                shown.append(' ');
            } else if (drawable.computeIfAbsent(c, each -> draws(font, each))) {
                shown.appendCodePoint(c);
            } else {
                shown.append('?');
            }
        });
        return shown.toString();
    }

    private static boolean draws(PDFont font, int c) {
        try {
            font.encode(Character.toString(c));
            return true;
        } catch (IOException | IllegalArgumentException e) {
            return false;
        }
    }

    private void numbers(PDDocument document, PDFont font) throws IOException {
        List<PDPage> pages = new ArrayList<>();
        document.getPages().forEach(pages::add);
        for (int i = 0; i < pages.size(); i++) {
            try (PDPageContentStream page = new PDPageContentStream(
                    document, pages.get(i), PDPageContentStream.AppendMode.APPEND, true, true)) {
                text(
                        page,
                        font,
                        7,
                        MARGIN,
                        MARGIN - 16,
                        words.of("exporting.page", report.sheet().title(), i + 1, pages.size()),
                        WIDE);
            }
        }
    }
}
