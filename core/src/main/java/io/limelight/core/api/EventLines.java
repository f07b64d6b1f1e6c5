package io.limelight.core.api;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import okio.BufferedSource;

/**
 * Server-sent events out of an answer (WHATWG HTML §9.2.6), with bounds: on a line, on an event, and on the time that a line
 * may take, so that a server can neither fill the memory nor drip bytes for ever. Lines end with LF or CR LF; a lone CR, which
 * nobody sends, does not end one.
 */
final class EventLines {
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final BufferedSource source;
    private final int limit;
    private final int seconds;
    private boolean begun;

    /**
     * Of this answer.
     *
     * @param limit most bytes of a line, and of all data of an event
     * @param seconds longest time until a line is complete
     */
    EventLines(BufferedSource source, int limit, int seconds) {
        this.source = source;
        this.limit = limit;
        this.seconds = seconds;
    }

    /**
     * One event.
     *
     * @param id empty if it has none
     */
    record Event(String id, String kind, String data) {}

    /** Something larger than any event. */
    static final class TooLarge extends IOException {
        private static final long serialVersionUID = 1L;

        TooLarge(String message) {
            super(message);
        }
    }

    /** The next event; empty at the end of the answer, where half an event counts as none. */
    Optional<Event> next() throws IOException {
        String id = "";
        String kind = "";
        StringBuilder data = new StringBuilder();
        boolean any = false;
        while (true) {
            Optional<String> read = line();
            if (read.isEmpty()) {
                return Optional.empty();
            }
            String line = read.get();
            if (line.isEmpty()) {
                if (any) {
                    return Optional.of(new Event(id, kind, data.toString()));
                }
                continue;
            }
            int colon = line.indexOf(':');
            String field = colon < 0 ? line : line.substring(0, colon);
            String value = colon < 0 ? "" : line.substring(line.startsWith(" ", colon + 1) ? colon + 2 : colon + 1);
            switch (field) {
                case "id" -> id = value;
                case "event" -> kind = value;
                case "data" -> {
                    if (data.length() + value.length() > limit) {
                        throw new TooLarge("an event has more than " + limit + " bytes");
                    }
                    data.append(any ? "\n" : "").append(value);
                    any = true;
                }
                default -> {
                    // A comment, which shows that the server is there, or a field of another day.
                }
            }
        }
    }

    private Optional<String> line() throws IOException {
        source.timeout().deadline(seconds, TimeUnit.SECONDS);
        long end = source.indexOf((byte) '\n', 0, limit);
        if (end < 0) {
            if (source.getBuffer().size() >= limit) {
                throw new TooLarge("a line has more than " + limit + " bytes");
            }
            return Optional.empty();
        }
        String line = source.readString(end, StandardCharsets.UTF_8);
        source.skip(1);
        if (!begun && !line.isEmpty() && line.charAt(0) == BYTE_ORDER_MARK) {
            line = line.substring(1);
        }
        begun = true;
        return Optional.of(line.endsWith("\r") ? line.substring(0, line.length() - 1) : line);
    }
}
