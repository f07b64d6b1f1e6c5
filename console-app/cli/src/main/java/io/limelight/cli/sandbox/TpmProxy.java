package io.limelight.cli.sandbox;

import io.limelight.core.tpm.HashAlgorithm;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands between a software TPM, which serves one client at a time, and everybody who wants it: whole commands, one at a
 * time, each answered before the next is sent. A client that dies in the middle of a command has sent nothing; one that
 * dies before its answer loses only the answer. The sandbox itself can slip a command in, which is how it breaks a machine.
 */
final class TpmProxy implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TpmProxy.class);

    private final Path tpmSocket;
    private final ServerSocketChannel listener;
    private final Set<SocketChannel> clients = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock(true);
    private @Nullable SocketChannel tpm;
    private volatile boolean closed;

    private TpmProxy(Path tpmSocket, ServerSocketChannel listener) {
        this.tpmSocket = tpmSocket;
        this.listener = listener;
    }

    /** Listens at {@code socket} for the TPM that listens at {@code tpmSocket}. */
    static TpmProxy start(Path tpmSocket, Path socket) throws SandboxException {
        try {
            Files.deleteIfExists(socket);
            ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            listener.bind(UnixDomainSocketAddress.of(socket));
            TpmProxy proxy = new TpmProxy(tpmSocket, listener);
            Thread.ofVirtual().name("tpm-proxy").start(proxy::accept);
            return proxy;
        } catch (IOException e) {
            throw new SandboxException("cannot listen at " + socket + ": " + e.getMessage(), e);
        }
    }

    private void accept() {
        while (!closed) {
            try {
                SocketChannel client = listener.accept();
                clients.add(client);
                Thread.ofVirtual().name("tpm-proxy-client").start(() -> serve(client));
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                LOG.warn("the TPM proxy cannot accept: {}", e.getMessage());
                return;
            }
        }
    }

    private void serve(SocketChannel client) {
        try (client) {
            for (ByteBuffer command = TpmCommand.read(client); command != null; command = TpmCommand.read(client)) {
                TpmCommand.write(client, execute(command));
            }
        } catch (IOException e) {
            LOG.debug("a client of the TPM proxy is gone: {}", e.getMessage());
        } finally {
            clients.remove(client);
        }
    }

    private ByteBuffer execute(ByteBuffer command) throws IOException {
        lock.lock();
        try {
            SocketChannel connection = connect();
            try {
                TpmCommand.write(connection, command);
                ByteBuffer response = TpmCommand.read(connection);
                if (response == null) {
                    throw new EOFException("the TPM closed the connection");
                }
                return response;
            } catch (IOException e) {
                // The next command finds a restarted TPM, or fails for itself.
                connection.close();
                tpm = null;
                throw e;
            }
        } finally {
            lock.unlock();
        }
    }

    private SocketChannel connect() throws IOException {
        SocketChannel connection = tpm;
        if (connection == null || !connection.isOpen()) {
            connection = SocketChannel.open(UnixDomainSocketAddress.of(tpmSocket));
            tpm = connection;
        }
        return connection;
    }

    /** Whether there is a connection to the TPM; makes it if there can be one. */
    boolean reachesTpm() {
        lock.lock();
        try {
            return connect().isConnected();
        } catch (IOException e) {
            return false;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Extends a PCR, as software that runs on the machine would: in all these banks, or in none.
     *
     * @throws SandboxException if the TPM refuses
     */
    void extend(int pcr, Map<HashAlgorithm, byte[]> digests) throws SandboxException {
        ask("to extend PCR " + pcr, TpmCommand.extend(pcr, digests), _ -> true);
    }

    /** The banks that have this PCR. */
    List<HashAlgorithm> banks(int pcr) throws SandboxException {
        return ask("to name its PCR banks", TpmCommand.askBanks(), response -> TpmCommand.banks(response, pcr));
    }

    /** What a PCR holds. */
    byte[] read(int pcr, HashAlgorithm bank) throws SandboxException {
        return ask("to read PCR " + pcr, TpmCommand.read(pcr, bank), response -> TpmCommand.value(response, bank));
    }

    /** Steps that belong together. */
    @FunctionalInterface
    interface Steps<T> {
        T take() throws SandboxException;
    }

    /** Takes steps while nobody else's command reaches the TPM. */
    <T> T alone(Steps<T> steps) throws SandboxException {
        lock.lock();
        try {
            return steps.take();
        } finally {
            lock.unlock();
        }
    }

    @FunctionalInterface
    private interface Reading<T> {
        T from(ByteBuffer response) throws IOException;
    }

    private <T> T ask(String what, ByteBuffer command, Reading<T> reading) throws SandboxException {
        try {
            ByteBuffer response = execute(command);
            int code = TpmCommand.responseCode(response);
            if (code != 0) {
                throw new SandboxException("the TPM refused " + what + ": 0x" + Integer.toHexString(code));
            }
            return reading.from(response);
        } catch (IOException e) {
            throw new SandboxException("the TPM was asked " + what + " and does not answer: " + e.getMessage(), e);
        }
    }

    /** Disconnects everybody. */
    @Override
    public void close() {
        closed = true;
        try {
            listener.close();
            for (SocketChannel client : clients) {
                client.close();
            }
            lock.lock();
            try {
                if (tpm != null) {
                    tpm.close();
                }
            } finally {
                lock.unlock();
            }
        } catch (IOException e) {
            LOG.debug("closing the TPM proxy", e);
        }
    }
}
