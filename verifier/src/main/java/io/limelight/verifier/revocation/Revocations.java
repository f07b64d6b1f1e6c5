package io.limelight.verifier.revocation;

import io.limelight.core.api.HttpClients;
import io.limelight.core.api.HttpTimeouts;
import io.limelight.core.api.RevocationMessage;
import io.limelight.core.api.WebhookClient;
import io.limelight.core.bus.Publisher;
import io.limelight.core.task.Cancellation;
import io.limelight.core.tls.ClientTls;
import io.limelight.verifier.attest.AgentConnections;
import io.limelight.verifier.attest.Notices;
import io.limelight.verifier.attest.Receipts;
import io.limelight.verifier.attest.RetryRule;
import io.limelight.verifier.state.BrakeState;
import io.limelight.verifier.state.BrakeStore.Renewed;
import io.limelight.verifier.state.Delivery.Channel;
import io.limelight.verifier.state.Outbox;
import io.limelight.verifier.state.Receiver;
import io.limelight.verifier.state.StoredNotice;
import java.io.IOException;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Telling others of failures, as a whole: what makes notices, what delivers them, the brake and the events. */
public final class Revocations implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Revocations.class);

    private final Outbox outbox;
    private final EventFeed feed;
    private final Dispatcher dispatcher;
    private final TrialNotice trial;
    private final NoticeMaker maker;
    private final NoticeIntake intake;
    private final ReceiptCollector receipts;
    private final Optional<OkHttpClient> webhookHttp;

    /**
     * What is configured.
     *
     * @param channels how notices travel
     * @param lifetime after which nobody should act on one
     * @param failedToo whether the agent that failed is told as well
     * @param webhook address; empty for none
     * @param zmqIp where to publish
     * @param zmqPort where to publish; 0 for any free one
     */
    public record Options(
            Set<Channel> channels,
            Duration lifetime,
            boolean failedToo,
            Optional<HttpUrl> webhook,
            String zmqIp,
            int zmqPort) {
        /** Copies the set. */
        public Options {
            channels = Set.copyOf(channels);
        }

        /** Whether there is a webhook to call. */
        public boolean callsWebhook() {
            return channels.contains(Channel.WEBHOOK) && webhook.isPresent();
        }
    }

    private Revocations(
            Outbox outbox,
            EventFeed feed,
            Dispatcher dispatcher,
            TrialNotice trial,
            NoticeMaker maker,
            NoticeIntake intake,
            ReceiptCollector receipts,
            Optional<OkHttpClient> webhookHttp) {
        this.outbox = outbox;
        this.feed = feed;
        this.dispatcher = dispatcher;
        this.trial = trial;
        this.maker = maker;
        this.intake = intake;
        this.receipts = receipts;
        this.webhookHttp = webhookHttp;
    }

    /**
     * Opens what is needed; nothing is sent before {@link #begin}.
     *
     * @param verifierId whose fleet is told
     * @param connections to agents
     * @param webhookTls trust and identity for the webhook, asked only if there is one
     * @param requestTimeout for a call of the webhook
     * @param retries for every receiver
     * @param drain how long a stop waits
     * @throws IOException if nothing can be published where the options want it
     */
    public static Revocations open(
            Options options,
            Outbox outbox,
            String verifierId,
            AgentConnections connections,
            Supplier<ClientTls> webhookTls,
            Duration requestTimeout,
            RetryRule retries,
            Duration drain,
            SecureRandom random,
            InstantSource clock)
            throws IOException {
        EventFeed feed = new EventFeed(outbox.events());
        Cancellation cancellation = new Cancellation();
        Signal signal = new Signal();
        Tasks tasks = new Tasks();
        Outcomes outcomes = new Outcomes(outbox.deliveries(), feed::signal, signal, clock);
        ReceiptCollector receipts =
                new ReceiptCollector(connections, outbox.receivers(), outbox.receipts(), feed::signal, clock);
        Optional<AgentDelivery> agents = options.channels.contains(Channel.AGENT)
                ? Optional.of(new AgentDelivery(
                        new AgentNotifier(connections, outbox.receivers()),
                        outbox.receivers(),
                        outbox.deliveries(),
                        outcomes,
                        tasks,
                        receipts::told,
                        options.failedToo,
                        retries,
                        clock))
                : Optional.empty();
        Optional<OkHttpClient> http = Optional.empty();
        Optional<WebhookDelivery> webhook = Optional.empty();
        if (options.callsWebhook()) {
            OkHttpClient client = HttpClients.tls(HttpTimeouts.of(requestTimeout), webhookTls.get());
            http = Optional.of(client);
            webhook = options.webhook.map(url -> new WebhookDelivery(
                    new WebhookClient(url, client, cancellation), outcomes, tasks, retries, cancellation, clock));
        } else if (options.channels.contains(Channel.WEBHOOK)) {
            LOG.warn("enabled_revocation_notifications names the webhook, but webhook_url is empty: nobody is called");
        }
        Optional<ZeroMqDelivery> zeroMq = options.channels.contains(Channel.ZEROMQ)
                ? Optional.of(new ZeroMqDelivery(publisher(options), outbox.deliveries(), outcomes, tasks, clock))
                : Optional.empty();
        Channels channels = new Channels(agents, webhook, zeroMq);
        Dispatcher dispatcher =
                new Dispatcher(outbox, channels, outcomes, tasks, signal, feed::signal, drain, cancellation, clock);
        NoticeMaker maker = new NoticeMaker(
                outbox.keys(),
                options.lifetime,
                random,
                clock,
                ZoneId.systemDefault(),
                dispatcher::offer,
                feed::signal);
        return new Revocations(
                outbox,
                feed,
                dispatcher,
                new TrialNotice(channels, outcomes, clock),
                maker,
                new NoticeIntake(outbox.notices(), outbox.keys(), verifierId, options.lifetime, clock),
                receipts,
                http);
    }

    private static Publisher publisher(Options options) throws IOException {
        Publisher publisher = Publisher.bind(options.zmqIp, options.zmqPort);
        LOG.info("publishing notices over ZeroMQ on {}:{}", options.zmqIp, publisher.port());
        if (!loopback(options.zmqIp)) {
            LOG.warn(
                    "zmq_ip = {}: notices travel in clear text to everybody who connects there. They are signed, but not"
                            + " secret; 127.0.0.1 keeps them on this machine",
                    options.zmqIp);
        }
        return publisher;
    }

    private static boolean loopback(String ip) {
        try {
            return InetAddress.ofLiteral(ip).isLoopbackAddress();
        } catch (IllegalArgumentException e) {
            return ip.equals("localhost");
        }
    }

    /** Takes up what an earlier start has left. */
    public void begin() {
        BrakeState brake = outbox.brake().state("");
        if (brake.engagedAt().isPresent()) {
            LOG.warn(
                    "the brake is on since {}: {} notices are held until an administrator releases or discards them (limelight tenant"
                            + " -c releaserevocations | discardrevocations)",
                    brake.engagedAt().get(),
                    brake.held());
        }
        dispatcher.begin();
    }

    /** What attestation tells of failures. */
    public Notices notices() {
        return maker;
    }

    /** What attestation tells of receipts. */
    public Receipts receipts() {
        return receipts;
    }

    /** The notices and what became of them. */
    public Outbox outbox() {
        return outbox;
    }

    /** The stream of events. */
    public EventFeed feed() {
        return feed;
    }

    /** What delivers. */
    public Dispatcher dispatcher() {
        return dispatcher;
    }

    /** Sends what the brake holds, with its times set anew, and lets it go; how many notices that are. */
    public int release() {
        Map<Long, Renewed> renewed = new HashMap<>();
        for (StoredNotice held : outbox.brake().held()) {
            maker.renewed(held).ifPresent(fresh -> renewed.put(held.sequence(), fresh));
        }
        List<StoredNotice> released = outbox.brake().release(renewed);
        if (!released.isEmpty()) {
            LOG.warn("the brake was released by an administrator: {} notices go out", released.size());
        }
        feed.signal();
        dispatcher.offer(released);
        return released.size();
    }

    /** Never sends what the brake holds, and lets it go; how many notices that are. */
    public int discard() {
        int discarded = outbox.brake().discard();
        if (discarded > 0) {
            LOG.warn("an administrator let the brake go and discarded {} notices", discarded);
        }
        feed.signal();
        return discarded;
    }

    /** Judges a notice that an administrator hands in; one that is believed goes out, or is held. */
    public NoticeIntake.Outcome take(RevocationMessage message) {
        NoticeIntake.Outcome outcome = intake.take(message);
        if (outcome instanceof NoticeIntake.Outcome.Taken(StoredNotice notice, boolean known) && !known) {
            feed.signal();
            if (!notice.withheld()) {
                dispatcher.offer(notice);
            }
        }
        return outcome;
    }

    /**
     * Sends a notice on which nobody acts.
     *
     * @param receiver which agent, on that channel
     */
    public TrialResult test(Channel channel, @Nullable Receiver receiver) {
        return trial.send(channel, maker.test(receiver == null ? "test" : receiver.id()), receiver);
    }

    /** Lets deliveries under way end within the configured time, and closes what it opened. */
    @Override
    public void close() {
        receipts.close();
        dispatcher.close();
        webhookHttp.ifPresent(HttpClients::close);
    }
}
