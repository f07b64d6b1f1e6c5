package io.limelight.core.testkit;

import io.limelight.core.tls.ServerTls;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/**
 * A server that answers each request as a test tells it to, or worse: with bytes that are no answer, too late, too slowly,
 * without end. Counts what it was asked and what it got rid of.
 */
public final class HostileServer implements AutoCloseable {
    private final ServerSocket listening;
    private final Script script;
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final List<Socket> connections = new CopyOnWriteArrayList<>();
    private final AtomicLong sent = new AtomicLong();

    private HostileServer(ServerSocket listening, Script script) {
        this.listening = listening;
        this.script = script;
        Thread.ofVirtual().start(this::accept);
    }

    /** What to do with a request. */
    @FunctionalInterface
    public interface Script {
        /** Answers; when it returns, the next request of the connection is read, unless it closed. */
        void answer(Request request, Answer answer) throws Exception;
    }

    /** What came: the request line and header lines, and the body. */
    public record Request(String head, String body) {
        /** Whether the head has this line, whatever the case. */
        public boolean has(String line) {
            return ("\n" + head.toLowerCase(Locale.ROOT)).contains("\n" + line.toLowerCase(Locale.ROOT));
        }
    }

    /** The way back. */
    public final class Answer {
        private final Socket socket;

        private Answer(Socket socket) {
            this.socket = socket;
        }

        /** Sends these characters as bytes. */
        public Answer send(String latin1) throws IOException {
            return send(latin1.getBytes(StandardCharsets.ISO_8859_1));
        }

        /** Sends these bytes. */
        public Answer send(byte[] bytes) throws IOException {
            OutputStream out = socket.getOutputStream();
            out.write(bytes);
            out.flush();
            sent.addAndGet(bytes.length);
            return this;
        }

        /** A whole answer. */
        public Answer json(int status, String body) throws IOException {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            send("HTTP/1.1 " + status + " Whatever\r\nContent-Type: application/json\r\nContent-Length: " + bytes.length
                    + "\r\n\r\n");
            return send(bytes);
        }

        /** Ends the connection. */
        public void close() throws IOException {
            socket.close();
        }

        /** Does nothing until the peer has had enough. */
        public void waitForTheEnd() throws IOException {
            while (socket.getInputStream().read() >= 0) {
                // Whatever it still says.
            }
        }
    }

    /** A plain server. */
    public static HostileServer plain(Script script) throws IOException {
        return new HostileServer(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), script);
    }

    /** A TLS server. */
    public static HostileServer tls(ServerTls tls, Script script) throws IOException {
        SSLServerSocket socket = (SSLServerSocket)
                tls.context().getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        switch (tls.clientAuth()) {
            case REQUIRED -> socket.setNeedClientAuth(true);
            case REQUESTED -> socket.setWantClientAuth(true);
            case NONE -> socket.setWantClientAuth(false);
        }
        return new HostileServer(socket, script);
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket socket = listening.accept();
                connections.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            if (socket instanceof SSLSocket tls) {
                tls.startHandshake();
            }
            Answer answer = new Answer(socket);
            for (Request request = read(socket.getInputStream());
                    request != null;
                    request = read(socket.getInputStream())) {
                requests.add(request);
                script.answer(request, answer);
                if (socket.isClosed()) {
                    return;
                }
            }
        } catch (Exception e) {
            // The client went away, which is what most of these tests are about.
        }
    }

    private static Request read(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
            int c = in.read();
            if (c < 0) {
                return null;
            }
            head.append((char) c);
        }
        int length = 0;
        for (String line : head.toString().split("\r\n", -1)) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(line.substring(15).strip());
            }
        }
        String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
        return new Request(head.toString().replace("\r\n", "\n"), body);
    }

    /** Where it listens. */
    public int port() {
        return listening.getLocalPort();
    }

    /** What it was asked, over all connections. */
    public List<Request> requests() {
        return requests;
    }

    /** How many connections it had. */
    public int connections() {
        return connections.size();
    }

    /** How many bytes it got rid of. */
    public long sent() {
        return sent.get();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket socket : connections) {
            socket.close();
        }
    }
}
