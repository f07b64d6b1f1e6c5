package io.limelight.core.listen;

import io.limelight.core.ca.CaException;
import io.limelight.core.ca.CertificateAuthority;
import io.limelight.core.ca.PublishedCrl;
import io.limelight.core.http.HttpCall;
import io.limelight.core.http.HttpReply;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The CRL over HTTP: DER under every path, as Keylime's listener had it (reference "Certificates" §1.8), PEM under paths that
 * end in {@code .pem}. What stands in the folder is what is served, whoever wrote it: a change is seen with the next request,
 * and read only then.
 */
final class CrlPublication {
    private static final Logger LOG = LoggerFactory.getLogger(CrlPublication.class);

    private final CertificateAuthority ca;
    private @Nullable Object stamp;
    private @Nullable PublishedCrl published;

    CrlPublication(CertificateAuthority ca) {
        this.ca = ca;
    }

    /** The CRL of this moment; empty if there is none that the CA signed. */
    synchronized Optional<PublishedCrl> current() throws CaException {
        Object now = ca.crlStamp();
        if (!now.equals(stamp)) {
            published = ca.publishedCrl().orElse(null);
            stamp = now;
            if (published == null) {
                LOG.error("the CRL in {} is missing or was not signed by its CA; nothing is published", ca.path());
            } else {
                LOG.info(
                        "publishing CRL {}, revoked certificates: {}, valid until {}",
                        published.number(),
                        published.entries(),
                        published.nextUpdate());
            }
        }
        return Optional.ofNullable(published);
    }

    /** Answers GET and HEAD. */
    HttpReply answer(HttpCall call) throws CaException {
        Optional<PublishedCrl> crl = current();
        if (crl.isEmpty()) {
            return HttpReply.empty(404, "Not Found");
        }
        boolean pem = call.path().endsWith(".pem");
        String tag = "\"" + crl.get().digest() + (pem ? "-pem" : "") + "\"";
        // To be asked again each time: the point of a CRL is that it may have changed since.
        Map<String, String> headers = Map.of("ETag", tag, "Cache-Control", "no-cache");
        if (call.header("If-None-Match").filter(known -> matches(known, tag)).isPresent()) {
            return new HttpReply.Empty(304, "Not Modified", headers);
        }
        ByteBuffer body = pem ? crl.get().pem() : crl.get().der();
        return new HttpReply.Content(200, pem ? "application/x-pem-file" : "application/pkix-crl", body, headers);
    }

    /** RFC 9110 §13.1.2: a list, compared weakly. */
    private static boolean matches(String known, String tag) {
        if (known.strip().equals("*")) {
            return true;
        }
        for (String one : known.split(",", -1)) {
            String stripped = one.strip();
            if (stripped.equals(tag) || stripped.equals("W/" + tag)) {
                return true;
            }
        }
        return false;
    }
}
