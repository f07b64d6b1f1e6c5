package io.limelight.agent.http;

import io.limelight.core.api.ApiVersion;
import io.limelight.core.http.HttpReply;
import io.limelight.core.http.Routes;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What the Rust agent answers to paths and methods it does not have (wire reference §2.2), text by text. */
final class UnknownPaths implements Routes.NotFound {
    private static final String GET = "GET";
    private static final String POST = "POST";

    private final List<ApiVersion> versions;

    UnknownPaths(List<ApiVersion> versions) {
        this.versions = List.copyOf(versions);
    }

    @Override
    public HttpReply reply(String method, List<String> segments, Set<String> allowedMethods) {
        boolean versioned = !segments.isEmpty()
                && segments.getFirst().startsWith("v")
                && ApiVersion.parse(segments.getFirst().substring(1)).isPresent();
        if (!versioned) {
            return outside(method);
        }
        if (segments.size() < 2) {
            return inVersion(method);
        }
        return switch (segments.get(1)) {
            case "agent" ->
                inScope(method, "URI not supported, only /info is supported for GET in /agent interface", "", "/agent");
            case "keys" ->
                inScope(
                        method,
                        "URI not supported, only /pubkey and /verify are supported for GET in /keys interface",
                        "URI not supported, only /ukey and /vkey are supported for POST in /keys interface",
                        "/keys");
            case "quotes" ->
                inScope(
                        method,
                        "URI not supported, only /identity and /integrity are supported for GET in /quotes/ interface",
                        "",
                        "/quotes/");
            case "notifications" ->
                inScope(
                        method,
                        "",
                        "URI not supported, only /revocation is supported for POST in /notifications/ interface",
                        "/notifications/");
            default -> inVersion(method);
        };
    }

    private HttpReply outside(String method) {
        if (method.equals(GET) || method.equals(POST)) {
            String list = versions.stream().map(version -> "/" + version).collect(Collectors.joining(", "));
            return HttpReply.refusal(400, "Not Implemented: Use " + list + " or /version interfaces");
        }
        return notAllowed("Method is not supported", "GET, POST");
    }

    static HttpReply inVersion(String method) {
        return switch (method) {
            case GET -> HttpReply.refusal(400, "Not Implemented: Use /agent, /keys, or /quotes interfaces");
            case POST -> HttpReply.refusal(400, "Not Implemented: Use /keys or /notifications interfaces");
            default -> notAllowed("Method is not supported", "GET, POST");
        };
    }

    private static HttpReply inScope(String method, String forGet, String forPost, String scope) {
        if (method.equals(GET) && !forGet.isEmpty()) {
            return HttpReply.refusal(400, forGet);
        }
        if (method.equals(POST) && !forPost.isEmpty()) {
            return HttpReply.refusal(400, forPost);
        }
        String allow = forGet.isEmpty() ? POST : forPost.isEmpty() ? GET : "GET, POST";
        return notAllowed("Method is not supported in " + scope + " interface", allow);
    }

    private static HttpReply notAllowed(String text, String allow) {
        HttpReply refusal = HttpReply.refusal(405, text);
        return refusal instanceof HttpReply.Json json
                ? new HttpReply.Json(json.status(), json.body(), Map.of("Allow", allow))
                : refusal;
    }
}
