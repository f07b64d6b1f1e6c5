package io.limelight.cli.service;

/** Address and port as they stand in a URL. */
final class ServiceAddress {
    private ServiceAddress() {}

    static String of(String ip, int port) {
        return (ip.contains(":") ? "[" + ip + "]" : ip) + ":" + port;
    }
}
