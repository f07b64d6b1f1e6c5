package io.limelight.verifier.testkit;

import io.limelight.core.tls.KeyMaterial;
import io.limelight.core.tls.ServerTls;
import io.limelight.core.tls.TrustedCas;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Something that listens at an agent's address and speaks whatever bytes a test gives it, after reading a request's head. */
public final class RawAgent implements AutoCloseable {
    /** Speaks on one connection. */
    @FunctionalInterface
    public interface Speech {
        void on(Socket socket, OutputStream out) throws Exception;
    }

    /** Answers a request, given its first line. */
    @FunctionalInterface
    public interface Answerer {
        byte[] to(String requestLine) throws Exception;
    }

    private final ServerSocket server;
    private final Speech speech;
    private final boolean listens;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();

    private RawAgent(ServerSocket server, Speech speech, boolean listens) {
        this.server = server;
        this.speech = speech;
        this.listens = listens;
    }

    /** Behind a TLS handshake with this identity. */
    public static RawAgent overTls(KeyMaterial identity, TrustedCas clients, int port, Speech speech)
            throws IOException {
        ServerSocket server = new ServerTls(identity, clients, ServerTls.ClientAuth.REQUIRED)
                .context()
                .getServerSocketFactory()
                .createServerSocket(port, 50, InetAddress.getLoopbackAddress());
        return new RawAgent(server, speech, true).begin();
    }

    /** Answers one request on each connection as if it were to stay open, and closes it. */
    public static RawAgent forgetful(KeyMaterial identity, TrustedCas clients, Answerer answerer) throws IOException {
        ServerSocket server = new ServerTls(identity, clients, ServerTls.ClientAuth.REQUIRED)
                .context()
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        return new RawAgent(
                        server,
                        (socket, out) -> {
                            String head = readHead(socket.getInputStream());
                            out.write(answerer.to(head.lines().findFirst().orElse("")));
                        },
                        false)
                .begin();
    }

    /** On the bare connection, not even waiting for a request. */
    public static RawAgent bare(int port, Speech speech) throws IOException {
        return new RawAgent(new ServerSocket(port, 50, InetAddress.getLoopbackAddress()), speech, false).begin();
    }

    /** A whole answer with this body and further head lines. */
    public static byte[] answer(String status, String headLines, String body) {
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        return ("HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nContent-Length: " + content.length
                        + "\r\n" + headLines + "\r\n" + body)
                .getBytes(StandardCharsets.UTF_8);
    }

    private RawAgent begin() {
        Thread.ofVirtual().start(() -> {
            while (!server.isClosed()) {
                try {
                    Socket socket = server.accept();
                    open.add(socket);
                    connections.incrementAndGet();
                    Thread.ofVirtual().start(() -> serve(socket));
                } catch (IOException e) {
                    return;
                }
            }
        });
        return this;
    }

    private void serve(Socket socket) {
        try (socket) {
            if (listens) {
                readHead(socket.getInputStream());
            }
            speech.on(socket, socket.getOutputStream());
            socket.getOutputStream().flush();
        } catch (Exception e) {
            // The other side has had enough.
        } finally {
            open.remove(socket);
        }
    }

    private static String readHead(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                break;
            }
            head.append((char) next);
        }
        return head.toString();
    }

    public int port() {
        return server.getLocalPort();
    }

    /** How often somebody has connected. */
    public int connections() {
        return connections.get();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
