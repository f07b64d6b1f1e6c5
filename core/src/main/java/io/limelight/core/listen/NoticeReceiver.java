package io.limelight.core.listen;

import io.limelight.core.api.RevocationMessage;
import io.limelight.core.api.WireFormatException;
import io.limelight.core.bus.NoticeSubscriber;
import io.limelight.core.http.Access;
import io.limelight.core.http.HttpCall;
import io.limelight.core.http.HttpListener;
import io.limelight.core.http.HttpReply;
import io.limelight.core.http.JsonStyle;
import io.limelight.core.http.Limits;
import io.limelight.core.http.RefusalLog;
import io.limelight.core.http.Route;
import io.limelight.core.http.Routes;
import io.limelight.core.json.WireJson;
import io.limelight.core.tls.KeyMaterial;
import io.limelight.core.tls.ServerTls;
import io.limelight.core.tls.TrustedCas;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes notices of any verifier for somebody who wants to see them, by webhook or by ZeroMQ, and believes none: what came is
 * handed on as it came. Bodies are bounded, and so is how many are taken side by side.
 */
public final class NoticeReceiver implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NoticeReceiver.class);

    /** A notice that agents would take, with its quotes doubled. */
    private static final int MAX_BODY = 2 << 20;

    private static final int MAX_SIGNATURE = 4_096;
    private static final String PUBLISHER = "the ZeroMQ publisher";

    private static final Limits LIMITS = new Limits(
            64, 8, 16 << 20, 8 << 10, Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(90));

    private final Consumer<Received> taker;
    private final RefusalLog log;
    private AutoCloseable source = () -> {};
    private int port;

    private NoticeReceiver(Consumer<Received> taker, InstantSource clock) {
        this.taker = taker;
        this.log = new RefusalLog(LOG, clock);
    }

    /** The way by which a notice came. */
    public enum Way {
        /** A POST over TLS. */
        WEBHOOK,
        /** A frame. */
        ZEROMQ
    }

    /**
     * What came.
     *
     * @param way how
     * @param from whose address it was; of a publisher, where it is
     * @param msg its text
     * @param signature base64; may be empty
     */
    public record Received(Way way, String from, String msg, String signature) {}

    /**
     * Opens a webhook.
     *
     * @param identity what it proves itself with; whoever comes is asked for nothing
     * @param taker called from several threads; what it throws makes the sender come again
     * @throws IOException if the port cannot be opened
     */
    public static NoticeReceiver webhook(
            InetSocketAddress address, KeyMaterial identity, InstantSource clock, Consumer<Received> taker)
            throws IOException {
        NoticeReceiver receiver = new NoticeReceiver(taker, clock);
        HttpListener listener = HttpListener.start(
                "notices",
                address,
                Optional.of(new ServerTls(identity, TrustedCas.NONE, ServerTls.ClientAuth.NONE)),
                Routes.builder()
                        .versions(_ -> true)
                        .add(new Route("POST", "/**", Access.ANYONE, "", MAX_BODY, receiver::answer))
                        .build(),
                JsonStyle.COMPACT,
                LIMITS);
        receiver.source = listener;
        receiver.port = listener.port();
        return receiver;
    }

    /**
     * Subscribes to a publisher.
     *
     * @param taker called from one thread
     */
    public static NoticeReceiver zeroMq(String host, int port, InstantSource clock, Consumer<Received> taker) {
        NoticeReceiver receiver = new NoticeReceiver(taker, clock);
        receiver.source = NoticeSubscriber.start(host, port, frame -> receiver.frame(host + ":" + port, frame));
        receiver.port = port;
        return receiver;
    }

    /** The port: that of the webhook, or the publisher's. */
    public int port() {
        return port;
    }

    private HttpReply answer(HttpCall call) {
        try {
            take(Way.WEBHOOK, call.remoteAddress(), RevocationMessage.from(call.json()));
        } catch (IOException | WireFormatException e) {
            log.warn(
                    call.remoteAddress(),
                    "what came from " + call.remoteAddress() + " is no notice: " + e.getMessage());
            return HttpReply.refusal(400, "no notice: a JSON object with the texts msg and signature is expected");
        } catch (UncheckedIOException e) {
            LOG.warn("a notice could not be kept: {}", e.getMessage());
            return HttpReply.refusal(503, "the notice could not be kept; send it again");
        }
        return HttpReply.success();
    }

    private void frame(String from, byte[] frame) {
        try {
            take(Way.ZEROMQ, from, RevocationMessage.from(WireJson.parse(new String(frame, StandardCharsets.UTF_8))));
        } catch (IOException | WireFormatException e) {
            log.warn(PUBLISHER, "what came from " + PUBLISHER + " is no notice: " + e.getMessage());
        } catch (UncheckedIOException e) {
            LOG.warn("a notice could not be kept: {}", e.getMessage());
        }
    }

    private void take(Way way, String from, RevocationMessage message) throws WireFormatException {
        if (message.signature().length() > MAX_SIGNATURE) {
            throw new WireFormatException("its signature is longer than any");
        }
        taker.accept(new Received(way, from, message.msg(), message.signature()));
    }

    /** Takes nothing more. */
    @Override
    public void close() {
        try {
            source.close();
        } catch (Exception e) {
            throw new IllegalStateException("the receiver did not stop in order", e);
        }
    }
}
