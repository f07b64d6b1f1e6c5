package io.limelight.core.api;

import io.limelight.core.task.Cancellation;
import io.limelight.core.tls.ClientTls;
import java.io.IOException;
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
 * Posts a console's alert as JSON to an address of somebody's choice, over TLS only: an alert names machines. Nothing of the answer is
 * used but its status; redirects are not followed, and no identity of ours is shown.
 */
public final class AlertClient {
    private static final MediaType JSON = MediaType.get("application/json");

    private final HttpTimeouts timeouts;
    private final Cancellation cancellation;

    /** Posts within these times. */
    public AlertClient(HttpTimeouts timeouts, Cancellation cancellation) {
        this.timeouts = timeouts;
        this.cancellation = cancellation;
    }

    /** The address of a text; empty if it is none of https. */
    public static Optional<HttpUrl> address(String text) {
        return Optional.ofNullable(HttpUrl.parse(text.strip())).filter(HttpUrl::isHttps);
    }

    /**
     * Posts once.
     *
     * @throws IOException if it is not taken; its message is the end of a sentence
     */
    public void post(HttpUrl url, ClientTls trust, byte[] json) throws IOException {
        OkHttpClient plain = HttpClients.plain(timeouts);
        try {
            Request.Builder request = new Request.Builder()
                    .url(url)
                    .header("Accept-Encoding", "identity")
                    .header("User-Agent", "limelight")
                    .post(RequestBody.create(json, JSON));
            if (!url.username().isEmpty()) {
                request.header("Authorization", Credentials.basic(url.username(), url.password()));
            }
            Call call = HttpClients.with(plain, trust).newCall(request.build());
            try (Cancellation.Registration _ = cancellation.onCancel(call::cancel);
                    Response response = call.execute()) {
                if (!response.isSuccessful()) {
                    throw new IOException("it answers with the status " + response.code()
                            + (response.isRedirect() ? ", a redirect, and none is followed" : ""));
                }
            }
        } finally {
            HttpClients.close(plain);
        }
    }
}
