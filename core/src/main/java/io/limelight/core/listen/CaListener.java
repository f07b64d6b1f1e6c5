package io.limelight.core.listen;

import io.limelight.core.bus.NoticeSubscriber;
import io.limelight.core.ca.CaException;
import io.limelight.core.ca.CertificateAuthority;
import io.limelight.core.ca.Identities;
import io.limelight.core.ca.OwnServers;
import io.limelight.core.ca.PublishedCrl;
import io.limelight.core.http.Access;
import io.limelight.core.http.HttpListener;
import io.limelight.core.http.JsonStyle;
import io.limelight.core.http.Limits;
import io.limelight.core.http.Route;
import io.limelight.core.http.Routes;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.tls.KeyMaterial;
import io.limelight.core.tls.ServerTls;
import io.limelight.core.tls.TrustedCas;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A CA that listens ({@code limelight ca -c listen}): publishes its CRL, re-issues it in time, and revokes on genuine notices
 * that come by webhook, by ZeroMQ or in the events of a verifier. All it knows stands in the folder, so it may be stopped and
 * started at any time; notices that come by webhook are answered with success only once the CRL is on the disk, and until then
 * are the sender's to repeat; of a verifier's events it remembers how far it has acted on them.
 */
public final class CaListener implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CaListener.class);

    /** A daily CRL tells relying parties that the listener is alive; it is valid for much longer. */
    private static final Duration REISSUE = Duration.ofDays(1);

    private static final Duration LOOK = Duration.ofMinutes(1);

    /** A notice of the longest text, with its quotes and backslashes doubled. */
    private static final int MAX_ENVELOPE = 5 << 20;

    private static final Limits PUBLIC = new Limits(
            4_096, 256, 1 << 20, 8 << 10, Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(60));

    private static final Limits WEBHOOK = new Limits(
            256, 32, 32 << 20, 8 << 10, Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(90));

    private final ListenSettings settings;
    private final CertificateAuthority ca;
    private final SecretBytes password;
    private final InstantSource clock;
    private final CrlPublication publication;
    private final NoticeIntake intake;
    private final Webhook notices;
    private final Deque<Part> parts = new ArrayDeque<>();
    private Optional<OcspRoutes> responder = Optional.empty();
    private int port;
    private int webhookPort;

    /** Something to be ended, the last one begun first. */
    private interface Part {
        void close();
    }

    private CaListener(ListenSettings settings, CertificateAuthority ca, SecretBytes password, InstantSource clock) {
        this.settings = settings;
        this.ca = ca;
        this.password = password;
        this.clock = clock;
        this.publication = new CrlPublication(ca);
        this.intake = new NoticeIntake(settings, ca, password, publication, clock);
        this.notices = new Webhook(intake);
    }

    /**
     * Starts.
     *
     * @param password of the keystore; copied
     * @throws CaException if the CA or its password cannot be used
     * @throws IOException if a port cannot be opened
     */
    public static CaListener start(
            ListenSettings settings, CertificateAuthority ca, SecretBytes password, InstantSource clock)
            throws CaException, IOException {
        CaListener listener = new CaListener(settings, ca, password.copy(), clock);
        listener.parts.push(listener.password::close);
        boolean started = false;
        try {
            listener.begin();
            started = true;
            return listener;
        } finally {
            if (!started) {
                listener.close();
            }
        }
    }

    private void begin() throws CaException, IOException {
        HttpListener crl = HttpListener.start(
                "ca-crl",
                new InetSocketAddress(settings.ip(), settings.port()),
                Optional.empty(),
                published(),
                JsonStyle.COMPACT,
                PUBLIC);
        parts.push(crl::close);
        port = crl.port();
        HttpListener webhook = HttpListener.start(
                "ca-notices",
                new InetSocketAddress(settings.ip(), settings.webhookPort()),
                Optional.of(tls()),
                Routes.builder()
                        .add(new Route("POST", "/", Access.ANYONE, "", MAX_ENVELOPE, notices::answer))
                        .build(),
                JsonStyle.COMPACT,
                WEBHOOK);
        parts.push(webhook::close);
        webhookPort = webhook.port();
        // A wrong password has to show now and not with the first notice; after the ports, as a start that fails
        // because
        // another one is listening leaves the CRL as it is.
        ca.reissueCrl(password);
        Instant ends = ca.authority().getNotAfter().toInstant();
        if (!clock.instant().isBefore(ends)) {
            LOG.warn(
                    "the certificate of this CA expired on {}: few will still believe its CRL. It has to be followed by a"
                            + " new CA",
                    ends);
        }
        settings.zeroMq()
                .ifPresent(publisher -> parts.push(
                        NoticeSubscriber.start(publisher.getHostString(), publisher.getPort(), notices::frame)::close));
        if (settings.feed().isPresent()) {
            parts.push(VerifierFeed.start(settings.feed().get(), intake, new FeedFile(ca.path()), clock)::close);
        }
        ScheduledExecutorService schedule = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("ca-schedule").factory());
        parts.push(schedule::shutdownNow);
        ScheduledFuture<?> looking = schedule.scheduleWithFixedDelay(
                () -> lookQuietly(webhook), LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
        parts.push(() -> looking.cancel(false));
    }

    /** The CRL, and answers about single certificates where that is wanted. */
    private Routes published() throws CaException {
        Routes.Builder routes = Routes.builder().versions(_ -> true);
        if (settings.ocsp()) {
            responder = Optional.of(new OcspRoutes(new OcspResponder(ca, password, publication, clock), publication));
            responder.get().addTo(routes);
        } else {
            routes.add(new Route("GET", "/**", Access.ANYONE, "", 0, publication::answer));
        }
        return routes.add(new Route("HEAD", "/**", Access.ANYONE, "", 0, publication::answer))
                .build();
    }

    private ServerTls tls() throws CaException {
        KeyMaterial identity = settings.webhookIdentity().isPresent()
                ? settings.webhookIdentity().get()
                : new OwnServers(ca).listener(names(), password);
        // A verifier shows its own certificate where it is asked for one; what counts here is the notice's signature.
        return new ServerTls(identity, TrustedCas.NONE, ServerTls.ClientAuth.NONE);
    }

    private List<String> names() {
        Set<String> names = new LinkedHashSet<>(List.of("localhost", "127.0.0.1", "::1"));
        try {
            names.add(InetAddress.getLocalHost().getHostName());
        } catch (UnknownHostException e) {
            LOG.debug("this machine has no name of its own", e);
        }
        if (!settings.ip().equals("0.0.0.0") && !settings.ip().equals("::")) {
            names.add(settings.ip());
        }
        return List.copyOf(names);
    }

    // --- in time ---

    private void lookQuietly(HttpListener webhook) {
        try {
            look();
            if (settings.webhookIdentity().isEmpty()
                    && new OwnServers(ca)
                            .listenerEnds()
                            .isBefore(clock.instant().plus(Identities.SOON))) {
                webhook.reload(tls());
            }
            if (responder.isPresent()) {
                responder.get().renew();
            }
        } catch (CaException | IOException | RuntimeException e) {
            LOG.error("the CA's daily work failed and is tried again in a minute: {}", e.getMessage());
        }
    }

    /** Re-issues the CRL if it is a day old; the scheduler calls it every minute. */
    void look() throws CaException {
        Optional<PublishedCrl> crl = publication.current();
        Instant now = clock.instant();
        if (crl.isEmpty()
                || !now.isBefore(crl.get().thisUpdate().plus(REISSUE))
                || !now.isBefore(crl.get().nextUpdate())) {
            ca.reissueCrl(password);
            publication.current();
        } else if (crl.get().thisUpdate().isAfter(now.plus(REISSUE))) {
            LOG.warn(
                    "the CRL was issued on {}, which has not come yet; this machine's clock was set back",
                    crl.get().thisUpdate());
        }
    }

    /** The port where the CRL is. */
    public int port() {
        return port;
    }

    /** The port where notices are taken. */
    public int webhookPort() {
        return webhookPort;
    }

    /** Stops: a notice that is being acted on is finished and answered. */
    @Override
    public void close() {
        while (!parts.isEmpty()) {
            parts.pop().close();
        }
    }
}
