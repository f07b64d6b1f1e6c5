package io.limelight.core.http;

import io.limelight.core.json.WireJson;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From a Jetty request to a route's handler and back: match, authorise, read the body, answer. */
final class RouteHandler extends Handler.Abstract {
    private static final Logger LOG = LoggerFactory.getLogger(RouteHandler.class);
    private static final Pattern NOT_WORD = Pattern.compile("[^A-Za-z0-9_]");
    private static final int MAX_REQUEST_ID = 36;
    private static final int NOT_MODIFIED = 304;

    private final Routes routes;
    private final JsonStyle style;
    private final boolean secure;
    private final Predicate<X509Certificate> observers;
    private final BodyReader bodies;
    private final Semaphore inFlight;
    private final SlowConnections slowConnections;

    /**
     * For one listener.
     *
     * @param observers recognises certificates that may only read
     */
    RouteHandler(
            Routes routes,
            JsonStyle style,
            boolean secure,
            Predicate<X509Certificate> observers,
            Limits limits,
            SlowConnections slowConnections) {
        this.routes = routes;
        this.style = style;
        this.secure = secure;
        this.observers = observers;
        this.bodies = new BodyReader(limits, slowConnections);
        this.inFlight = new Semaphore(limits.requests());
        this.slowConnections = slowConnections;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        slowConnections.headArrived(request);
        String requestId = request.getHeaders().get("X-Request-ID");
        if (requestId != null) {
            String clean = NOT_WORD.matcher(requestId).replaceAll("");
            response.getHeaders().put("X-Request-ID", clean.substring(0, Math.min(MAX_REQUEST_ID, clean.length())));
        }
        try {
            HttpReply reply = answer(request);
            switch (reply) {
                case HttpReply.Events(EventSource source) -> stream(source, response, callback);
                case HttpReply.LongJson json -> writeInPieces(json, response, callback);
                default -> write(reply, response, callback);
            }
        } finally {
            slowConnections.answered(request);
        }
        return true;
    }

    private HttpReply answer(Request request) {
        Optional<String> misread = Addresses.problem(request.getHttpURI());
        if (misread.isPresent()) {
            return HttpReply.refusal(400, misread.get());
        }
        String method = request.getMethod();
        String path = Request.getPathInContext(request);
        switch (routes.match(method, path)) {
            case Routes.Match.Refused(HttpReply reply) -> {
                return reply;
            }
            case Routes.Match.Found(Route route, Map<String, String> variables) -> {
                @Nullable X509Certificate peer = peer(request);
                HttpReply refusal = authorise(route, request, peer);
                if (refusal != null) {
                    return refusal;
                }
                Map<String, List<String>> query;
                try {
                    query = query(request);
                } catch (RuntimeException e) {
                    LOG.debug("a query that cannot be decoded", e);
                    return HttpReply.empty(400, "Bad Request");
                }
                // A request counts as being answered once it is all there: bodies that never come use up nothing.
                try (BodyReader.Body body = bodies.read(request, route.maxBody())) {
                    return handle(
                            route,
                            new HttpCall(
                                    method,
                                    path,
                                    variables,
                                    query,
                                    name -> request.getHeaders().get(name),
                                    body.bytes(),
                                    Request.getRemoteAddr(request),
                                    Request.getRemotePort(request),
                                    peer));
                } catch (BodyReader.Refused refused) {
                    int status = refused.status() == 413 ? routes.tooLarge() : refused.status();
                    return closing(HttpReply.refusal(status, String.valueOf(refused.getMessage())));
                }
            }
        }
    }

    private HttpReply handle(Route route, HttpCall call) {
        if (!inFlight.tryAcquire()) {
            return new HttpReply.Empty(503, "Service Unavailable", Map.of("Retry-After", "1", "Connection", "close"));
        }
        try {
            return route.handler().handle(call);
        } catch (Exception e) {
            LOG.error("{} {} failed unexpectedly", call.method(), printable(call.path()), e);
            return HttpReply.refusal(500, "Internal Server Error");
        } finally {
            inFlight.release();
        }
    }

    private @Nullable HttpReply authorise(Route route, Request request, @Nullable X509Certificate peer) {
        if (route.access() == Access.ANYONE) {
            return null;
        }
        if (!secure) {
            return HttpReply.empty(400, "Bad Request");
        }
        if (request.getHeaders().contains(HttpHeader.AUTHORIZATION)) {
            return HttpReply.accessRefused(401, "Unauthorized", "The Authorization header holds no valid token");
        }
        boolean observer = peer != null && observers.test(peer);
        if (observer && route.access() == Access.OBSERVER) {
            return null;
        }
        if (observer) {
            return HttpReply.accessRefused(
                    403,
                    "Forbidden",
                    "Action " + route.action()
                            + " is for administrators; observers read Limelight's own routes (GET /limelight/v1/…) and nothing"
                            + " else");
        }
        if (peer == null || !hasCommonName(peer)) {
            return HttpReply.accessRefused(
                    403, "Forbidden", "Action " + route.action() + " requires admin authentication (mTLS certificate)");
        }
        return null;
    }

    private static boolean hasCommonName(X509Certificate certificate) {
        try {
            return new LdapName(certificate.getSubjectX500Principal().getName())
                    .getRdns().stream().anyMatch(rdn -> rdn.getType().equalsIgnoreCase("CN"));
        } catch (InvalidNameException e) {
            return false;
        }
    }

    private static @Nullable X509Certificate peer(Request request) {
        if (request.getAttribute(EndPoint.SslSessionData.ATTRIBUTE) instanceof EndPoint.SslSessionData session) {
            X509Certificate[] chain = session.peerCertificates();
            return chain == null || chain.length == 0 ? null : chain[0];
        }
        return null;
    }

    private static Map<String, List<String>> query(Request request) {
        Map<String, List<String>> query = new LinkedHashMap<>();
        for (Fields.Field field : Request.extractQueryParameters(request)) {
            query.putIfAbsent(field.getName(), List.copyOf(field.getValues()));
        }
        return query;
    }

    private static HttpReply closing(HttpReply reply) {
        return reply instanceof HttpReply.Json json
                ? new HttpReply.Json(json.status(), json.body(), Map.of("Connection", "close"))
                : reply;
    }

    /** The request no longer counts as being answered: readers stay for days. */
    private static void stream(EventSource source, Response response, Callback callback) {
        response.setStatus(200);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/event-stream");
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        // Nobody else uses the connection afterwards, so a reader that is cut off sees the end at once.
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
        try {
            try (OutputStream out = Content.Sink.asOutputStream(response)) {
                source.sendTo(new EventLines(out));
            }
            callback.succeeded();
        } catch (IOException e) {
            LOG.debug("a reader of events has left", e);
            callback.failed(e);
        } catch (RuntimeException e) {
            LOG.error("a stream of events failed unexpectedly", e);
            callback.failed(e);
        }
    }

    /** What fails after the first byte breaks the connection: the length was promised, so nobody takes a part for the whole. */
    private void writeInPieces(HttpReply.LongJson reply, Response response, Callback callback) {
        long length;
        try {
            length = WireJson.length(reply.body());
        } catch (IOException e) {
            LOG.error("an answer could not be made: {}", e.getMessage());
            write(HttpReply.refusal(500, "Internal Server Error"), response, callback);
            return;
        }
        response.setStatus(reply.status());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, length);
        try {
            WireJson.write(reply.body(), Content.Sink.asOutputStream(response));
            callback.succeeded();
        } catch (IOException e) {
            LOG.warn("an answer of {} bytes was not sent to its end: {}", length, e.getMessage());
            callback.failed(e);
        }
    }

    private void write(HttpReply reply, Response response, Callback callback) {
        response.setStatus(reply.status());
        reply.headers().forEach((name, value) -> response.getHeaders().put(name, value));
        ByteBuffer content = switch (reply) {
            case HttpReply.Json json -> {
                response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
                yield ByteBuffer.wrap(style.write(json.body()));
            }
            case HttpReply.Content file -> {
                response.getHeaders().put(HttpHeader.CONTENT_TYPE, file.contentType());
                yield file.body().duplicate();
            }
            case HttpReply.Empty empty -> {
                if (empty.status() != NOT_MODIFIED) {
                    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/html");
                }
                yield ByteBuffer.allocate(0);
            }
            case HttpReply.Events _, HttpReply.LongJson _ -> throw new IllegalStateException("it is streamed");
        };
        // RFC 9110 §8.6: of a 304 it would be the length of what is not sent.
        if (reply.status() != NOT_MODIFIED) {
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, content.remaining());
        }
        response.write(true, content, callback);
    }

    /** A path as it may stand in a log: one line, bounded. */
    private static String printable(String path) {
        String bounded = path.length() > 200 ? path.substring(0, 200) + "…" : path;
        return bounded.replaceAll("[^\\x20-\\x7e…]", "?");
    }
}
