package io.limelight.core.http;

import java.time.Duration;

/**
 * What one listener takes from the network before it lets go.
 *
 * @param connections open connections at once; further ones wait in the accept queue. When most are taken, those that
 *     have not sent a request within a second make room
 * @param requests requests being answered at once; further ones get 503
 * @param bodyBytes bytes of request bodies held at once over all requests
 * @param headerBytes size of a request's head
 * @param headTime from the first byte of a request to the end of its head, the TLS handshake included
 * @param bodyTime from the head to the end of the body
 * @param idleTime without a byte in either direction
 */
public record Limits(
        int connections,
        int requests,
        int bodyBytes,
        int headerBytes,
        Duration headTime,
        Duration bodyTime,
        Duration idleTime) {
    /** For a service: thousands of agents may be connected, few speak at once. */
    public static final Limits SERVICE = new Limits(
            16_384, 1_024, 256 << 20, 16 << 10, Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(90));

    /** For an agent: one verifier, a few administrators. */
    public static final Limits AGENT = new Limits(
            1_024, 32, 32 << 20, 16 << 10, Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(90));
}
