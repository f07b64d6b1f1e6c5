package io.limelight.core.api;

import java.time.Duration;

/**
 * How long a request may take.
 *
 * @param connect for the TCP connection and, once more, for the TLS handshake
 * @param silence without a byte
 * @param call from the start of the request to the last byte of the answer, so that a peer that drips bytes ends too
 */
public record HttpTimeouts(Duration connect, Duration silence, Duration call) {
    private static final Duration CONNECT = Duration.ofSeconds(20);

    /** Keylime's {@code request_timeout}: it bounds the call; connecting takes at most 20 s of it. */
    public static HttpTimeouts of(Duration requestTimeout) {
        return new HttpTimeouts(
                requestTimeout.compareTo(CONNECT) < 0 ? requestTimeout : CONNECT, requestTimeout, requestTimeout);
    }
}
