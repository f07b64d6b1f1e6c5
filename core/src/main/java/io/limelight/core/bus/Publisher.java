package io.limelight.core.bus;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;

/**
 * Publishes texts to whoever has subscribed: a PUB socket, one text frame a message and no topic (certificate reference
 * §3.4). It keeps nothing for those who are not there, and cannot tell whether anybody is.
 *
 * <p>The socket is used by one thread, which lives as long as this object.
 */
public final class Publisher implements AutoCloseable {
    private static final int WAITING = 1024;
    private static final int LINGER_MILLIS = 500;
    private static final int LOOK_MILLIS = 200;

    private record Piece(String text, CompletableFuture<Boolean> done) {}

    private final ZContext context;
    private final ZMQ.Socket socket;
    private final int port;
    private final BlockingQueue<Piece> queue = new ArrayBlockingQueue<>(WAITING);
    private final Thread thread;
    private volatile boolean closing;

    private Publisher(ZContext context, ZMQ.Socket socket, int port) {
        this.context = context;
        this.socket = socket;
        this.port = port;
        this.thread = Thread.ofPlatform().daemon().name("zeromq-publisher").unstarted(this::run);
    }

    /**
     * Binds.
     *
     * @param ip address, IPv6 without brackets
     * @param port 0 for any free one
     * @throws IOException if that cannot be; the message names the address
     */
    public static Publisher bind(String ip, int port) throws IOException {
        ZContext context = new ZContext(1);
        try {
            ZMQ.Socket socket = context.createSocket(SocketType.PUB);
            socket.setLinger(LINGER_MILLIS);
            socket.setIPv6(ip.indexOf(':') >= 0);
            String host = ip.indexOf(':') >= 0 ? "[" + ip + "]" : ip;
            int bound = port;
            if (port == 0) {
                bound = socket.bindToRandomPort("tcp://" + host);
            } else if (!socket.bind("tcp://" + host + ":" + port)) {
                throw new IOException("the address is taken");
            }
            Publisher publisher = new Publisher(context, socket, bound);
            publisher.thread.start();
            return publisher;
        } catch (ZMQException | IllegalArgumentException | IOException e) {
            context.close();
            throw new IOException(
                    "cannot publish over ZeroMQ on " + ip + ":" + port + ": " + e.getMessage()
                            + ". Is another program using the port, or is the address not of this machine?",
                    e);
        }
    }

    /** The port. */
    public int port() {
        return port;
    }

    /** Publishes; completes with whether the text was handed to the network for those who are there. */
    public CompletableFuture<Boolean> publish(String text) {
        Piece piece = new Piece(text, new CompletableFuture<>());
        if (closing || !queue.offer(piece)) {
            piece.done.complete(false);
        }
        return piece.done;
    }

    private void run() {
        while (true) {
            Piece piece;
            try {
                piece = queue.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                // Only close() ends this thread.
                continue;
            }
            if (piece == null) {
                if (closing) {
                    break;
                }
                continue;
            }
            boolean sent = false;
            try {
                sent = socket.send(piece.text.getBytes(StandardCharsets.UTF_8));
            } catch (ZMQException e) {
                // Reported as not sent.
            }
            piece.done.complete(sent);
        }
        // By the thread that used the socket, as the library wants it.
        context.close();
    }

    /** Publishes what waits, then closes. */
    @Override
    public void close() {
        closing = true;
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
