package io.limelight.core.http;

import io.limelight.core.json.WireJson;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** One request, its body already read within the limit of its route. */
public final class HttpCall {
    private final String method;
    private final String path;
    private final Map<String, String> variables;
    private final Map<String, List<String>> query;
    private final UnaryOperator<@Nullable String> header;
    private final byte[] body;
    private final String remoteAddress;
    private final int remotePort;
    private final @Nullable X509Certificate peer;

    HttpCall(
            String method,
            String path,
            Map<String, String> variables,
            Map<String, List<String>> query,
            UnaryOperator<@Nullable String> header,
            byte[] body,
            String remoteAddress,
            int remotePort,
            @Nullable X509Certificate peer) {
        this.method = method;
        this.path = path;
        this.variables = variables;
        this.query = query;
        this.header = header;
        this.body = body;
        this.remoteAddress = remoteAddress;
        this.remotePort = remotePort;
        this.peer = peer;
    }

    /** GET, POST, PUT, DELETE… */
    public String method() {
        return method;
    }

    /** The decoded path without its query. */
    public String path() {
        return path;
    }

    /** What stood at {@code {name}} in the route's template. */
    public String variable(String name) {
        String value = variables.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the route has no variable " + name);
        }
        return value;
    }

    /** The version of the path, for example {@code 2.6}; empty on routes without one. */
    public Optional<String> version() {
        return Optional.ofNullable(variables.get(Routes.VERSION));
    }

    /** The first value of the query parameter. */
    public Optional<String> query(String name) {
        List<String> values = query.get(name);
        return values == null ? Optional.empty() : Optional.of(values.getFirst());
    }

    /** Whether the query parameter is there more than once; some peers refuse that. */
    public boolean repeated(String name) {
        return query.getOrDefault(name, List.of()).size() > 1;
    }

    /** The first value of the header field. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(header.apply(name));
    }

    /** The body's bytes; empty when there is none. The array is this call's own. */
    public byte[] body() {
        return body;
    }

    /**
     * The body as a JSON object.
     *
     * @throws IOException if it is anything else
     */
    public ObjectNode json() throws IOException {
        return WireJson.parseObject(body);
    }

    /** The peer's address as a literal. */
    public String remoteAddress() {
        return remoteAddress;
    }

    /** The peer's port; with the address it names the connection. */
    public int remotePort() {
        return remotePort;
    }

    /** The client's verified certificate, if it showed one. */
    public Optional<X509Certificate> peer() {
        return Optional.ofNullable(peer);
    }
}
