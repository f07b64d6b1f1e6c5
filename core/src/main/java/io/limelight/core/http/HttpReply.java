package io.limelight.core.http;

import io.limelight.core.json.WireJson;
import java.nio.ByteBuffer;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An answer, in one of the three shapes of the wire (reference §0.5): the envelope, the {@code errors} object of refused
 * access, or an empty body from the framework; or a file, for listeners that publish one.
 */
public sealed interface HttpReply {
    /** The status line's number. */
    int status();

    /** Further header fields. */
    default Map<String, String> headers() {
        return Map.of();
    }

    /** A JSON body. */
    record Json(int status, JsonNode body, Map<String, String> headers) implements HttpReply {
        public Json {
            headers = Map.copyOf(headers);
        }
    }

    /**
     * A JSON body with {@linkplain io.limelight.core.json.LongText texts that are read while it is written}: made twice, once
     * for its length, and never whole in memory.
     */
    record LongJson(int status, JsonNode body) implements HttpReply {}

    /**
     * A body that is no JSON.
     *
     * @param contentType its media type
     * @param body from position to limit, which stay as they are
     */
    record Content(int status, String contentType, ByteBuffer body, Map<String, String> headers) implements HttpReply {
        public Content {
            headers = Map.copyOf(headers);
        }
    }

    /** No body, {@code Content-Type: text/html}, as Keylime's web framework answers what never reached a handler. */
    record Empty(int status, String reason, Map<String, String> headers) implements HttpReply {
        public Empty {
            headers = Map.copyOf(headers);
        }
    }

    /** Server-sent events (WHATWG HTML §9.2): the answer goes on until the source ends it or the reader leaves. */
    record Events(EventSource source) implements HttpReply {
        @Override
        public int status() {
            return 200;
        }
    }

    /** The envelope around a success. */
    static HttpReply success(JsonNode results) {
        return envelope(200, "Success", results);
    }

    /** The envelope around a success that is too large to be in memory. */
    static HttpReply longSuccess(JsonNode results) {
        return new LongJson(200, wrapped(200, "Success", results));
    }

    /** The envelope around nothing, {@code results: {}}. */
    static HttpReply success() {
        return success(WireJson.object());
    }

    /** The envelope around a refusal, {@code results: {}}. */
    static HttpReply refusal(int status, String reason) {
        return envelope(status, reason, WireJson.object());
    }

    /** {@code {"code", "status", "results"}}. */
    static HttpReply envelope(int code, String status, JsonNode results) {
        return new Json(code, wrapped(code, status, results), Map.of());
    }

    private static ObjectNode wrapped(int code, String status, JsonNode results) {
        ObjectNode envelope = WireJson.object();
        envelope.put("code", code);
        envelope.put("status", status);
        envelope.set("results", results);
        return envelope;
    }

    /** {@code {"errors": […]}}, for 401 and 403. */
    static HttpReply accessRefused(int status, String title, String detail) {
        ObjectNode error = WireJson.object();
        error.put("status", Integer.toString(status));
        error.put("title", title);
        error.put("detail", detail);
        ObjectNode body = WireJson.object();
        ArrayNode errors = body.putArray("errors");
        errors.add(error);
        return new Json(status, body, Map.of());
    }

    /** An empty body. */
    static HttpReply empty(int status, String reason) {
        return new Empty(status, reason, Map.of());
    }
}
