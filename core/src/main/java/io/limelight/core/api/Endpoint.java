package io.limelight.core.api;

import okhttp3.HttpUrl;

/**
 * Where a service listens.
 *
 * @param service which one
 * @param tls https or plain http
 * @param host name or address; IPv6 with or without brackets
 * @param port 1 to 65535
 */
public record Endpoint(Service service, boolean tls, String host, int port) {
    /** Who listens. */
    public enum Service {
        /** Knows which keys belong to which machine. */
        REGISTRAR("registrar"),
        /** Watches the machines. */
        VERIFIER("verifier"),
        /** Runs on a machine. */
        AGENT("agent");

        private final String word;

        Service(String word) {
            this.word = word;
        }

        /** The word for people. */
        public String word() {
            return word;
        }
    }

    /**
     * Checks host and port; both may come from a machine nobody trusts.
     *
     * @throws InvalidEndpointException with a sentence
     */
    public Endpoint {
        if (port < 1 || port > 65535) {
            throw new InvalidEndpointException("The " + service.word() + "'s port " + port + " is not 1 to 65535.");
        }
        host = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        try {
            baseUrl(tls, host, port);
        } catch (IllegalArgumentException e) {
            throw new InvalidEndpointException(
                    "'" + Texts.printable(host, 80) + "' is no host name or address for the " + service.word() + ".");
        }
    }

    /** The registrar's TLS port, as tenants use it. */
    public static Endpoint registrar(String host, int port) {
        return new Endpoint(Service.REGISTRAR, true, host, port);
    }

    /** The registrar's plain port, as agents use it. */
    public static Endpoint registrarForAgents(String host, int port) {
        return new Endpoint(Service.REGISTRAR, false, host, port);
    }

    /** The verifier. */
    public static Endpoint verifier(String host, int port) {
        return new Endpoint(Service.VERIFIER, true, host, port);
    }

    /** An agent over TLS. */
    public static Endpoint agent(String host, int port) {
        return new Endpoint(Service.AGENT, true, host, port);
    }

    /** An agent that registered {@code mtls_cert = disabled}. */
    public static Endpoint agentWithoutTls(String host, int port) {
        return new Endpoint(Service.AGENT, false, host, port);
    }

    HttpUrl baseUrl() {
        return baseUrl(tls, host, port);
    }

    private static HttpUrl baseUrl(boolean tls, String host, int port) {
        return new HttpUrl.Builder()
                .scheme(tls ? "https" : "http")
                .host(host)
                .port(port)
                .build();
    }

    /** {@code host:port}, IPv6 in brackets. */
    public String address() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    /** {@code registrar at 127.0.0.1:8891}. */
    @Override
    public String toString() {
        return service.word() + " at " + address();
    }
}
