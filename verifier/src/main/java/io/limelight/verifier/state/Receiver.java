package io.limelight.verifier.state;

import org.jspecify.annotations.Nullable;

/**
 * An agent that is to be told something.
 *
 * @param number of its row
 * @param id its name
 * @param ip host name or address
 * @param port its port
 * @param certificate PEM of its TLS certificate; null where it speaks plain HTTP
 * @param version API version spoken with it last
 */
public record Receiver(
        long number,
        String id,
        String ip,
        int port,
        @Nullable String certificate,
        String version) {}
