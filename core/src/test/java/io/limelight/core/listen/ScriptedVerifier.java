package io.limelight.core.listen;

import io.limelight.core.api.Endpoint;
import io.limelight.core.http.Access;
import io.limelight.core.http.EventSource;
import io.limelight.core.http.HttpCall;
import io.limelight.core.http.HttpListener;
import io.limelight.core.http.HttpReply;
import io.limelight.core.http.JsonStyle;
import io.limelight.core.http.Limits;
import io.limelight.core.http.Route;
import io.limelight.core.http.Routes;
import io.limelight.core.json.WireJson;
import io.limelight.core.testkit.TestAuthority;
import io.limelight.core.tls.ServerTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The part of a verifier that a CA follows, over real TLS: notices are added by hand, and it can forget, stop or misbehave. */
final class ScriptedVerifier implements AutoCloseable {
    /** One of the verifier's list. */
    record Entry(
            long sequence,
            String state,
            String agentId,
            String msg,
            String signature,
            Instant issued,
            Instant expires) {
        ObjectNode summary() {
            return WireJson.object()
                    .put("sequence", sequence)
                    .put("notice_id", "n-" + sequence)
                    .put("state", state)
                    .put("type", "revocation")
                    .put("agent_id", agentId)
                    .put("issued_at", issued.toString())
                    .put("expires_at", expires.toString())
                    .put("signed", !signature.isEmpty());
        }
    }

    private record Sent(long number, String kind, ObjectNode data) {}

    final List<String> asked = new ArrayList<>();
    final AtomicInteger opened = new AtomicInteger();
    private final TestAuthority authority;
    private final List<Entry> entries = new ArrayList<>();
    private final List<Sent> events = new ArrayList<>();
    private String epoch = "0000000a";
    private long numbers;
    private boolean closed;
    private Optional<Function<HttpCall, HttpReply>> instead = Optional.empty();
    private Optional<HttpListener> listener = Optional.empty();
    private int port;

    ScriptedVerifier(TestAuthority authority) {
        this.authority = authority;
    }

    ScriptedVerifier start() throws IOException {
        closed = false;
        HttpListener started = HttpListener.start(
                "scripted-verifier",
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                Optional.of(authority.server(ServerTls.ClientAuth.REQUIRED)),
                Routes.builder()
                        .add(route("events", this::events))
                        .add(route("revocations", this::list))
                        .add(route("revocations/{notice}", this::show))
                        .build(),
                JsonStyle.COMPACT,
                Limits.SERVICE);
        listener = Optional.of(started);
        port = started.port();
        return this;
    }

    private static Route route(String path, io.limelight.core.http.HttpHandler handler) {
        return new Route("GET", "/limelight/v1/" + path, Access.ADMINISTRATOR, path, 0, handler);
    }

    FeedSettings settings() {
        return new FeedSettings(Endpoint.verifier("127.0.0.1", port), authority.issue("CN=ca"), authority.trusted());
    }

    /** Streams are answered so from now on; nothing ends it. */
    synchronized void misbehave(Function<HttpCall, HttpReply> answer) {
        instead = Optional.of(answer);
    }

    synchronized void behave() {
        instead = Optional.empty();
        notifyAll();
    }

    /** A notice that goes out, or is held. */
    synchronized void add(Entry entry) {
        entries.removeIf(other -> other.sequence() == entry.sequence());
        entries.add(entry);
        boolean held = entry.state().equals("held");
        ObjectNode data = entry.summary();
        if (!held) {
            data.put("msg", entry.msg()).put("signature", entry.signature());
        }
        event(held ? "held" : "revocation", data);
    }

    synchronized void event(String kind, ObjectNode data) {
        events.add(new Sent(++numbers, kind, data));
        notifyAll();
    }

    /** Events are no longer kept; the list is. */
    synchronized void forgetEvents() {
        events.clear();
    }

    /** As if somebody had begun with another database. */
    synchronized void otherDatabase() {
        epoch = "0000000b";
        numbers = 0;
        events.clear();
        entries.clear();
    }

    private synchronized HttpReply list(HttpCall call) {
        asked.add(call.query("before").orElse("first"));
        long before = call.query("before").map(Long::parseLong).orElse(Long.MAX_VALUE);
        int limit = 1;
        ObjectNode results = WireJson.object();
        ArrayNode page = results.putArray("revocations");
        List<Entry> matching = entries.stream()
                .filter(entry -> entry.sequence() < before)
                .sorted((one, other) -> Long.compare(other.sequence(), one.sequence()))
                .toList();
        matching.stream().limit(limit).forEach(entry -> page.add(entry.summary()));
        if (matching.size() > limit) {
            results.put("next_before", matching.get(limit - 1).sequence());
        } else {
            results.putNull("next_before");
        }
        return HttpReply.success(results);
    }

    private synchronized HttpReply show(HttpCall call) {
        asked.add(call.variable("notice"));
        for (Entry entry : entries) {
            if (call.variable("notice").equals("n-" + entry.sequence())) {
                return HttpReply.success(entry.summary().put("msg", entry.msg()).put("signature", entry.signature()));
            }
        }
        return HttpReply.refusal(404, "notice not found");
    }

    private HttpReply events(HttpCall call) {
        opened.incrementAndGet();
        Optional<Function<HttpCall, HttpReply>> wrong;
        synchronized (this) {
            wrong = instead;
        }
        return wrong.isPresent()
                ? wrong.get().apply(call)
                : new HttpReply.Events(sink -> follow(sink, call.query("after")));
    }

    private void follow(EventSource.Sink sink, Optional<String> cursor) throws IOException {
        long after;
        synchronized (this) {
            long oldest = events.isEmpty() ? numbers + 1 : events.getFirst().number();
            after = numbers;
            boolean reset = false;
            if (cursor.isPresent()) {
                after = Long.parseLong(cursor.get().substring(cursor.get().indexOf('-') + 1));
                reset = !cursor.get().startsWith(epoch) || after < oldest - 1 || after > numbers;
            }
            if (reset) {
                after = oldest - 1;
                sink.send(epoch + "-" + after, "reset", "{\"oldest\":" + oldest + "}");
            } else {
                sink.send(epoch + "-" + after, "open", "{}");
            }
        }
        while (true) {
            Optional<Sent> next = next(after);
            if (next.isEmpty()) {
                return;
            }
            after = next.get().number();
            sink.send(
                    epoch + "-" + after,
                    next.get().kind(),
                    WireJson.compactText(next.get().data()));
        }
    }

    /** The next event; empty when the verifier stops, or is to misbehave. */
    private synchronized Optional<Sent> next(long after) throws IOException {
        try {
            while (true) {
                if (closed) {
                    return Optional.empty();
                }
                for (Sent event : events) {
                    if (event.number() > after) {
                        return Optional.of(event);
                    }
                }
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        listener.ifPresent(HttpListener::close);
    }
}
