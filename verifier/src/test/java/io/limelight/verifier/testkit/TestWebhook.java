package io.limelight.verifier.testkit;

import io.limelight.core.api.RevocationMessage;
import io.limelight.core.http.Access;
import io.limelight.core.http.HttpCall;
import io.limelight.core.http.HttpHandler;
import io.limelight.core.http.HttpListener;
import io.limelight.core.http.HttpReply;
import io.limelight.core.http.JsonStyle;
import io.limelight.core.http.Limits;
import io.limelight.core.http.Route;
import io.limelight.core.http.Routes;
import io.limelight.core.tls.KeyMaterial;
import io.limelight.core.tls.ServerTls;
import io.limelight.core.tls.TrustedCas;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A program that notices are posted to, over TLS. It takes everything until it is told otherwise. */
public final class TestWebhook implements AutoCloseable {
    private final HttpListener listener;
    private final Deque<HttpHandler> next = new ArrayDeque<>();
    private final List<RevocationMessage> notices = new CopyOnWriteArrayList<>();
    private final AtomicInteger calls = new AtomicInteger();

    private TestWebhook(KeyMaterial identity, TrustedCas clients, int port) throws IOException {
        this.listener = HttpListener.start(
                "webhook",
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                Optional.of(new ServerTls(identity, clients, ServerTls.ClientAuth.REQUESTED)),
                Routes.builder()
                        .add(new Route("POST", "/hook", Access.ANYONE, "", 4 << 20, this::called))
                        .build(),
                JsonStyle.COMPACT,
                Limits.SERVICE);
    }

    /** Starts one; port 0 for any free one. */
    public static TestWebhook start(KeyMaterial identity, TrustedCas clients, int port) throws IOException {
        return new TestWebhook(identity, clients, port);
    }

    private HttpReply called(HttpCall call) throws Exception {
        calls.incrementAndGet();
        HttpHandler special;
        synchronized (this) {
            special = next.poll();
        }
        return special == null ? accept(call) : special.handle(call);
    }

    /** What it does by itself. */
    public HttpReply accept(HttpCall call) throws Exception {
        notices.add(RevocationMessage.from(call.json()));
        return HttpReply.success();
    }

    /** Answers the next calls like this, one each. */
    public synchronized TestWebhook next(HttpHandler... answers) {
        next.addAll(List.of(answers));
        return this;
    }

    public List<RevocationMessage> notices() {
        return notices;
    }

    public int calls() {
        return calls.get();
    }

    public int port() {
        return listener.port();
    }

    @Override
    public void close() {
        listener.close();
    }
}
