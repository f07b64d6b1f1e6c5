package io.limelight.verifier.revocation;

import io.limelight.core.http.EventSource;
import io.limelight.core.http.HttpReply;
import io.limelight.core.json.WireJson;
import io.limelight.verifier.state.EventStore;
import io.limelight.verifier.state.StoredEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/**
 * Events as a stream. A reader is given rows of the database from its cursor on, and waits only when it has had them all:
 * nothing is queued for it in memory, and a slow one reads later what it did not read in time. A cursor names the stream and
 * the last event had, {@code 1f00aa37-42}. Whoever comes with one that is older than what is kept, or of another stream, is
 * told {@code reset} first: it has missed something and should look at everything anew.
 */
public final class EventFeed implements AutoCloseable {
    /** Well under every idle time-out on the way. */
    private static final Duration PING = Duration.ofSeconds(15);

    private static final int BATCH = 100;
    private static final int READERS = 64;
    private static final Pattern CURSOR = Pattern.compile("([0-9a-f]{8})-([0-9]{1,18})");
    private static final String FROM_THE_START = "start";

    private final EventStore store;
    private final Semaphore places = new Semaphore(READERS);
    private final Signal news = new Signal();

    /** For these events. */
    public EventFeed(EventStore store) {
        this.store = store;
    }

    /** There may be something new. */
    public void signal() {
        news.give();
    }

    /**
     * The answer to a reader.
     *
     * @param cursor from where on; {@code start} for everything that is kept, empty for what comes from now on
     */
    public HttpReply open(Optional<String> cursor) {
        EventStore.Extent extent = store.extent();
        long after;
        boolean reset = false;
        if (cursor.isEmpty()) {
            after = extent.newest();
        } else if (cursor.get().equals(FROM_THE_START)) {
            after = extent.oldest() - 1;
        } else {
            Matcher parts = CURSOR.matcher(cursor.get());
            if (!parts.matches()) {
                return HttpReply.refusal(
                        400, "the cursor is none of this stream: send back the id of an event, or start");
            }
            after = Long.parseLong(parts.group(2));
            reset = !parts.group(1).equals(extent.epoch()) || after > extent.newest() || after < extent.oldest() - 1;
        }
        if (!places.tryAcquire()) {
            return HttpReply.refusal(503, "too many readers of the event stream, try again later");
        }
        long from = reset ? extent.oldest() - 1 : after;
        boolean missed = reset;
        return new HttpReply.Events(sink -> {
            try {
                if (missed) {
                    sendReset(sink, extent.epoch(), from + 1);
                } else {
                    sink.send(
                            id(extent.epoch(), from),
                            "open",
                            WireJson.compactText(WireJson.object().put("newest", extent.newest())));
                }
                follow(sink, extent.epoch(), from);
            } finally {
                places.release();
            }
        });
    }

    private void follow(EventSource.Sink sink, String epoch, long from) throws IOException {
        long cursor = from;
        while (true) {
            long seen = news.given();
            List<StoredEvent> batch = store.after(cursor, BATCH);
            if (!batch.isEmpty() && batch.getFirst().sequence() > cursor + 1) {
                sendReset(sink, epoch, batch.getFirst().sequence());
            }
            for (StoredEvent event : batch) {
                sink.send(id(epoch, event.sequence()), event.kind(), data(event));
                cursor = event.sequence();
            }
            if (batch.isEmpty()) {
                switch (news.await(seen, PING)) {
                    case NEWS -> {}
                    case NOTHING -> sink.ping();
                    case OVER -> {
                        return;
                    }
                }
            } else if (news.closed()) {
                return;
            }
        }
    }

    private static void sendReset(EventSource.Sink sink, String epoch, long oldest) throws IOException {
        sink.send(
                id(epoch, oldest - 1),
                "reset",
                WireJson.compactText(WireJson.object().put("oldest", oldest)));
    }

    private static String id(String epoch, long sequence) {
        return epoch + "-" + Math.max(0, sequence);
    }

    private static String data(StoredEvent event) throws IOException {
        ObjectNode data = WireJson.object().put("at", event.at().toString());
        data.setAll(WireJson.parseObject(event.body().getBytes(StandardCharsets.UTF_8)));
        if (event.msg() != null) {
            data.put("msg", event.msg());
            data.put("signature", event.signature());
        }
        return WireJson.compactText(data);
    }

    /** Ends all streams. */
    @Override
    public void close() {
        news.close();
    }
}
