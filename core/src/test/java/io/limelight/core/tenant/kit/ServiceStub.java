package io.limelight.core.tenant.kit;

import io.limelight.core.api.ApiVersion;
import io.limelight.core.api.Versions;
import io.limelight.core.http.Access;
import io.limelight.core.http.HttpHandler;
import io.limelight.core.http.HttpListener;
import io.limelight.core.http.HttpReply;
import io.limelight.core.http.JsonStyle;
import io.limelight.core.http.Limits;
import io.limelight.core.http.Route;
import io.limelight.core.http.Routes;
import io.limelight.core.tls.ServerTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/** A registrar or verifier in memory behind a real TLS listener. */
abstract class ServiceStub implements AutoCloseable {
    private static final int MAX_BODY = 8 << 20;

    private final String name;
    private final ServerTls tls;
    private final JsonStyle style;
    private final Handlers handlers;
    private final Routes.Builder routes = Routes.builder()
            .versions(text -> ApiVersion.parse(text).map(ApiVersion::supported).orElse(false));
    private HttpListener listener;
    private int port;

    ServiceStub(String name, ServerTls tls, JsonStyle style, Journal journal) {
        this.name = name;
        this.tls = tls;
        this.style = style;
        this.handlers = new Handlers(name, journal);
        route(
                "GET",
                "/version",
                call -> HttpReply.success(
                        Versions.ofServer(ApiVersion.SUPPORTED).toJson()));
    }

    final void route(String method, String template, HttpHandler honest) {
        String shown = method + " " + template.replace("/v{version}/", "").replaceFirst("^/", "");
        routes.add(new Route(method, template, Access.ANYONE, name, MAX_BODY, handlers.route(shown, honest)));
    }

    final void start() throws IOException {
        listener = HttpListener.start(
                name,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                Optional.of(tls),
                routes.build(),
                style,
                Limits.SERVICE);
        port = listener.port();
    }

    /** Replaces a route, named as in the journal without the server: {@code POST agents/{id}}. */
    public void answering(String route, HttpHandler handler) {
        handlers.replace(route, handler);
    }

    public void honest(String route) {
        handlers.restore(route);
    }

    public int port() {
        return port;
    }

    /** Stops listening; the port stays its own for {@link #start}. */
    @Override
    public void close() {
        listener.close();
    }
}
