package io.limelight.core.bus;

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;

/**
 * Takes text frames from a ZeroMQ publisher, which may come later, go, and come back. What is published while there is no
 * connection is lost; the wire is clear text and anybody may pose as the publisher, so what arrives is believed no more than
 * any other stranger's word.
 */
public final class BusSubscriber implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BusSubscriber.class);
    private static final int LOOK_MILLIS = 200;
    private static final int RECONNECT_MILLIS = 200;
    private static final int RECONNECT_MOST_MILLIS = 5_000;
    /** As many as may wait here before the library drops further ones. */
    private static final int WAITING = 1_000;

    private final Thread receiver;
    private volatile boolean closed;

    private BusSubscriber(String address, int maxFrame, Consumer<String> sink) {
        this.receiver = Thread.ofPlatform().name("bus-subscriber").daemon().unstarted(() -> {
            // A socket belongs to the thread that made it; so does its end.
            try (ZContext library = new ZContext(1)) {
                receive(library, address, maxFrame, sink);
            }
        });
    }

    /**
     * Starts receiving.
     *
     * @param address for example {@code tcp://127.0.0.1:8992}; need not answer yet
     * @param maxFrame longest frame in bytes; a publisher that sends a longer one is disconnected
     * @param sink gets every frame as UTF-8 text, one after the other
     */
    public static BusSubscriber start(String address, int maxFrame, Consumer<String> sink) {
        BusSubscriber subscriber = new BusSubscriber(address, maxFrame, sink);
        subscriber.receiver.start();
        return subscriber;
    }

    private void receive(ZContext library, String address, int maxFrame, Consumer<String> sink) {
        ZMQ.Socket socket = library.createSocket(SocketType.SUB);
        socket.setLinger(0);
        socket.setReceiveTimeOut(LOOK_MILLIS);
        socket.setMaxMsgSize(maxFrame);
        socket.setRcvHWM(WAITING);
        socket.setReconnectIVL(RECONNECT_MILLIS);
        socket.setReconnectIVLMax(RECONNECT_MOST_MILLIS);
        socket.subscribe(ZMQ.SUBSCRIPTION_ALL);
        try {
            socket.connect(address);
            while (!closed) {
                byte[] frame = socket.recv();
                if (frame != null) {
                    boolean single = !socket.hasReceiveMore();
                    while (socket.hasReceiveMore()) {
                        socket.recv();
                    }
                    hand(single, frame, sink);
                }
            }
        } catch (ZMQException e) {
            if (!closed) {
                LOG.error("nothing more is received from {}: {}", address, e.getMessage());
            }
        }
    }

    private static void hand(boolean single, byte[] frame, Consumer<String> sink) {
        if (!single) {
            LOG.debug("a message of several frames is no notice");
            return;
        }
        try {
            sink.accept(new String(frame, StandardCharsets.UTF_8));
        } catch (RuntimeException e) {
            LOG.error("a message could not be handled", e);
        }
    }

    /** Stops receiving; waits for the frame that is being handled. */
    @Override
    public void close() {
        closed = true;
        try {
            receiver.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
