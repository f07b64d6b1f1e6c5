package io.limelight.cli.sandbox;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HashSet;
import java.util.Set;

/** Free ports on loopback: agents register theirs before they listen, so it has to be known beforehand. */
public final class Ports {
    private final Set<Integer> given = new HashSet<>();

    /** A port that is free now and was not given before. */
    public synchronized int next() throws SandboxException {
        for (int attempt = 0; attempt < 100; attempt++) {
            try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                if (given.add(probe.getLocalPort())) {
                    return probe.getLocalPort();
                }
            } catch (IOException e) {
                throw new SandboxException("no free port on loopback: " + e.getMessage(), e);
            }
        }
        throw new SandboxException("no free port on loopback");
    }

    /** Whether somebody listens. */
    public static boolean open(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
