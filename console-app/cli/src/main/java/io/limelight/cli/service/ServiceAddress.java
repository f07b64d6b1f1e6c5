package io.limelight.cli.service;

/** Address and port as they stand in a URL. */
public final class ServiceAddress {
    private ServiceAddress() {}

    /** {@code 127.0.0.1:80}, {@code [::1]:80}. */
    public static String of(String ip, int port) {
        return (ip.contains(":") ? "[" + ip + "]" : ip) + ":" + port;
    }
}
