package io.limelight.core.listen;

import io.limelight.core.ca.CaName;
import io.limelight.core.config.ComponentConfig;
import io.limelight.core.config.ConfigException;
import io.limelight.core.tls.KeyMaterial;
import io.limelight.core.tls.TlsSetupException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How a CA listens.
 *
 * @param ip address of both ports
 * @param port where the CRL is published, plain HTTP; 0 picks a free one
 * @param webhookPort where notices are taken, HTTPS; 0 picks a free one
 * @param webhookIdentity key and certificate of that port; empty has the CA issue one
 * @param zeroMq publisher to listen to as well
 * @param feed verifier whose events are followed as well
 * @param ocsp whether questions about single certificates are answered (RFC 6960)
 * @param notifier whose certificate notices are checked with
 * @param severityLabels mildest first
 * @param minSeverity least label that revokes; empty for any
 */
public record ListenSettings(
        String ip,
        int port,
        int webhookPort,
        Optional<KeyMaterial> webhookIdentity,
        Optional<InetSocketAddress> zeroMq,
        Optional<FeedSettings> feed,
        boolean ocsp,
        CaName notifier,
        List<String> severityLabels,
        Optional<String> minSeverity) {
    private static final String DEFAULT = "default";

    /** Copies the list. */
    public ListenSettings {
        severityLabels = List.copyOf(severityLabels);
    }

    /**
     * What the command line adds to {@code ca.conf}.
     *
     * @param port of the CRL
     * @param webhookPort of notices
     * @param zeroMq publisher to listen to
     * @param feed verifier whose events are followed
     * @param ocsp to answer questions about single certificates, whatever {@code ca.conf} says
     */
    public record Given(
            int port, int webhookPort, Optional<InetSocketAddress> zeroMq, Optional<FeedSettings> feed, boolean ocsp) {}

    /**
     * What {@code ca.conf} says, with what was given.
     *
     * @param folder what relative file names start at
     * @throws TlsSetupException if key or certificate of the webhook cannot be used
     */
    public static ListenSettings of(ComponentConfig config, CaName notifier, Given given, Path folder)
            throws ConfigException, TlsSetupException {
        List<String> labels = config.list("severity_labels");
        Optional<String> least = config.optionalText("crl_min_severity");
        if (least.isPresent() && !labels.contains(least.get())) {
            throw config.refuse("crl_min_severity", "write one of severity_labels: " + String.join(", ", labels));
        }
        return new ListenSettings(
                config.text("listen_ip"),
                given.port(),
                given.webhookPort(),
                identity(config, folder),
                given.zeroMq(),
                given.feed(),
                given.ocsp() || config.bool("ocsp"),
                notifier,
                labels,
                least);
    }

    private static Optional<KeyMaterial> identity(ComponentConfig config, Path folder)
            throws ConfigException, TlsSetupException {
        Optional<String> key = config.optionalText("webhook_key").filter(text -> !text.equals(DEFAULT));
        Optional<String> certificate = config.optionalText("webhook_cert").filter(text -> !text.equals(DEFAULT));
        if (key.isPresent() != certificate.isPresent()) {
            throw config.refuse(
                    key.isPresent() ? "webhook_cert" : "webhook_key",
                    "webhook_key and webhook_cert go together; set both, or neither to have the CA issue one");
        }
        return key.isEmpty()
                ? Optional.empty()
                : Optional.of(KeyMaterial.read(
                        folder.resolve(key.get()),
                        folder.resolve(certificate.orElseThrow()),
                        config.password("webhook_key_password")));
    }
}
