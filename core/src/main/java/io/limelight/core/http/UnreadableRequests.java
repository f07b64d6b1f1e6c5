package io.limelight.core.http;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Answers what the server refuses before there is a route. Bad request lines and oversized heads get the status and nothing
 * else, as nobody who sends them reads on; a path gets a sentence, since somebody has chosen the name in it.
 */
final class UnreadableRequests implements Request.Handler {
    private final JsonStyle style;

    UnreadableRequests(JsonStyle style) {
        this.style = style;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        ByteBuffer content = ByteBuffer.allocate(0);
        String type = "text/html";
        if (response.getStatus() == 400) {
            String problem = Addresses.refused(request).orElse("");
            if (!problem.isEmpty() && HttpReply.refusal(400, problem) instanceof HttpReply.Json json) {
                content = ByteBuffer.wrap(style.write(json.body()));
                type = "application/json";
            }
        }
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
        response.write(true, content, callback);
        return true;
    }
}
