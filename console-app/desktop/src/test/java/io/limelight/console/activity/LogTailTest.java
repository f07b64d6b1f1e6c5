package io.limelight.console.activity;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogTailTest {
    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("verifier.log");
    }

    private void write(String text) throws Exception {
        Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static List<String> texts(LogTail.Added added) {
        return added.lines().stream().map(LogLine::text).toList();
    }

    @Test
    void ofAHugeFileOnlyTheEndIsRead() throws Exception {
        try (RandomAccessFile huge = new RandomAccessFile(file.toFile(), "rw")) {
            huge.setLength(3L << 30);
            huge.seek(3L << 30);
            huge.write("\nthe last line\n".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(texts(new LogTail(file).read())).containsExactly("the last line");
    }

    @Test
    void controlsAndEndlessLinesDoNotReachTheScreen() throws Exception {
        write("a\u001b[31mred\u202e\n" + "x".repeat(50_000) + "\nnext\n");
        List<String> texts = texts(new LogTail(file).read());
        assertThat(texts.get(0)).isEqualTo("a\ufffd[31mred\ufffd");
        assertThat(texts.get(1).length()).isLessThanOrEqualTo(LogLine.LONGEST + 1);
        assertThat(texts.get(2)).isEqualTo("next");
    }

    @Test
    void whatIsAddedIsReadAndHalfALineWaits() throws Exception {
        LogTail tail = new LogTail(file);
        assertThat(tail.read().lines()).isEmpty();
        write("one\ntw");
        assertThat(texts(tail.read())).containsExactly("one");
        write("o\n");
        LogTail.Added second = tail.read();
        assertThat(texts(second)).containsExactly("two");
        assertThat(second.again()).isFalse();
        Files.writeString(file, "anew\n");
        LogTail.Added anew = tail.read();
        assertThat(anew.again()).isTrue();
        assertThat(texts(anew)).containsExactly("anew");
    }

    @Test
    void aLineWithoutALevelHasThatOfTheLineBefore() throws Exception {
        write("2026-08-03 07:14:14.123 - keylime.verifier - ERROR - no\n\tat somewhere\n INFO agent > yes\n");
        assertThat(new LogTail(file).read().lines())
                .extracting(LogLine::level)
                .containsExactly(LogLine.Level.ERROR, LogLine.Level.ERROR, LogLine.Level.INFO);
    }
}
