package io.limelight.core.api;

import io.limelight.core.json.WireJson;
import io.limelight.core.task.Cancellation;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okio.BufferedSource;
import tools.jackson.databind.node.ObjectNode;

/** Follows the stream of events of a Limelight verifier ({@code docs/api.md}). Blocks for as long as the stream goes on. */
public final class EventsClient {
    /** A verifier says something every 15 s; after three times that it is no longer there, whatever the network says. */
    public static final Duration SILENCE = Duration.ofSeconds(50);

    /** A notice of the longest text, with its quotes and backslashes doubled. */
    private static final int LARGEST = 5 << 20;

    private static final Pattern CURSOR = Pattern.compile("[0-9A-Za-z-]{1,64}");
    private static final String DOING = "follow the events of the verifier";

    private final ApiCaller caller;
    private final Cancellation cancellation;

    /**
     * A client.
     *
     * @param http without a limit on the length of a call ({@link #timeouts})
     * @param cancellation ends the stream
     */
    public EventsClient(Endpoint verifier, OkHttpClient http, Cancellation cancellation) {
        this.caller = new ApiCaller(verifier, http, cancellation);
        this.cancellation = cancellation;
    }

    /** Of a client for streams: no end, but no silence either. */
    public static HttpTimeouts timeouts() {
        return new HttpTimeouts(Duration.ofSeconds(20), SILENCE, Duration.ZERO);
    }

    /**
     * An event.
     *
     * @param cursor goes on after it
     * @param kind {@code open}, {@code reset}, {@code revocation}…
     * @param data what it says
     */
    public record Event(String cursor, String kind, ObjectNode data) {}

    /** Takes events; what it throws ends the stream. */
    @FunctionalInterface
    public interface Reader<X extends Exception> {
        /** One event; the next is read when this returns. */
        void take(Event event) throws ApiException, X;
    }

    /**
     * Reads events until the verifier ends the stream.
     *
     * @param cursor of the last event had; empty begins now
     * @throws ApiException if it cannot be read, or is no stream of events
     */
    public <X extends Exception> void follow(Optional<String> cursor, Reader<X> reader) throws ApiException, X {
        HttpUrl.Builder url =
                caller.url().addPathSegment("limelight").addPathSegment("v1").addPathSegment("events");
        cursor.ifPresent(after -> url.addQueryParameter("after", after));
        caller.stream(url.build(), "text/event-stream", DOING, source -> read(source, reader));
    }

    private <X extends Exception> void read(BufferedSource source, Reader<X> reader)
            throws ApiException, X, IOException {
        EventLines lines = new EventLines(source, LARGEST, Math.toIntExact(SILENCE.toSeconds()));
        while (true) {
            Optional<EventLines.Event> next = next(lines);
            if (next.isEmpty()) {
                return;
            }
            reader.take(event(next.get()));
        }
    }

    private Optional<EventLines.Event> next(EventLines lines) throws ApiException, IOException {
        try {
            return lines.next();
        } catch (EventLines.TooLarge e) {
            throw caller.badAnswer(DOING, String.valueOf(e.getMessage()), e);
        } catch (InterruptedIOException e) {
            if (cancellation.cancelled() || Thread.currentThread().isInterrupted()) {
                throw e;
            }
            throw new ApiException.TimedOut(
                    caller.endpoint(),
                    "The events of the " + caller.endpoint() + " have stopped: no line in " + SILENCE.toSeconds()
                            + " s, where one comes every 15 s.",
                    true,
                    e);
        }
    }

    private Event event(EventLines.Event event) throws ApiException {
        if (!CURSOR.matcher(event.id()).matches()) {
            throw caller.badAnswer(DOING, "an event has no usable id", null);
        }
        try {
            return new Event(
                    event.id(),
                    Texts.printable(event.kind(), 40),
                    WireJson.parseObject(event.data().getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw caller.badAnswer(DOING, "the data of an event is no JSON object", e);
        }
    }
}
