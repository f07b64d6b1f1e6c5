package io.limelight.core.testkit;

import ch.qos.logback.classic.Level;
import io.limelight.core.json.WireJson;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One connection to a server on this machine, spoken byte by byte: it sends what no well-behaved client would, and shows
 * everything that comes back. Nothing waits longer than {@link #PATIENCE}.
 */
public final class RawHttp implements AutoCloseable {
    /** How long a test waits for a server that should have answered long ago. */
    public static final Duration PATIENCE = Duration.ofSeconds(20);

    static {
        // An unconfigured test log shows everything, and Jetty has a lot to say.
        if (LoggerFactory.getLogger("org.eclipse.jetty") instanceof ch.qos.logback.classic.Logger jetty) {
            jetty.setLevel(Level.INFO);
        }
    }

    private final Socket socket;
    private final InputStream in;

    private RawHttp(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout((int) PATIENCE.toMillis());
        socket.setTcpNoDelay(true);
        this.in = socket.getInputStream();
    }

    /** What came back; the body as UTF-8. */
    public record Reply(int status, Map<String, String> headers, String body) {
        /** The first header field of that name, lower-case; {@code ""} without one. */
        public String header(String name) {
            return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
        }

        /** The body as a JSON object. */
        public ObjectNode json() {
            try {
                return WireJson.parseObject(body.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new AssertionError("not a JSON object: " + body, e);
            }
        }

        /** {@code status} of the envelope. */
        public String reason() {
            return json().path("status").asString();
        }

        @Override
        public String toString() {
            return status + " " + headers + " " + body;
        }
    }

    /** A plain connection. */
    public static RawHttp plain(int port) throws IOException {
        return plainFrom("127.0.0.1", port);
    }

    /** A plain connection from this address of the loopback network, as if from another machine. */
    public static RawHttp plainFrom(String address, int port) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(address, 0));
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int) PATIENCE.toMillis());
        return new RawHttp(socket);
    }

    /** A TLS connection, its handshake done. */
    public static RawHttp tls(int port, SSLContext context) throws IOException {
        return tls(port, context, "TLSv1.3");
    }

    /** A TLS connection of this version, its handshake done. */
    public static RawHttp tls(int port, SSLContext context, String version) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout((int) PATIENCE.toMillis());
        socket.setEnabledProtocols(new String[] {version});
        socket.startHandshake();
        return new RawHttp(socket);
    }

    /** Sends characters as bytes. */
    public RawHttp send(String latin1) throws IOException {
        return send(latin1.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Sends bytes. */
    public RawHttp send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    /** A request without a body. */
    public Reply request(String method, String target, String... headerLines) throws IOException {
        send(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n" + lines(headerLines) + "\r\n");
        return reply();
    }

    /** A request with a JSON body. */
    public Reply request(String method, String target, byte[] body, String... headerLines) throws IOException {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes((method + " " + target + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        + "Content-Length: " + body.length + "\r\n" + lines(headerLines) + "\r\n")
                .getBytes(StandardCharsets.ISO_8859_1));
        whole.writeBytes(body);
        send(whole.toByteArray());
        return reply();
    }

    private static String lines(String[] headerLines) {
        return headerLines.length == 0 ? "" : String.join("\r\n", headerLines) + "\r\n";
    }

    /** Reads one answer. */
    public Reply reply() throws IOException {
        String statusLine = line();
        if (!statusLine.startsWith("HTTP/1.1 ")) {
            throw new IOException("no status line: " + statusLine);
        }
        int status = Integer.parseInt(statusLine.substring(9, 12));
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.putIfAbsent(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        if (status == 100) {
            return reply();
        }
        String length = headers.get("content-length");
        byte[] body = length != null
                ? in.readNBytes(Integer.parseInt(length))
                : "chunked".equals(headers.get("transfer-encoding")) ? chunks() : new byte[0];
        return new Reply(status, headers, new String(body, StandardCharsets.UTF_8));
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (int size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
            whole.writeBytes(in.readNBytes(size));
            line();
        }
        line();
        return whole.toByteArray();
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the server closed the connection; before that came: " + line);
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    /** Everything up to the end of the connection, however it ends; a connection that stays open fails the test. */
    public String untilClosed() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            for (int c = in.read(); c >= 0; c = in.read()) {
                all.write(c);
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the server left the connection open after: " + all, e);
        } catch (IOException e) {
            // Reset by the server: closed too.
        }
        return all.toString(StandardCharsets.ISO_8859_1);
    }

    /** Ends our half of the connection; answers can still be read. */
    public RawHttp endOutput() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /** Breaks the connection off without a farewell (TCP reset). */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** The certificate chain of a TLS server. */
    public java.security.cert.Certificate serverCertificate() throws IOException {
        return ((SSLSocket) socket).getSession().getPeerCertificates()[0];
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
