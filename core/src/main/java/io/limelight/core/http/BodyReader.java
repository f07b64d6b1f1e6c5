package io.limelight.core.http;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads request bodies within three bounds: the route's size, the listener's budget for all bodies together, and time.
 *
 * <p>The budget is taken before memory is allocated, and both grow with what has arrived, not with what was promised: a
 * client that announces a large body and sends nothing holds a few KiB. Compressed bodies are refused outright; no peer
 * sends them, and a few KiB could stand for gigabytes. A body that does not come whole is the client's affair and nothing
 * for the log.
 */
final class BodyReader {
    private static final Logger LOG = LoggerFactory.getLogger(BodyReader.class);
    private static final byte[] NONE = new byte[0];
    private static final int FIRST = 4 * 1024;

    private final Semaphore budget;
    private final Duration time;
    private final SlowConnections slowConnections;

    BodyReader(Limits limits, SlowConnections slowConnections) {
        this.budget = new Semaphore(limits.bodyBytes());
        this.time = limits.bodyTime();
        this.slowConnections = slowConnections;
    }

    /** A body that will not be read; the answer goes out and the connection is closed. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;
        private final int status;

        Refused(int status, String reason) {
            super(reason, null, false, false);
            this.status = status;
        }

        int status() {
            return status;
        }
    }

    /** What one body holds of the budget. */
    private final class Share implements AutoCloseable {
        private int held;

        void growTo(int bytes) throws Refused {
            try {
                if (!budget.tryAcquire(bytes - held, 1, TimeUnit.SECONDS)) {
                    throw new Refused(503, "too many large requests at once, try again");
                }
                held = bytes;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Refused(503, "shutting down");
            }
        }

        @Override
        public void close() {
            budget.release(held);
            held = 0;
        }
    }

    /** A body in memory; closing gives its share of the budget back. */
    static final class Body implements AutoCloseable {
        private final byte[] bytes;
        private final @Nullable Share share;

        private Body(byte[] bytes, @Nullable Share share) {
            this.bytes = bytes;
            this.share = share;
        }

        byte[] bytes() {
            return bytes;
        }

        @Override
        public void close() {
            if (share != null) {
                share.close();
            }
        }
    }

    Body read(Request request, int maxBody) throws Refused {
        long declared = request.getLength();
        HttpField encoding = request.getHeaders().getField(HttpHeader.CONTENT_ENCODING);
        boolean none = declared == 0 || (declared < 0 && !request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING));
        if (none) {
            return new Body(NONE, null);
        }
        if (encoding != null && !encoding.getValue().equalsIgnoreCase("identity")) {
            throw new Refused(415, "compressed bodies are not accepted");
        }
        if (declared > maxBody) {
            throw new Refused(413, "the body has " + declared + " bytes, at most " + maxBody + " are accepted");
        }
        Share share = new Share();
        boolean whole = false;
        slowConnections.bodyAwaited(request, time);
        try {
            byte[] bytes = readWithin(request, declared < 0 ? maxBody : (int) declared, share);
            whole = true;
            return new Body(bytes, share);
        } catch (IOException | RuntimeException e) {
            LOG.debug("a body broke off", e);
            throw new Refused(400, "the body did not arrive whole");
        } finally {
            slowConnections.bodyEnded(request);
            if (!whole) {
                share.close();
            }
        }
    }

    private byte[] readWithin(Request request, int limit, Share share) throws IOException, Refused {
        long deadline = System.nanoTime() + time.toNanos();
        InputStream in = Request.asInputStream(request);
        // Room is taken once something has come: who only promises a body must not hold any.
        int first = in.read();
        if (first < 0) {
            return NONE;
        }
        int size = Math.min(FIRST, limit);
        if (size == 0) {
            throw new Refused(413, "the body is larger than " + limit + " bytes");
        }
        share.growTo(size);
        byte[] buffer = new byte[size];
        buffer[0] = (byte) first;
        int filled = 1;
        while (true) {
            if (filled == limit) {
                if (in.read() < 0) {
                    return buffer;
                }
                throw new Refused(413, "the body is larger than " + limit + " bytes");
            }
            if (filled == buffer.length) {
                size = (int) Math.min(limit, buffer.length * 2L);
                share.growTo(size);
                buffer = Arrays.copyOf(buffer, size);
            }
            int read = in.read(buffer, filled, buffer.length - filled);
            if (read < 0) {
                return Arrays.copyOf(buffer, filled);
            }
            filled += read;
            if (System.nanoTime() - deadline > 0) {
                throw new Refused(408, "the body did not arrive within " + time.toSeconds() + " s");
            }
        }
    }
}
