package io.limelight.core.api;

import io.limelight.core.api.ApiException.Untrusted.Who;
import io.limelight.core.json.WireJson;
import io.limelight.core.task.Cancellation;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLException;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One request to one service: sent, bounded, understood as far as the envelope, and every way it can fail turned into an
 * {@link ApiException}.
 *
 * <p>The peer is not trusted with our memory or time. The body is read up to a limit of the route and not a byte
 * further; a compressed body is refused, since we asked for identity and a small compressed body can be a large one; a
 * redirect is refused, since it would send a request with secrets elsewhere.
 */
final class ApiCaller {
    /** Enough for every record. */
    static final int RECORD = 4 << 20;
    /** Enough for lists of a hundred thousand machines. */
    static final int LIST = 64 << 20;

    private static final int ERROR_BODY = 64 << 10;
    private static final int SHOWN_REASON = 300;
    private static final MediaType JSON = MediaType.get("application/json");
    private static final RequestBody NO_BODY = RequestBody.create(new byte[0], null);

    private final Endpoint endpoint;
    private final HttpUrl base;
    private final OkHttpClient http;
    private final @Nullable Cancellation cancellation;
    private final @Nullable AnswerBudget budget;
    private final boolean closing;

    ApiCaller(Endpoint endpoint, OkHttpClient http, @Nullable Cancellation cancellation) {
        this(endpoint, http, cancellation, null, false);
    }

    /**
     * One with all it can do.
     *
     * @param closing whether each request asks for its connection to be closed after the answer
     */
    ApiCaller(
            Endpoint endpoint,
            OkHttpClient http,
            @Nullable Cancellation cancellation,
            @Nullable AnswerBudget budget,
            boolean closing) {
        this.endpoint = endpoint;
        this.base = endpoint.baseUrl();
        this.http = http;
        this.cancellation = cancellation;
        this.budget = budget;
        this.closing = closing;
    }

    /** The same whose requests end their connections (RFC 9112 §9.6). */
    ApiCaller closing() {
        return new ApiCaller(endpoint, http, cancellation, budget, true);
    }

    /** Turns results into what the caller wants. */
    @FunctionalInterface
    interface Reader<T> {
        T read(JsonNode results) throws WireFormatException;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    HttpUrl.Builder url() {
        return base.newBuilder();
    }

    HttpUrl.Builder url(ApiVersion version, String... segments) {
        HttpUrl.Builder url = base.newBuilder().addPathSegment(version.pathSegment());
        for (String segment : segments) {
            url.addPathSegment(segment);
        }
        return url;
    }

    ObjectNode get(HttpUrl url, String doing, int maxBytes) throws ApiException {
        return send(new Request.Builder().url(url).get(), doing, maxBytes).body();
    }

    <T> T get(HttpUrl url, String doing, int maxBytes, Reader<T> reader) throws ApiException {
        return read(get(url, doing, maxBytes), doing, reader);
    }

    ObjectNode post(HttpUrl url, ObjectNode body, String doing) throws ApiException {
        return send(new Request.Builder().url(url).post(json(body)), doing, RECORD)
                .body();
    }

    ObjectNode put(HttpUrl url, @Nullable ObjectNode body, String doing) throws ApiException {
        return send(new Request.Builder().url(url).put(body == null ? NO_BODY : json(body)), doing, RECORD)
                .body();
    }

    /** The HTTP status of the success: a deletion may be done (200) or begun (202). */
    int delete(HttpUrl url, String doing) throws ApiException {
        return send(new Request.Builder().url(url).delete(), doing, RECORD).status();
    }

    private static RequestBody json(ObjectNode body) {
        return RequestBody.create(WireJson.compact(body), JSON);
    }

    <T> T read(ObjectNode envelope, String doing, Reader<T> reader) throws ApiException {
        JsonNode results = envelope.get("results");
        try {
            return reader.read(results == null ? NullNode.getInstance() : results);
        } catch (WireFormatException e) {
            throw badAnswer(doing, messageOf(e), e);
        }
    }

    private record Reply(int status, ObjectNode body) {}

    private Reply send(Request.Builder builder, String doing, int maxBytes) throws ApiException {
        HttpClients.SentMarker marker = new HttpClients.SentMarker();
        Request request = request(builder, "application/json", marker);
        try {
            return execute(request, doing, maxBytes);
        } catch (IOException e) {
            boolean again = marker.sent()
                    ? marker.intoKeptConnection() && request.method().equals("GET") && ended(e)
                    : mayHaveRefusedResumption(e);
            if (!again || (cancellation != null && cancellation.cancelled())) {
                throw failed(e, doing, marker.sent());
            }
        }
        try {
            return execute(request, doing, maxBytes);
        } catch (IOException e) {
            throw failed(e, doing, marker.sent());
        }
    }

    private Request request(Request.Builder builder, String accept, HttpClients.SentMarker marker) {
        if (closing) {
            builder.header("Connection", "close");
        }
        return builder.header("Accept", accept)
                .header("Accept-Encoding", "identity")
                .header("User-Agent", "limelight")
                .tag(HttpClients.SentMarker.class, marker)
                .build();
    }

    /** Reads an answer that goes on; what it throws itself ends it. */
    @FunctionalInterface
    interface Following<X extends Exception> {
        void follow(BufferedSource source) throws ApiException, IOException, X;
    }

    /** One request, never repeated, whose answer is handed on as it comes. Bounds are the follower's business. */
    <X extends Exception> void stream(HttpUrl url, String accept, String doing, Following<X> following)
            throws ApiException, X {
        stream(new Request.Builder().url(url).get(), accept, doing, following);
    }

    /** The same, asked with a body. */
    <X extends Exception> void stream(HttpUrl url, ObjectNode body, String accept, String doing, Following<X> following)
            throws ApiException, X {
        stream(new Request.Builder().url(url).post(json(body)), accept, doing, following);
    }

    private <X extends Exception> void stream(
            Request.Builder asked, String accept, String doing, Following<X> following) throws ApiException, X {
        HttpClients.SentMarker marker = new HttpClients.SentMarker();
        Call call = http.newCall(request(asked, accept, marker));
        Cancellation.@Nullable Registration registration =
                cancellation == null ? null : cancellation.onCancel(call::cancel);
        try (Response response = call.execute()) {
            requireSuccess(response, doing);
            try {
                following.follow(response.body().source());
            } finally {
                // Closing alone would wait for what else comes, so that the connection can be used again.
                call.cancel();
            }
        } catch (IOException e) {
            throw failed(e, doing, marker.sent());
        } finally {
            if (registration != null) {
                registration.close();
            }
        }
    }

    private Reply execute(Request request, String doing, int maxBytes) throws ApiException, IOException {
        Call call = http.newCall(request);
        Cancellation.@Nullable Registration registration =
                cancellation == null ? null : cancellation.onCancel(call::cancel);
        try (Response response = call.execute()) {
            return new Reply(response.code(), understand(response, doing, maxBytes));
        } finally {
            if (registration != null) {
                registration.close();
            }
        }
    }

    /**
     * Whether the peer may have failed because we offered to resume a session. Keylime's agent hands out session tickets
     * and then ends every connection that shows one with the alert internal_error: its TLS library wants a session id
     * context, which the agent does not set. Nothing was sent yet and an offered session is not offered again, so one more
     * connection is safe and makes a full handshake.
     */
    private static boolean mayHaveRefusedResumption(IOException failure) {
        return failure instanceof SSLException && messageOf(failure).contains("internal_error");
    }

    /**
     * Whether the connection had ended. Services close one that is idle, some after 5 s, and that is only noticed by using
     * it. A question may then be asked again; anything else is the caller's to repeat.
     */
    private static boolean ended(IOException failure) {
        return failure instanceof SocketException || rootOf(failure) instanceof EOFException;
    }

    private ObjectNode understand(Response response, String doing, int maxBytes) throws ApiException, IOException {
        requireSuccess(response, doing);
        return envelope(response.body(), doing, maxBytes);
    }

    private void requireSuccess(Response response, String doing) throws ApiException, IOException {
        int code = response.code();
        if (code >= 300 && code < 400) {
            throw badAnswer(doing, "it answers with a redirect (" + code + "), which is not followed", null);
        }
        String encoding = response.header("Content-Encoding", "identity");
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw badAnswer(doing, "its answer is compressed although that was not asked for", null);
        }
        if (code >= 200 && code < 300) {
            return;
        }
        byte[] body = read(response.body(), doing, ERROR_BODY, false);
        String reason = reason(body).orElse(response.message());
        String shown = Texts.printable(reason, SHOWN_REASON);
        throw new ApiException.Refused(
                endpoint,
                sentence(doing, "it answers " + code + (shown.isEmpty() ? "" : " '" + shown + "'")) + nextFor(code),
                code,
                shown);
    }

    private String nextFor(int code) {
        return switch (code) {
            case 401, 403 ->
                endpoint.tls()
                        ? " The client certificate may not be one this "
                                + endpoint.service().word() + " accepts as an administrator's."
                        : "";
            case 410 -> " It runs in push mode, which this command does not speak.";
            case 500 -> " Its own log says what is wrong there.";
            default -> "";
        };
    }

    /** Reads and parses; a large body only when there is room for it. */
    private ObjectNode envelope(ResponseBody body, String doing, int maxBytes) throws ApiException, IOException {
        if (budget == null || maxBytes <= AnswerBudget.FREE) {
            return envelope(read(body, doing, maxBytes, true), doing);
        }
        long declared = body.contentLength();
        boolean small =
                declared >= 0 ? declared <= AnswerBudget.FREE : !body.source().request(AnswerBudget.FREE + 1L);
        if (small || declared > maxBytes) {
            return envelope(read(body, doing, maxBytes, true), doing);
        }
        try (AnswerBudget.Share _ = budget.take(declared >= 0 ? declared : maxBytes)) {
            return envelope(read(body, doing, maxBytes, true), doing);
        }
    }

    /** Reads to the end, or to one byte more than allowed. */
    private byte[] read(ResponseBody body, String doing, int maxBytes, boolean whole) throws ApiException, IOException {
        if (body.contentLength() > maxBytes) {
            if (!whole) {
                return new byte[0];
            }
            throw tooLarge(doing, maxBytes);
        }
        BufferedSource source = body.source();
        if (source.request(maxBytes + 1L)) {
            if (!whole) {
                return new byte[0];
            }
            throw tooLarge(doing, maxBytes);
        }
        return source.getBuffer().readByteArray();
    }

    private ApiException tooLarge(String doing, int maxBytes) {
        return badAnswer(doing, "its answer is larger than the " + maxBytes + " bytes allowed here", null);
    }

    private ObjectNode envelope(byte[] body, String doing) throws ApiException {
        if (body.length == 0) {
            return WireJson.object();
        }
        try {
            return WireJson.parseObject(body);
        } catch (IOException e) {
            throw badAnswer(doing, "its answer is not the JSON object this API speaks", e);
        }
    }

    /** {@code status} of the envelope or {@code detail} of the errors object; empty for any other body. */
    private static Optional<String> reason(byte[] body) {
        if (body.length == 0) {
            return Optional.empty();
        }
        try {
            ObjectNode object = WireJson.parseObject(body);
            Optional<String> status = WireJson.nonEmptyText(object, "status");
            if (status.isPresent()) {
                return status;
            }
            JsonNode error = object.path("errors").path(0);
            return WireJson.nonEmptyText(error, "detail").or(() -> WireJson.nonEmptyText(error, "title"));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private ApiException failed(IOException failure, String doing, boolean sent) {
        if ((cancellation != null && cancellation.cancelled())
                || Thread.currentThread().isInterrupted()) {
            return new ApiException.Stopped(endpoint, sent);
        }
        return switch (failure) {
            case SSLException tls -> untrusted(tls, doing, sent);
            case UnknownHostException e ->
                new ApiException.Unreachable(
                        endpoint,
                        sentence(doing, "the name '" + endpoint.host() + "' is not known")
                                + " Check the address, or the name service of this machine.",
                        false,
                        e);
            case ConnectException e ->
                new ApiException.Unreachable(
                        endpoint,
                        sentence(doing, "the connection is refused")
                                + " Is it running, and are address and port right?",
                        false,
                        e);
            case NoRouteToHostException e ->
                new ApiException.Unreachable(
                        endpoint,
                        sentence(doing, "there is no route to it")
                                + " Check the address and the network or firewall between here and there.",
                        false,
                        e);
            case InterruptedIOException e ->
                new ApiException.TimedOut(
                        endpoint,
                        sentence(doing, (sent ? "no complete answer" : "no connection") + " within the time allowed")
                                + " The option request_timeout sets that time.",
                        sent,
                        e);
            default ->
                new ApiException.Unreachable(
                        endpoint,
                        sentence(doing, "the connection broke (" + Texts.printable(messageOf(failure), 120) + ")")
                                + (endpoint.tls()
                                        ? " It may have refused the client certificate, or stopped meanwhile."
                                        : " It may speak TLS on this port, or have stopped meanwhile."),
                        sent,
                        failure);
        };
    }

    private ApiException untrusted(SSLException failure, String doing, boolean sent) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException) {
                return new ApiException.Untrusted(
                        endpoint,
                        sentence(doing, "its certificate is not trusted (" + shortReason(rootOf(cause)) + ")")
                                + (endpoint.service() == Endpoint.Service.AGENT
                                        ? " The agent must show the certificate it registered; if it was reinstalled, it"
                                                + " must register again."
                                        : " The option trusted_server_ca names the certificate authorities that are"
                                                + " trusted."),
                        Who.WE_REFUSED,
                        failure);
            }
        }
        if (rootOf(failure) instanceof EOFException) {
            // No word about trust: a service that is being stopped or started looks like this.
            return new ApiException.Unreachable(
                    endpoint,
                    sentence(doing, "the connection ended in the middle of the TLS handshake")
                            + " It may have stopped meanwhile, refuse this side's client certificate, or not speak TLS"
                            + " on this port.",
                    sent,
                    failure);
        }
        String text = messageOf(failure).toLowerCase(Locale.ROOT);
        if (text.contains("alert")) {
            boolean unknown = text.contains("unknown_ca") || text.contains("unknown ca");
            if (!unknown && !aboutCertificates(text)) {
                return new ApiException.Untrusted(
                        endpoint,
                        sentence(doing, "it ended the TLS handshake with an alert (" + shortReason(failure) + ")")
                                + " That is no word about certificates; its own log may say why.",
                        Who.NEITHER,
                        failure);
            }
            return new ApiException.Untrusted(
                    endpoint,
                    sentence(
                                    doing,
                                    unknown
                                            ? "it does not know the authority of this side's client certificate"
                                            : "it refuses the TLS connection (" + shortReason(failure) + ")")
                            + (endpoint.service() == Endpoint.Service.AGENT
                                    ? " The agent's option trusted_client_ca must name the CA of this client"
                                            + " certificate."
                                    : " Its option trusted_client_ca must name the CA of this client certificate."),
                    Who.THEY_REFUSED,
                    failure);
        }
        return new ApiException.Untrusted(
                endpoint,
                sentence(doing, "there is no TLS connection (" + shortReason(failure) + ")")
                        + " Does it speak TLS on this port?",
                Who.NEITHER,
                failure);
    }

    /** RFC 8446 §6.2: the alerts by which a server says that it does not like the certificate it was shown, or misses it. */
    private static boolean aboutCertificates(String alert) {
        return alert.contains("certificate") || alert.contains("access_denied") || alert.contains("handshake_failure");
    }

    /** Path validation wraps its reason in class names. */
    private static Throwable rootOf(Throwable failure) {
        Throwable root = failure;
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            root = cause;
        }
        return root;
    }

    private static String shortReason(Throwable cause) {
        return Texts.printable(messageOf(cause), 120);
    }

    private static String messageOf(Throwable failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }

    ApiException badAnswer(String doing, String why, @Nullable Throwable cause) {
        String word = endpoint.service().word();
        String sentence =
                sentence(doing, why) + " Is this the address of " + (word.startsWith("a") ? "an " : "a ") + word + "?";
        return cause == null
                ? new ApiException.BadAnswer(endpoint, sentence)
                : new ApiException.BadAnswer(endpoint, sentence, cause);
    }

    /** "Could not read the record of agent x from the registrar at 127.0.0.1:8891: it answers 404 'not found'." */
    private String sentence(String doing, String why) {
        return "Could not " + doing + " (" + endpoint + "): " + why + ".";
    }
}
