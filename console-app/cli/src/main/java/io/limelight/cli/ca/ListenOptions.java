package io.limelight.cli.ca;

import java.nio.file.Path;
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
            description = {
                "listen: where notices are taken (default: webhook_port of ca.conf, 38443). The verifier must trust",
                "the certificate there: set webhook_key and webhook_cert of ca.conf to one that an authority in",
                "trusted_server_ca of verifier.conf issued, such as server-private.pem and server-cert.crt of cv_ca."
            })
    @Nullable Integer webhookPort;

    @Option(
            names = "--zeromq",
            description = {
                "listen: also take notices from the ZeroMQ publisher that agent.conf names",
                "(revocation_notification_ip, revocation_notification_port)."
            })
    boolean zeroMq;

    @Option(
            names = "--events",
            paramLabel = "URL",
            description = {
                "listen: also take notices from the events of this verifier of ours, https://HOST[:PORT]",
                "(default: events_url of ca.conf). None is missed while one of the two is down."
            })
    @Nullable String events;

    @Option(
            names = "--events-key",
            paramLabel = "FILE",
            description = "listen: key of the certificate to show it (default: events_key of ca.conf).")
    @Nullable Path eventsKey;

    @Option(
            names = "--events-cert",
            paramLabel = "FILE",
            description = {
                "listen: that certificate, of an observer or an administrator of the verifier",
                "(default: events_cert of ca.conf)."
            })
    @Nullable Path eventsCertificate;

    @Option(
            names = "--events-ca",
            paramLabel = "FILE",
            description =
                    "listen: certificates of the authorities the verifier is under (default: events_ca of ca.conf).")
    @Nullable Path eventsAuthorities;

    @Option(
            names = "--ocsp",
            description = {
                "listen: also answer questions about single certificates (OCSP, RFC 6960), on the port of the CRL:",
                "POST to /ocsp, GET of /ocsp/BASE64 (default: ocsp of ca.conf)."
            })
    boolean ocsp;

    @Option(
            names = "--stop-on-eof",
            hidden = true,
            description = "Stop when standard input ends: for a supervisor that may die without warning.")
    boolean stopOnEof;
}
