package io.limelight.core.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** Where a program is to listen: its options {@code ip} and a port. */
public final class ListenAddress {
    private ListenAddress() {}

    /**
     * The address.
     *
     * @throws ConfigException if {@code ip} is no address and no name of one
     */
    public static InetSocketAddress of(ComponentConfig config, String portOption) throws ConfigException {
        try {
            return new InetSocketAddress(InetAddress.getByName(config.text("ip")), config.port(portOption));
        } catch (UnknownHostException e) {
            throw config.refuse(
                    "ip",
                    "that is no IP address and no name this machine can resolve; use an address of this machine, such as"
                            + " 127.0.0.1, or 0.0.0.0 for all of them");
        }
    }
}
