package io.limelight.cli.sandbox;

import io.limelight.core.tpm.HashAlgorithm;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A running software TPM and the proxy in front of it. */
public final class SoftwareTpm implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(10);

    private final Child process;
    private final TpmProxy proxy;
    private final Path socket;

    private SoftwareTpm(Child process, TpmProxy proxy, Path socket) {
        this.process = process;
        this.proxy = proxy;
        this.socket = socket;
    }

    /**
     * Starts it. With {@code --terminate} it ends when the proxy's connection does, so that it cannot outlive us.
     *
     * @param state folder of a manufactured TPM
     * @param runtime folder for sockets; its path must be short (a socket's path has at most 107 bytes)
     */
    public static SoftwareTpm start(String name, Path state, Path runtime) throws SandboxException {
        Path raw = runtime.resolve(name + ".tpm");
        Path socket = runtime.resolve(name + ".sock");
        try {
            Files.deleteIfExists(raw);
        } catch (IOException e) {
            throw new SandboxException("cannot remove the old socket " + raw + ": " + e.getMessage(), e);
        }
        Child process = Child.start(
                "swtpm of " + name,
                List.of(
                        SoftwareTpms.findTool("swtpm"),
                        "socket",
                        "--tpm2",
                        "--tpmstate",
                        "dir=" + state,
                        "--server",
                        "type=unixio,path=" + raw,
                        "--flags",
                        "not-need-init,startup-clear",
                        "--terminate"),
                Map.of(),
                state.resolve("swtpm.log"));
        try {
            SoftwareTpm tpm = new SoftwareTpm(process, TpmProxy.start(raw, socket), socket);
            tpm.await();
            return tpm;
        } catch (SandboxException e) {
            process.close();
            throw e;
        }
    }

    /** Its socket is there a moment before it listens, so only a connection tells; and there is just the one that stays. */
    private void await() throws SandboxException {
        long deadline = System.nanoTime() + START.toNanos();
        while (!proxy.reachesTpm()) {
            if (!process.alive() || System.nanoTime() > deadline) {
                proxy.close();
                throw new SandboxException(process.name() + " did not open its socket:\n" + process.tail());
            }
            Pause.millis(10);
        }
    }

    /** Where clients connect. */
    public Path socket() {
        return socket;
    }

    /** The TPM's process. */
    public Child process() {
        return process;
    }

    /** Extends a PCR behind the machine's back. */
    public void extend(int pcr, HashAlgorithm bank, byte[] digest) throws SandboxException {
        extend(pcr, Map.of(bank, digest));
    }

    /** The same in several banks at once. */
    void extend(int pcr, Map<HashAlgorithm, byte[]> digests) throws SandboxException {
        proxy.extend(pcr, digests);
    }

    /** Takes steps while nobody else's command reaches the TPM. */
    <T> T alone(TpmProxy.Steps<T> steps) throws SandboxException {
        return proxy.alone(steps);
    }

    /** The banks that have this PCR. */
    List<HashAlgorithm> banks(int pcr) throws SandboxException {
        return proxy.banks(pcr);
    }

    /** What a PCR holds. */
    byte[] read(int pcr, HashAlgorithm bank) throws SandboxException {
        return proxy.read(pcr, bank);
    }

    /** Whether a client could connect now. */
    boolean reachable() {
        try (SocketChannel probe = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            return probe.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        proxy.close();
        process.close();
    }
}
