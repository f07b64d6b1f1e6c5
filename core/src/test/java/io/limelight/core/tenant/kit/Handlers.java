package io.limelight.core.tenant.kit;

import io.limelight.core.http.HttpHandler;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The routes of a server, each of which a test may replace. */
final class Handlers {
    private final String server;
    private final Journal journal;
    private final Map<String, HttpHandler> replaced = new ConcurrentHashMap<>();

    Handlers(String server, Journal journal) {
        this.server = server;
        this.journal = journal;
    }

    void replace(String route, HttpHandler handler) {
        replaced.put(route, handler);
    }

    void restore(String route) {
        replaced.remove(route);
    }

    HttpHandler route(String name, HttpHandler honest) {
        return call -> {
            journal.add(server + " " + name);
            HttpHandler handler = replaced.get(name);
            return handler == null ? honest.handle(call) : handler.handle(call);
        };
    }
}
