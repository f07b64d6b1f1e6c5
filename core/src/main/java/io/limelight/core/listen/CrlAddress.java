package io.limelight.core.listen;

import io.limelight.core.api.DocumentClient;
import io.limelight.core.api.HttpTimeouts;
import io.limelight.core.ca.CaException;
import io.limelight.core.ca.CertificateAuthority;
import io.limelight.core.ca.PublishedCrl;
import io.limelight.core.task.Cancellation;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Optional;
import okhttp3.HttpUrl;

/** Whether the address that certificates name serves the CRL of their CA, asked from this computer. */
public final class CrlAddress {
    private static final int MOST_BYTES = 64 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private CrlAddress() {}

    /** How it went. */
    public enum Outcome {
        /** It serves the CRL that stands in the folder. */
        SAME,
        /** It serves a CRL of this CA, but an older one. */
        OLDER,
        /** It serves a CRL of this CA that is newer than the folder's. */
        NEWER,
        /** What it serves is no CRL that this CA signed. */
        FOREIGN,
        /** It answers, but with no CRL. */
        REFUSED,
        /** Nobody answers. */
        SILENT,
        /** An address that is not asked: nothing but plain HTTP is. */
        NOT_ASKED
    }

    /**
     * What was found.
     *
     * @param number of the CRL it serves, where that is one of this CA
     * @param took how long the answer took
     * @param detail status or reason; may be empty
     */
    public record Found(Outcome outcome, Optional<BigInteger> number, Duration took, String detail) {}

    /**
     * Asks. A CRL is signed, so it is fetched without TLS, as others do (RFC 5280 §4.2.1.13); redirects are not followed.
     *
     * @param address as it stands in certificates
     */
    public static Found test(CertificateAuthority ca, String address, Cancellation cancellation) throws CaException {
        HttpUrl url = HttpUrl.parse(address);
        if (url == null || url.isHttps()) {
            return new Found(Outcome.NOT_ASKED, Optional.empty(), Duration.ZERO, "");
        }
        long begun = System.nanoTime();
        byte[] der;
        try {
            // Plain HTTP, so nobody's certificate is asked for.
            der = new DocumentClient(HttpTimeouts.of(PATIENCE), cancellation)
                    .fetch(
                            url,
                            () -> {
                                throw new IllegalStateException("no TLS here");
                            },
                            MOST_BYTES);
        } catch (DocumentClient.UnusableAnswer e) {
            return new Found(Outcome.REFUSED, Optional.empty(), since(begun), String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return new Found(Outcome.SILENT, Optional.empty(), since(begun), String.valueOf(e.getMessage()));
        }
        return compared(ca, der, since(begun));
    }

    private static Duration since(long begun) {
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    private static Found compared(CertificateAuthority ca, byte[] der, Duration took) throws CaException {
        Optional<PublishedCrl> served = ca.crlOf(der);
        if (served.isEmpty()) {
            return new Found(Outcome.FOREIGN, Optional.empty(), took, "");
        }
        Optional<PublishedCrl> here = ca.publishedCrl();
        Outcome outcome;
        if (here.isPresent() && here.get().digest().equals(served.get().digest())) {
            outcome = Outcome.SAME;
        } else if (here.isPresent()
                && served.get().thisUpdate().isBefore(here.get().thisUpdate())) {
            outcome = Outcome.OLDER;
        } else {
            outcome = Outcome.NEWER;
        }
        return new Found(outcome, Optional.of(served.get().number()), took, "");
    }
}
