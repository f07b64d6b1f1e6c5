package io.limelight.core.api;

import io.limelight.core.tls.ClientTls;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.util.List;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.ConnectionSpec;
import okhttp3.EventListener;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;

/**
 * Makes HTTP clients for the services' APIs: HTTP/1.1, TCP_NODELAY, no redirects, no compression, no repeated requests,
 * no proxy, no cookies, no cache, and host names left alone (Keylime's certificates do not carry them reliably; trust
 * rests on the CA or on the pinned certificate).
 *
 * <p>A client's trust is part of the key under which its pool keeps connections, because every {@link ClientTls} has a
 * socket factory of its own: a connection made under one pin is never used under another, even to the same address.
 *
 * <p>One client serves many threads. {@link #with(OkHttpClient, ClientTls)} derives a client that differs only in its
 * trust and shares everything else; {@link #with(OkHttpClient, ConnectionPool)} moves it to another pool. One pool is
 * walked linearly under a lock, so a program with thousands of peers spreads them over many pools.
 */
public final class HttpClients {
    /** Set once the request may have left this machine; a failure before that is safe to repeat. */
    static final class SentMarker {
        private volatile boolean sent;
        private volatile boolean connected;

        boolean sent() {
            return sent;
        }

        /** Whether the request went into a connection that an earlier one had left open. */
        boolean intoKeptConnection() {
            return sent && !connected;
        }
    }

    private static final EventListener CONNECTS = new EventListener() {
        @Override
        public void connectStart(Call call, InetSocketAddress address, Proxy proxy) {
            SentMarker marker = call.request().tag(SentMarker.class);
            if (marker != null) {
                marker.connected = true;
            }
        }
    };

    private HttpClients() {}

    /**
     * For plain HTTP, and as the base of clients with trust. It knows no TLS at all: a client that might speak TLS without
     * trust of its own would load the whole list of public CAs of the Java runtime, which nobody here trusts.
     */
    public static OkHttpClient plain(HttpTimeouts timeouts) {
        return new OkHttpClient.Builder()
                .socketFactory(new NoDelaySocketFactory())
                .protocols(List.of(Protocol.HTTP_1_1))
                .connectionSpecs(List.of(ConnectionSpec.CLEARTEXT))
                .proxy(Proxy.NO_PROXY)
                .followRedirects(false)
                .followSslRedirects(false)
                .retryOnConnectionFailure(false)
                .connectTimeout(timeouts.connect())
                .readTimeout(timeouts.silence())
                .writeTimeout(timeouts.silence())
                .callTimeout(timeouts.call())
                .eventListener(CONNECTS)
                .addNetworkInterceptor(chain -> {
                    Request request = chain.request();
                    SentMarker marker = request.tag(SentMarker.class);
                    if (marker != null) {
                        marker.sent = true;
                    }
                    // The library repeats a request by itself where a 503 says "Retry-After: 0". When to repeat is
                    // ours to decide, and some requests must not be repeated at all.
                    return chain.proceed(request)
                            .newBuilder()
                            .removeHeader("Retry-After")
                            .build();
                })
                .build();
    }

    /** For HTTPS with this trust and identity. */
    public static OkHttpClient tls(HttpTimeouts timeouts, ClientTls tls) {
        return with(plain(timeouts), tls);
    }

    /** The same client with other trust; pool and threads are shared. */
    public static OkHttpClient with(OkHttpClient base, ClientTls tls) {
        return base.newBuilder()
                .connectionSpecs(List.of(ConnectionSpec.MODERN_TLS))
                .sslSocketFactory(tls.context().getSocketFactory(), tls.trustManager())
                .hostnameVerifier((host, session) -> true)
                .build();
    }

    /** The same client with another pool of connections. */
    public static OkHttpClient with(OkHttpClient base, ConnectionPool pool) {
        return base.newBuilder().connectionPool(pool).build();
    }

    /** Closes idle connections and lets the client's threads end. */
    public static void close(OkHttpClient client) {
        client.dispatcher().executorService().shutdown();
        client.connectionPool().evictAll();
    }
}
