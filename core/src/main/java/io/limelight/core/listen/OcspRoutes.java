package io.limelight.core.listen;

import io.limelight.core.ca.CaException;
import io.limelight.core.http.Access;
import io.limelight.core.http.HttpCall;
import io.limelight.core.http.HttpReply;
import io.limelight.core.http.Route;
import io.limelight.core.http.Routes;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Map;

/**
 * Questions about certificates over HTTP (RFC 6960 appendix A.1): POST to {@code /} or {@code /ocsp}, and GET of
 * {@code /ocsp/} with the question in base64. Every other path has the CRL as ever.
 */
final class OcspRoutes {
    private static final String PREFIX = "/ocsp/";

    private final OcspResponder responder;
    private final CrlPublication publication;

    OcspRoutes(OcspResponder responder, CrlPublication publication) {
        this.responder = responder;
        this.publication = publication;
    }

    void addTo(Routes.Builder routes) {
        // Base64 has slashes, also two in a row, and encoded ones are refused elsewhere.
        routes.opaquePaths().add(new Route("GET", "/**", Access.ANYONE, "", 0, this::get));
        for (String path : new String[] {"/", "/ocsp"}) {
            routes.add(new Route(
                    "POST",
                    path,
                    Access.ANYONE,
                    "",
                    OcspResponder.MAX_REQUEST,
                    call -> reply(responder.answer(call.body()))));
        }
    }

    void renew() throws CaException {
        responder.renew();
    }

    private HttpReply get(HttpCall call) throws CaException {
        if (!call.path().startsWith(PREFIX)) {
            return publication.answer(call);
        }
        return reply(responder.answer(question(call.path().substring(PREFIX.length()))));
    }

    /** Base64, of which the network may have left some characters encoded; nothing if it is none. */
    private static byte[] question(String path) {
        String text = path.replace("%2F", "/")
                .replace("%2f", "/")
                .replace("%2B", "+")
                .replace("%2b", "+")
                .replace("%3D", "=")
                .replace("%3d", "=");
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    /** RFC 5019 §6.2 lets caches keep answers; whoever asks here wants to know what is true now. */
    private static HttpReply reply(byte[] answer) {
        return new HttpReply.Content(
                200, "application/ocsp-response", ByteBuffer.wrap(answer), Map.of("Cache-Control", "no-cache"));
    }
}
