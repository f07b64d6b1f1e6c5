package io.limelight.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A wire to a server that can be cut just after a COMMIT has gone through: the server makes it, and nobody hears of it. */
final class CommitCutter implements AutoCloseable {
    /** The driver has it parsed once for each connection, under a name, and names it ever after. */
    private static final Pattern PARSED = Pattern.compile("(S_[0-9]+)\0COMMIT\0");

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Socket> sockets = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger toCut = new AtomicInteger();
    private final AtomicInteger cut = new AtomicInteger();
    private final int server;
    private volatile boolean refusing;

    CommitCutter(int server) throws IOException {
        this.server = server;
        Thread.startVirtualThread(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** So many of the commits to come. */
    void cutNext(int commits) {
        toCut.set(commits);
    }

    /** Whether nobody gets a new connection. */
    void refuse(boolean everybody) {
        refusing = everybody;
    }

    int cut() {
        return cut.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                if (refusing) {
                    client.close();
                    continue;
                }
                Socket behind = new Socket(InetAddress.getLoopbackAddress(), server);
                sockets.add(client);
                sockets.add(behind);
                boolean[] deaf = new boolean[1];
                Thread.startVirtualThread(() -> pump(client, behind, deaf, true));
                Thread.startVirtualThread(() -> pump(behind, client, deaf, false));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void pump(Socket from, Socket to, boolean[] deaf, boolean towardsServer) {
        byte[] buffer = new byte[8192];
        String commit = null;
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                String text = new String(buffer, 0, length, StandardCharsets.ISO_8859_1);
                Matcher parsed = PARSED.matcher(text);
                boolean named = parsed.find();
                commit = named ? parsed.group(1) : commit;
                boolean commits = named || (commit != null && text.contains("\0" + commit + "\0"));
                if (towardsServer && commits && toCut.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
                    synchronized (deaf) {
                        deaf[0] = true;
                    }
                    cut.incrementAndGet();
                }
                synchronized (deaf) {
                    if (!towardsServer && deaf[0]) {
                        // The answer to that COMMIT: it is made now.
                        break;
                    }
                }
                out.write(buffer, 0, length);
                out.flush();
            }
        } catch (IOException e) {
            // The other end has gone; so does this one.
        } finally {
            close(from);
            close(to);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is to be gone.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        synchronized (sockets) {
            sockets.forEach(CommitCutter::close);
        }
    }
}
