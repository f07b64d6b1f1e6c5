package io.limelight.console.support;

import io.limelight.console.kit.Masker;
import io.limelight.core.secret.PrivateFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** The files of a bundle, masked: what is previewed is what is written, to the letter. */
public final class SupportBundle {
    /** Of the log, its end. */
    private static final int LOG_BYTES = 128 * 1024;

    private static final int LOG_LINES = 500;

    private final List<Part> parts;

    /**
     * A file in it.
     *
     * @param name in the zip
     * @param text masked
     */
    public record Part(String name, String text) {}

    private SupportBundle(List<Part> parts) {
        this.parts = List.copyOf(parts);
    }

    /**
     * Reads the log and masks everything; blocks.
     *
     * @param explained the first file: what this is, in the reader's language
     */
    public static SupportBundle of(SupportFacts facts, String explained) {
        Masker masker = new Masker();
        facts.names().forEach((kind, values) -> values.forEach(value -> masker.know(kind, value)));
        StringBuilder problems = new StringBuilder();
        for (RecentProblems.Seen seen : facts.problems()) {
            problems.append(seen.at())
                    .append('\n')
                    .append(SupportFacts.text(seen.problem()))
                    .append('\n');
        }
        List<Part> parts = new ArrayList<>();
        parts.add(new Part("README.txt", explained + "\n" + facts.at() + "\n"));
        parts.add(new Part("versions.txt", masker.mask(lines(facts.versions()))));
        parts.add(new Part("settings.txt", masker.mask(lines(facts.settings()))));
        parts.add(new Part("profile.txt", masker.mask(lines(facts.profile()))));
        parts.add(new Part("problems.txt", masker.mask(problems.toString())));
        parts.add(new Part(
                "console.log", masker.mask(facts.log().map(SupportBundle::end).orElse(""))));
        return new SupportBundle(parts);
    }

    /** What is in it, in order. */
    public List<Part> parts() {
        return parts;
    }

    /** Writes it, for its owner alone. */
    public void write(Path file) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes, StandardCharsets.UTF_8)) {
            for (Part part : parts) {
                zip.putNextEntry(new ZipEntry(part.name()));
                zip.write(part.text().getBytes(StandardCharsets.UTF_8));
                zip.closeEntry();
            }
        }
        PrivateFiles.write(file, bytes.toByteArray());
    }

    private static String lines(Map<String, String> facts) {
        StringBuilder text = new StringBuilder();
        facts.forEach((name, value) -> text.append(name)
                .append(" = ")
                .append(value.replace("\n", "; "))
                .append('\n'));
        return text.toString();
    }

    /** Whole lines: the half of a secret would not be known for one. */
    private static String end(Path log) {
        if (!Files.isRegularFile(log)) {
            return "";
        }
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            long from = Math.max(0, file.length() - LOG_BYTES);
            file.seek(from);
            byte[] bytes = new byte[(int) (file.length() - from)];
            file.readFully(bytes);
            List<String> lines =
                    new String(bytes, StandardCharsets.UTF_8).lines().toList();
            List<String> whole = from == 0 || lines.isEmpty() ? lines : lines.subList(1, lines.size());
            return String.join("\n", whole.subList(Math.max(0, whole.size() - LOG_LINES), whole.size())) + "\n";
        } catch (IOException e) {
            return "The log cannot be read: " + e.getClass().getSimpleName() + "\n";
        }
    }
}
