package io.limelight.console.activity;

import io.limelight.console.work.ScreenThread;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The end of a log file, however large the file is: the last quarter of a megabyte at first, then what was added since. What was added
 * and is more than that is passed over but for its end, which is told.
 */
final class LogTail {
    static final int WINDOW = 256 * 1024;

    private final Path file;
    private long position = -1;
    private byte[] half = new byte[0];
    private LogLine.Level level = LogLine.Level.INFO;

    LogTail(Path file) {
        this.file = file;
    }

    /**
     * What was added.
     *
     * @param lines whole ones
     * @param again the file was begun anew: what was read before is of another
     * @param passedOver bytes that were not read
     */
    record Added(List<LogLine> lines, boolean again, long passedOver) {
        Added {
            lines = List.copyOf(lines);
        }
    }

    /** Reads; blocks. */
    Added read() throws IOException {
        ScreenThread.refuse("reading a log");
        if (!Files.isRegularFile(file)) {
            boolean was = position > 0;
            position = 0;
            half = new byte[0];
            return new Added(List.of(), was, 0);
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            boolean first = position < 0;
            boolean again = size < position;
            if (again) {
                position = 0;
                half = new byte[0];
            }
            long from = Math.max(Math.max(position, 0), size - WINDOW);
            long passedOver = first ? 0 : from - position;
            boolean middle = from > 0 && from != position;
            if (middle) {
                half = new byte[0];
            }
            ByteBuffer buffer = ByteBuffer.allocate(Math.toIntExact(Math.min(size - from, WINDOW)));
            int read = 0;
            while (buffer.hasRemaining()) {
                int now = channel.read(buffer, from + read);
                if (now < 0) {
                    break;
                }
                read += now;
            }
            position = from + read;
            return new Added(lines(buffer.array(), read, middle), again, passedOver);
        }
    }

    private List<LogLine> lines(byte[] bytes, int length, boolean middle) {
        List<LogLine> lines = new ArrayList<>();
        int start = 0;
        if (middle) {
            // The first line is the end of one that begins before.
            while (start < length && bytes[start] != '\n') {
                start++;
            }
            start++;
        }
        for (int i = start; i < length; i++) {
            if (bytes[i] == '\n') {
                lines.add(line(bytes, start, i));
                start = i + 1;
            }
        }
        if (start < length) {
            int rest = Math.min(length - start, 4 * LogLine.LONGEST);
            if (half.length + rest <= 8 * LogLine.LONGEST) {
                byte[] joined = new byte[half.length + rest];
                System.arraycopy(half, 0, joined, 0, half.length);
                System.arraycopy(bytes, start, joined, half.length, rest);
                half = joined;
            }
        }
        return lines;
    }

    private LogLine line(byte[] bytes, int start, int end) {
        String text = new String(half, StandardCharsets.UTF_8)
                + new String(bytes, start, Math.min(end - start, 4 * LogLine.LONGEST), StandardCharsets.UTF_8);
        half = new byte[0];
        LogLine line = LogLine.of(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text, level);
        level = line.level();
        return line;
    }
}
