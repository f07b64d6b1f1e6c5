package io.limelight.cli.ca;

import io.limelight.cli.command.CliContext;
import io.limelight.cli.command.CommandFailure;
import io.limelight.cli.service.RunningService;
import io.limelight.cli.service.ServiceAddress;
import io.limelight.cli.service.ServiceHost;
import io.limelight.core.ca.CaName;
import io.limelight.core.ca.CertificateAuthority;
import io.limelight.core.config.Component;
import io.limelight.core.config.ComponentConfig;
import io.limelight.core.config.ConfigException;
import io.limelight.core.listen.CaListener;
import io.limelight.core.listen.FeedSettings;
import io.limelight.core.listen.ListenSettings;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.tls.TlsSetupException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code limelight ca -c listen}: publishes the CRL and takes notices, until it is told to stop. */
final class ListenAct {
    private final CliContext context;
    private final CertificateAuthority ca;
    private final ComponentConfig config;
    private final CaName notifier;
    private final ListenOptions options;

    ListenAct(
            CliContext context,
            CertificateAuthority ca,
            ComponentConfig config,
            CaName notifier,
            ListenOptions options) {
        this.context = context;
        this.ca = ca;
        this.config = config;
        this.notifier = notifier;
        this.options = options;
    }

    /** Runs; the password stays the caller's. */
    int run(SecretBytes password) throws Exception {
        ListenSettings settings = settings();
        return new ServiceHost(context, Component.CA).run(_ -> start(settings, password), options.stopOnEof);
    }

    private RunningService start(ListenSettings settings, SecretBytes password) throws Exception {
        CaListener listener = CaListener.start(settings, ca, password, InstantSource.system());
        return new RunningService(ready(settings, listener.port(), listener.webhookPort()), listener);
    }

    /** What is offered first, then every way by which notices come. */
    static String ready(ListenSettings settings, int port, int webhookPort) {
        String ip = settings.ip();
        return "CRL at http://" + ServiceAddress.of(ip, port) + "/"
                + (settings.ocsp() ? ", OCSP at http://" + ServiceAddress.of(ip, port) + "/ocsp" : "")
                + ", notices at https://" + ServiceAddress.of(ip, webhookPort) + "/"
                + settings.zeroMq()
                        .map(publisher ->
                                " and from tcp://" + ServiceAddress.of(publisher.getHostString(), publisher.getPort()))
                        .orElse("")
                + settings.feed()
                        .map(feed -> " and in the events of " + feed.verifier().address())
                        .orElse("");
    }

    private ListenSettings settings() throws ConfigException, CommandFailure, TlsSetupException {
        return ListenSettings.of(
                config,
                notifier,
                new ListenSettings.Given(
                        port(options.port, "--port", config.port("listen_port")),
                        port(options.webhookPort, "--webhook-port", config.port("webhook_port")),
                        options.zeroMq ? Optional.of(publisher()) : Optional.empty(),
                        FeedSettings.of(config, events(), ca.path()),
                        options.ocsp),
                ca.path());
    }

    private FeedSettings.Given events() {
        return new FeedSettings.Given(
                Optional.ofNullable(options.events),
                file(options.eventsKey),
                file(options.eventsCertificate),
                file(options.eventsAuthorities));
    }

    private Optional<Path> file(@Nullable Path given) {
        return Optional.ofNullable(given).map(context.workingDirectory()::resolve);
    }

    private InetSocketAddress publisher() throws ConfigException {
        ComponentConfig agent = context.configuration().load(Component.AGENT);
        return InetSocketAddress.createUnresolved(
                agent.text("revocation_notification_ip"), agent.integer("revocation_notification_port", 1, 65535));
    }

    private static int port(@Nullable Integer given, String option, int configured) throws CommandFailure {
        if (given == null) {
            return configured;
        }
        if (given < 0 || given > 65535) {
            throw new CommandFailure(2, option + " " + given + " is no port, 0 to 65535");
        }
        return given;
    }
}
