package io.limelight.cli.peer;

import io.limelight.cli.sandbox.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;

/**
 * A software TPM's socket as the TPM software stack of the original agent wants it: TCP, with a control channel on the next
 * port. That channel can set the locality and cancel commands; here it says yes and does nothing.
 */
final class TcpTpm implements AutoCloseable {
    private static final int ATTEMPTS = 50;

    private final Path tpm;
    private final ServerSocketChannel data;
    private final ServerSocketChannel control;

    private TcpTpm(Path tpm, ServerSocketChannel data, ServerSocketChannel control) {
        this.tpm = tpm;
        this.data = data;
        this.control = control;
    }

    /** Opens both channels on two neighbouring free ports. */
    static TcpTpm before(Path tpm, Ports ports) throws Exception {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = ports.next();
            ServerSocketChannel data = listen(port);
            try {
                TcpTpm front = new TcpTpm(tpm, data, listen(port + 1));
                Thread.ofVirtual().start(front::acceptData);
                Thread.ofVirtual().start(front::acceptControl);
                return front;
            } catch (IOException taken) {
                data.close();
            }
        }
        throw new IOException("no two neighbouring free ports in " + ATTEMPTS + " attempts");
    }

    private static ServerSocketChannel listen(int port) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            return channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** The connection text of the TPM software stack. */
    String tcti() throws IOException {
        return "swtpm:host=127.0.0.1,port=" + ((InetSocketAddress) data.getLocalAddress()).getPort();
    }

    private void acceptData() {
        while (true) {
            try {
                SocketChannel client = data.accept();
                client.setOption(StandardSocketOptions.TCP_NODELAY, true);
                SocketChannel device = SocketChannel.open(StandardProtocolFamily.UNIX);
                device.connect(UnixDomainSocketAddress.of(tpm));
                Thread.ofVirtual().start(() -> copy(client, device));
                Thread.ofVirtual().start(() -> copy(device, client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private static void copy(SocketChannel from, SocketChannel to) {
        ByteBuffer buffer = ByteBuffer.allocate(8192);
        try (from;
                to) {
            while (pass(from, to, buffer)) {
                buffer.clear();
            }
        } catch (IOException ended) {
            // either side went away; both are closed now
        }
    }

    private static boolean pass(ReadableByteChannel from, WritableByteChannel to, ByteBuffer buffer)
            throws IOException {
        if (from.read(buffer) < 0) {
            return false;
        }
        buffer.flip();
        while (buffer.hasRemaining()) {
            to.write(buffer);
        }
        return true;
    }

    private void acceptControl() {
        while (true) {
            try {
                SocketChannel client = control.accept();
                Thread.ofVirtual().start(() -> agree(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private static void agree(SocketChannel client) {
        try (client) {
            ByteBuffer command = ByteBuffer.allocate(4096);
            while (client.read(command) > 0) {
                command.clear();
                client.write(ByteBuffer.allocate(4));
            }
        } catch (IOException ended) {
            // the client went away
        }
    }

    @Override
    public void close() throws IOException {
        data.close();
        control.close();
    }
}
