package io.limelight.core.api;

import io.limelight.core.json.WireJson;
import io.limelight.core.task.Cancellation;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.util.Optional;
import okhttp3.Call;
import okhttp3.Credentials;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/**
 * Posts notices to an address of somebody's choice: any program, which may answer anything. It is always spoken to over TLS,
 * whatever the address says, as Keylime's verifier does (certificate reference §3.4).
 */
public final class WebhookClient {
    private static final MediaType JSON = MediaType.get("application/json");
    private static final int LOOKED_AT = 64 << 10;
    private static final int SHOWN = 160;

    private final HttpUrl url;
    private final OkHttpClient http;
    private final Cancellation cancellation;

    /** What came of a request. */
    public sealed interface Result {
        /** Answered 200 or 202. */
        record Accepted(int status) implements Result {}

        /**
         * Not so.
         *
         * @param why half a sentence
         */
        record Failed(String why) implements Result {}
    }

    /**
     * A client.
     *
     * @param url from {@link #address}
     * @param http with the trust to use
     * @param cancellation ends requests
     */
    public WebhookClient(HttpUrl url, OkHttpClient http, Cancellation cancellation) {
        this.url = url;
        this.http = http;
        this.cancellation = cancellation;
    }

    /** The address that a configuration names; its scheme is thrown away. Empty if it is none. */
    public static Optional<HttpUrl> address(String text) {
        String rest = text.strip().replaceFirst("^[A-Za-z][A-Za-z0-9+.-]*://", "");
        return rest.isEmpty() || rest.startsWith("/")
                ? Optional.empty()
                : Optional.ofNullable(HttpUrl.parse("https://" + rest));
    }

    /** The address without what may be secret in it. */
    public String shown() {
        return url.newBuilder()
                .username("")
                .password("")
                .query(null)
                .fragment(null)
                .build()
                .toString();
    }

    /** Posts once; blocks for as long as the client's time-outs allow. */
    public Result post(RevocationMessage message) {
        Request.Builder request = new Request.Builder()
                .url(url)
                .header("Accept-Encoding", "identity")
                .header("User-Agent", "limelight")
                .post(RequestBody.create(WireJson.compact(message.toJson()), JSON));
        if (!url.username().isEmpty()) {
            request.header("Authorization", Credentials.basic(url.username(), url.password()));
        }
        Call call = http.newCall(request.build());
        Cancellation.Registration registration = cancellation.onCancel(call::cancel);
        try (Response response = call.execute()) {
            int status = response.code();
            // Read to its end, if that is near, so that the connection can be kept; what it says is nobody's business.
            boolean larger = response.body().source().request(LOOKED_AT + 1L);
            if (!larger) {
                response.body().source().getBuffer().clear();
            }
            return status == 200 || status == 202
                    ? new Result.Accepted(status)
                    : new Result.Failed("it answers with the status " + status);
        } catch (IOException e) {
            return new Result.Failed(why(e));
        } finally {
            registration.close();
        }
    }

    private static String why(IOException failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException) {
                return "its certificate is not trusted (" + said(root) + "); trusted_server_ca of verifier.conf names"
                        + " the authorities that are, and limelight ca -c listen shows a certificate that one of them"
                        + " issued if webhook_key and webhook_cert of its ca.conf name it";
            }
        }
        return switch (failure) {
            case ConnectException _ -> "nothing takes connections at that address (" + said(root) + ")";
            case UnknownHostException _ -> "the name of its machine is not known here";
            // The time of a whole call ends by closing its socket.
            case InterruptedIOException _ -> "it did not answer in time";
            case SocketException _ when said(failure).equals("Socket closed") -> "it did not answer in time";
            case EOFException _ -> "it ended the connection without an answer";
            default -> "the request did not go through: " + said(root);
        };
    }

    private static String said(Throwable failure) {
        String message = failure.getMessage();
        return Texts.printable(message == null ? "without a reason" : message, SHOWN);
    }
}
