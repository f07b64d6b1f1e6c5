package io.limelight.cli.ca;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of {@code -c listen}; what they leave open stands in {@code ca.conf}. */
final class ListenOptions {
    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "listen: where the CRL is published (default: listen_port of ca.conf, 38080).")
    @Nullable Integer port;

    @Option(
            names = "--webhook-port",
            paramLabel = "PORT",
            description = "listen: where notices are taken (default: webhook_port of ca.conf, 38443).")
    @Nullable Integer webhookPort;

    @Option(
            names = "--zeromq",
            description = {
                "listen: also take notices from the ZeroMQ publisher that agent.conf names",
                "(revocation_notification_ip, revocation_notification_port)."
            })
    boolean zeroMq;

    @Option(
            names = "--stop-on-eof",
            hidden = true,
            description = "Stop when standard input ends: for a supervisor that may die without warning.")
    boolean stopOnEof;
}
