package io.limelight.agent.tpm;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A TPM behind a socket or a character device: the command's bytes out, the answer's bytes in.
 *
 * <p>The device takes a command in one write and gives the answer in one read; sockets may cut it anywhere, so the size
 * in the head decides when an answer is complete.
 */
final class ChannelTransport implements TpmTransport {
    private final ByteChannel channel;

    private ChannelTransport(ByteChannel channel) {
        this.channel = channel;
    }

    static ChannelTransport open(TpmAddress address) throws TpmException {
        try {
            return switch (address) {
                case TpmAddress.Device(Path path) ->
                    new ChannelTransport(FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE));
                case TpmAddress.Unix(Path path) -> connect(UnixDomainSocketAddress.of(path));
                case TpmAddress.Tcp(String host, int port) -> connect(new InetSocketAddress(host, port));
            };
        } catch (NoSuchFileException e) {
            throw new TpmException(
                    TpmProblem.ABSENT,
                    "there is no TPM at " + address
                            + ": the file does not exist. Is a TPM 2.0 present and switched on in the firmware, or is TCTI"
                            + " meant to name a software TPM?",
                    e);
        } catch (AccessDeniedException e) {
            throw new TpmException(
                    TpmProblem.ABSENT,
                    "the TPM at " + address
                            + " may not be opened: permission denied; run as root or a member of the group" + " tss",
                    e);
        } catch (IllegalArgumentException e) {
            throw new TpmException(TpmProblem.ABSENT, "there is no TPM at " + address + ": no such host or path", e);
        } catch (IOException e) {
            throw new TpmException(
                    TpmProblem.ABSENT,
                    "the TPM at " + address + " cannot be reached: " + e.getMessage()
                            + ". Is it running, and does no other program use it?",
                    e);
        }
    }

    // The channel is what is returned; it is closed with the transport.
    @SuppressWarnings("resource")
    private static ChannelTransport connect(SocketAddress address) throws IOException {
        SocketChannel socket = address instanceof UnixDomainSocketAddress
                ? SocketChannel.open(StandardProtocolFamily.UNIX)
                : SocketChannel.open();
        try {
            if (address instanceof InetSocketAddress) {
                // Without it every command waits some 40 ms for the peer's delayed acknowledgement.
                socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
            }
            socket.connect(address);
            return new ChannelTransport(socket);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    @Override
    public byte[] exchange(byte[] command) throws IOException {
        ByteBuffer out = ByteBuffer.wrap(command);
        while (out.hasRemaining()) {
            channel.write(out);
        }
        ByteBuffer in = ByteBuffer.allocate(MAX_ANSWER);
        while (in.position() < HEAD) {
            read(in);
        }
        int size = in.getInt(2);
        if (size < HEAD || size > MAX_ANSWER) {
            throw new IOException(
                    "an answer of " + Integer.toUnsignedString(size) + " bytes is announced, which no TPM gives");
        }
        while (in.position() < size) {
            read(in);
        }
        if (in.position() != size) {
            throw new IOException("an answer of " + size + " bytes is announced and " + in.position() + " bytes came");
        }
        byte[] answer = new byte[size];
        in.get(0, answer);
        return answer;
    }

    private void read(ByteBuffer in) throws IOException {
        // 0 is what a device gives at its end of file and what a channel gives when it has no room left.
        if (channel.read(in) <= 0) {
            throw new EOFException("the connection ended after " + in.position() + " bytes of an answer");
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // It is gone either way.
        }
    }
}
