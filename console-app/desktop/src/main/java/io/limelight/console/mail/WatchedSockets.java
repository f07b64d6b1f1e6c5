package io.limelight.console.mail;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import javax.net.SocketFactory;
import javax.net.ssl.SSLSocketFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes sockets and can close all of them at once: a server that answers a byte now and then lets no time-out of a read ever come, and
 * closing its socket is the only way to end that.
 */
final class WatchedSockets {
    private static final Logger LOG = LoggerFactory.getLogger(WatchedSockets.class);

    private final List<Socket> made = new ArrayList<>();
    private boolean closed;

    private synchronized Socket watched(Socket socket) throws IOException {
        if (closed) {
            socket.close();
            throw new IOException("it was broken off");
        }
        made.add(socket);
        return socket;
    }

    /** Closes all there are and all that are still made. */
    void close() {
        List<Socket> all;
        synchronized (this) {
            closed = true;
            all = List.copyOf(made);
        }
        for (Socket socket : all) {
            try {
                socket.close();
            } catch (IOException e) {
                LOG.debug("a socket could not be closed", e);
            }
        }
    }

    synchronized boolean closed() {
        return closed;
    }

    /** For what is not encrypted, or not yet. */
    SocketFactory plain() {
        return new Plain(SocketFactory.getDefault());
    }

    /** For what is encrypted. */
    SSLSocketFactory tls(SSLSocketFactory of) {
        return new Encrypted(of);
    }

    private final class Plain extends SocketFactory {
        private final SocketFactory of;

        Plain(SocketFactory of) {
            this.of = of;
        }

        @Override
        public Socket createSocket() throws IOException {
            return watched(of.createSocket());
        }

        @Override
        public Socket createSocket(String host, int port) throws IOException {
            return watched(of.createSocket(host, port));
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
            return watched(of.createSocket(host, port, local, localPort));
        }

        @Override
        public Socket createSocket(InetAddress host, int port) throws IOException {
            return watched(of.createSocket(host, port));
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
            return watched(of.createSocket(host, port, local, localPort));
        }
    }

    private final class Encrypted extends SSLSocketFactory {
        private final SSLSocketFactory of;

        Encrypted(SSLSocketFactory of) {
            this.of = of;
        }

        @Override
        public String[] getDefaultCipherSuites() {
            return of.getDefaultCipherSuites();
        }

        @Override
        public String[] getSupportedCipherSuites() {
            return of.getSupportedCipherSuites();
        }

        @Override
        public Socket createSocket(Socket under, String host, int port, boolean close) throws IOException {
            return watched(of.createSocket(under, host, port, close));
        }

        @Override
        public Socket createSocket() throws IOException {
            return watched(of.createSocket());
        }

        @Override
        public Socket createSocket(String host, int port) throws IOException {
            return watched(of.createSocket(host, port));
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
            return watched(of.createSocket(host, port, local, localPort));
        }

        @Override
        public Socket createSocket(InetAddress host, int port) throws IOException {
            return watched(of.createSocket(host, port));
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
            return watched(of.createSocket(host, port, local, localPort));
        }
    }
}
