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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads request bodies within three bounds: the route's size, the listener's budget for all bodies together, and time.
 *
 * <p>The budget is taken before memory is allocated: by the declared length, or by the route's limit when a chunked body
 * declares none. Compressed bodies are refused outright; no peer sends them, and a few KiB could stand for gigabytes.
 */
final class BodyReader {
    private static final Logger LOG = LoggerFactory.getLogger(BodyReader.class);
    private static final byte[] NONE = new byte[0];
    private static final int CHUNK = 16 * 1024;

    private final Semaphore budget;
    private final int budgetBytes;
    private final Duration time;

    BodyReader(Limits limits) {
        this.budgetBytes = limits.bodyBytes();
        this.budget = new Semaphore(limits.bodyBytes());
        this.time = limits.bodyTime();
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

    /** A body in memory; closing gives its share of the budget back. */
    static final class Body implements AutoCloseable {
        private final byte[] bytes;
        private final Runnable release;

        private Body(byte[] bytes, Runnable release) {
            this.bytes = bytes;
            this.release = release;
        }

        byte[] bytes() {
            return bytes;
        }

        @Override
        public void close() {
            release.run();
        }
    }

    Body read(Request request, int maxBody) throws Refused {
        long declared = request.getLength();
        HttpField encoding = request.getHeaders().getField(HttpHeader.CONTENT_ENCODING);
        boolean none = declared == 0 || (declared < 0 && !request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING));
        if (none) {
            return new Body(NONE, () -> {});
        }
        if (encoding != null && !encoding.getValue().equalsIgnoreCase("identity")) {
            throw new Refused(415, "compressed bodies are not accepted");
        }
        if (declared > maxBody) {
            throw new Refused(413, "the body has " + declared + " bytes, at most " + maxBody + " are accepted");
        }
        int reserve = Math.min(budgetBytes, declared < 0 ? maxBody : (int) declared);
        try {
            if (!budget.tryAcquire(reserve, 1, TimeUnit.SECONDS)) {
                throw new Refused(503, "too many large requests at once, try again");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refused(503, "shutting down");
        }
        boolean handedOver = false;
        try {
            byte[] bytes = readWithin(request, declared, maxBody);
            handedOver = true;
            return new Body(bytes, () -> budget.release(reserve));
        } catch (IOException e) {
            // The client went away or stood still: nothing of ours failed, and nobody may be left to read the answer.
            LOG.debug("a body did not arrive", e);
            throw new Refused(400, "the body did not arrive completely");
        } finally {
            if (!handedOver) {
                budget.release(reserve);
            }
        }
    }

    private byte[] readWithin(Request request, long declared, int maxBody) throws IOException, Refused {
        long deadline = System.nanoTime() + time.toNanos();
        byte[] buffer = new byte[declared > 0 ? (int) declared : Math.min(CHUNK, Math.max(maxBody, 1))];
        int filled = 0;
        InputStream in = Request.asInputStream(request);
        while (true) {
            if (filled == buffer.length) {
                int next = in.read();
                if (next < 0) {
                    return buffer;
                }
                if (filled >= maxBody) {
                    throw new Refused(413, "the body is larger than " + maxBody + " bytes");
                }
                buffer = Arrays.copyOf(buffer, (int) Math.min(maxBody, Math.max(CHUNK, buffer.length * 2L)));
                buffer[filled++] = (byte) next;
            }
            int read = in.read(buffer, filled, buffer.length - filled);
            if (read < 0) {
                return Arrays.copyOf(buffer, filled);
            }
            filled += read;
            if (System.nanoTime() > deadline) {
                throw new Refused(408, "the body did not arrive within " + time.toSeconds() + " s");
            }
        }
    }
}
