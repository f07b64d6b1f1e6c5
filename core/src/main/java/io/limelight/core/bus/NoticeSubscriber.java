package io.limelight.core.bus;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;
import zmq.ZError;

/**
 * Listens to a verifier that publishes revocation notices by ZeroMQ (certificate reference §3.4): one frame each, the envelope's
 * JSON, no topic. A publisher that is away is tried again for ever, more and more seldom up to every five seconds; what it
 * published meanwhile is gone, which is how ZeroMQ publishes, so the wait is short. Something that takes the connection and
 * does not speak ZeroMQ is left after as long. Whoever listens must check signatures: there are none here, and no
 * secrecy.
 */
public final class NoticeSubscriber implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NoticeSubscriber.class);
    private static final int FIRST_WAIT_MILLIS = 100;
    private static final int LONGEST_WAIT_MILLIS = 5_000;
    private static final int QUEUE = 256;
    private static final long LARGEST_FRAME = 2L << 20;
    private static final int QUIET_SECONDS = 60;
    private static final long STOP_MILLIS = 5000;

    private final ZMQ.Context context = ZMQ.context(1);
    private final Thread thread;
    private volatile boolean ended;

    private NoticeSubscriber(String address, Consumer<byte[]> receiver) {
        thread = Thread.ofPlatform().daemon().name("zeromq-notices").unstarted(() -> listen(address, receiver));
    }

    /**
     * Begins to listen.
     *
     * @param host name or literal address
     * @param port of TCP
     * @param receiver called with each frame, one at a time, on the subscriber's thread
     */
    public static NoticeSubscriber start(String host, int port, Consumer<byte[]> receiver) {
        String literal = host.contains(":") ? "[" + host + "]" : host;
        NoticeSubscriber subscriber = new NoticeSubscriber("tcp://" + literal + ":" + port, receiver);
        subscriber.thread.start();
        return subscriber;
    }

    /** Only the end of the context ends this: a listener that is deaf and does not say so would be believed to listen. */
    private void listen(String address, Consumer<byte[]> receiver) {
        while (!ended) {
            try {
                hear(address, receiver);
                return;
            } catch (RuntimeException e) {
                if (ended || (e instanceof ZMQException zmq && zmq.getErrorCode() == ZError.ETERM)) {
                    return;
                }
                LOG.error("listening to {} failed and is tried again: {}", address, e.toString());
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LONGEST_WAIT_MILLIS));
            }
        }
    }

    private void hear(String address, Consumer<byte[]> receiver) {
        try (ZMQ.Socket socket = context.socket(SocketType.SUB)) {
            socket.setLinger(0);
            socket.setIPv6(true);
            socket.setReconnectIVL(FIRST_WAIT_MILLIS);
            socket.setReconnectIVLMax(LONGEST_WAIT_MILLIS);
            socket.setHandshakeIvl(LONGEST_WAIT_MILLIS);
            socket.setRcvHWM(QUEUE);
            socket.setMaxMsgSize(LARGEST_FRAME);
            // A publisher whose machine has gone without a word is noticed by the kernel.
            socket.setTCPKeepAlive(1);
            socket.setTCPKeepAliveIdle(QUIET_SECONDS);
            socket.subscribe(ZMQ.SUBSCRIPTION_ALL);
            socket.connect(address);
            while (true) {
                byte[] frame = socket.recv();
                if (frame == null) {
                    return;
                }
                boolean single = !socket.hasReceiveMore();
                while (socket.hasReceiveMore()) {
                    socket.recv();
                }
                if (single) {
                    deliver(receiver, frame);
                } else {
                    LOG.warn("a message of several frames from {} is no notice", address);
                }
            }
        }
    }

    private static void deliver(Consumer<byte[]> receiver, byte[] frame) {
        try {
            receiver.accept(frame);
        } catch (RuntimeException e) {
            LOG.error("a notice could not be taken", e);
        }
    }

    /** Stops; what is being delivered is waited for a little. */
    @Override
    public void close() {
        ended = true;
        LockSupport.unpark(thread);
        // Ends the waiting of the thread, which owns the socket and closes it; returns when it has.
        Thread closing = Thread.ofPlatform().daemon().name("zeromq-close").start(context::term);
        try {
            closing.join(STOP_MILLIS);
            thread.join(STOP_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
