package io.limelight.core.api;

import io.limelight.core.task.Cancellation;
import io.limelight.core.tls.ClientTls;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.BufferedSource;

/**
 * Fetches a file from an address of somebody's choice, up to a length and not a byte further. Redirects are not followed, as
 * Keylime does not follow them, and no identity of ours is shown.
 */
public final class DocumentClient {
    private static final int SHOWN = 160;

    private final HttpTimeouts timeouts;
    private final Cancellation cancellation;

    /** Somebody answered, but with nothing that can be used; the message is the end of a sentence. */
    public static final class UnusableAnswer extends IOException {
        private static final long serialVersionUID = 1L;

        UnusableAnswer(String message) {
            super(message);
        }
    }

    /** Fetches within these times. */
    public DocumentClient(HttpTimeouts timeouts, Cancellation cancellation) {
        this.timeouts = timeouts;
        this.cancellation = cancellation;
    }

    /** The address of a text; empty if it is none of http or https. */
    public static Optional<HttpUrl> address(String text) {
        return Optional.ofNullable(HttpUrl.parse(text));
    }

    /** An address without what may be secret in it. */
    public static String shown(HttpUrl url) {
        return Texts.printable(
                url.newBuilder()
                        .username("")
                        .password("")
                        .query(null)
                        .fragment(null)
                        .build()
                        .toString(),
                SHOWN);
    }

    /**
     * Fetches.
     *
     * @param trust for https; asked for only then
     * @param max longest
     * @throws UnusableAnswer if what answers cannot be used
     * @throws IOException if nobody answers; its message is the end of a sentence, too
     */
    public byte[] fetch(HttpUrl url, Supplier<ClientTls> trust, int max) throws IOException {
        OkHttpClient plain = HttpClients.plain(timeouts);
        try {
            OkHttpClient http = url.isHttps() ? HttpClients.with(plain, trust.get()) : plain;
            return fetch(http, url, max);
        } finally {
            HttpClients.close(plain);
        }
    }

    private byte[] fetch(OkHttpClient http, HttpUrl url, int max) throws IOException {
        Request request = new Request.Builder()
                .url(url)
                .header("Accept-Encoding", "identity")
                .header("User-Agent", "limelight")
                .build();
        Call call = http.newCall(request);
        try (Cancellation.Registration _ = cancellation.onCancel(call::cancel);
                Response response = call.execute()) {
            if (response.code() != 200) {
                throw new UnusableAnswer("it answers " + response.code()
                        + (response.isRedirect() ? ", a redirect, and none is followed" : ""));
            }
            String encoding = response.header("Content-Encoding", "identity");
            if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
                throw new UnusableAnswer("its answer is compressed although that was not asked for");
            }
            BufferedSource source = response.body().source();
            if (response.body().contentLength() > max || source.request(max + 1L)) {
                throw new UnusableAnswer("it is longer than the " + max + " bytes that are read");
            }
            return source.getBuffer().readByteArray();
        }
    }
}
