package io.limelight.core.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Events as lines (WHATWG HTML §9.2.5). */
final class EventLines implements EventSource.Sink {
    private static final byte[] PING = ":\n\n".getBytes(StandardCharsets.UTF_8);

    private final OutputStream out;

    EventLines(OutputStream out) {
        this.out = out;
    }

    @Override
    public void send(String id, String event, String data) throws IOException {
        StringBuilder text = new StringBuilder(data.length() + 80);
        if (!id.isEmpty()) {
            text.append("id: ").append(oneLine(id)).append('\n');
        }
        text.append("event: ").append(oneLine(event)).append('\n');
        data.lines().forEach(line -> text.append("data: ").append(line).append('\n'));
        out.write(text.append('\n').toString().getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private static String oneLine(String text) {
        if (text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0) {
            throw new IllegalArgumentException("a line break would begin another field");
        }
        return text;
    }

    @Override
    public void ping() throws IOException {
        out.write(PING);
        out.flush();
    }
}
