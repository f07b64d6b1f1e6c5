package io.limelight.core.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Requests and answers of Keylime's own programs, see {@code recorded/README.md}. */
final class Recording {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final List<JsonNode> pairs;

    private Recording(JsonNode pairs) {
        this.pairs = StreamSupport.stream(pairs.spliterator(), false).toList();
    }

    static JsonNode file(String name) {
        try (InputStream in = Recording.class.getResourceAsStream("/recorded/" + name)) {
            return JSON.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Recording of(String name) {
        return new Recording(file(name));
    }

    List<JsonNode> pairs() {
        return pairs;
    }

    /** The pair of that name. */
    JsonNode pair(String name) {
        return pairs.stream()
                .filter(pair -> pair.path("name").asString().equals(name))
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException("nothing was recorded as '" + name + "'"));
    }

    /** The pair's request body, parsed. */
    static JsonNode sent(JsonNode pair) {
        return JSON.readTree(pair.path("request").path("body").asString());
    }

    /** The {@code results} of the pair's answer, parsed. */
    static JsonNode results(JsonNode pair) {
        return JSON.readTree(pair.path("answer").path("body").asString()).path("results");
    }

    static int status(JsonNode pair) {
        return pair.path("answer").path("status").asInt();
    }

    /** Plays the recorded answers to whoever sends the recorded requests, in this order. */
    Replay replay(String... names) throws IOException {
        return replay(List.of(names).stream().map(this::pair).toList());
    }

    static Replay replay(List<JsonNode> pairs) throws IOException {
        return new Replay(pairs);
    }

    static final class Replay implements AutoCloseable {
        private final HttpServer server;
        private final Queue<JsonNode> expected;

        private Replay(List<JsonNode> pairs) throws IOException {
            expected = new ArrayDeque<>(pairs);
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", this::answer);
            server.start();
        }

        Endpoint endpoint(Endpoint.Service service) {
            return new Endpoint(service, false, "127.0.0.1", server.getAddress().getPort());
        }

        private void answer(HttpExchange exchange) throws IOException {
            try (exchange) {
                JsonNode pair = expected.poll();
                String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
                String recorded = pair == null
                        ? "nothing more"
                        : pair.path("request").path("method").asString() + " "
                                + pair.path("request").path("path").asString();
                // A recorded query may lack optional parameters that our client always sends.
                if (pair == null || !(request.equals(recorded) || request.startsWith(recorded + "&"))) {
                    reply(exchange, 599, "text/plain", "recorded was " + recorded + ", sent was " + request);
                    return;
                }
                JsonNode answer = pair.path("answer");
                reply(
                        exchange,
                        answer.path("status").asInt(),
                        answer.path("contentType").asString(""),
                        answer.path("body").asString(""));
            }
        }

        private static void reply(HttpExchange exchange, int status, String type, String body) throws IOException {
            byte[] bytes = body.getBytes(UTF_8);
            if (!type.isEmpty()) {
                exchange.getResponseHeaders().set("Content-Type", type);
            }
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }
}
