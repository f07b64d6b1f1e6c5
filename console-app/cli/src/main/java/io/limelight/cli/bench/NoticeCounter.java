package io.limelight.cli.bench;

import io.limelight.agent.actions.RevocationInbox;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.RevocationMessage;
import io.limelight.core.config.Component;
import io.limelight.core.config.ConfigException;
import io.limelight.core.config.KeylimeConfig;
import io.limelight.core.http.Access;
import io.limelight.core.http.HttpCall;
import io.limelight.core.http.HttpListener;
import io.limelight.core.http.HttpReply;
import io.limelight.core.http.JsonStyle;
import io.limelight.core.http.Limits;
import io.limelight.core.http.Route;
import io.limelight.core.http.Routes;
import io.limelight.core.json.WireJson;
import io.limelight.core.secret.PrivateFiles;
import io.limelight.core.tls.KeyPairs;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tls.SelfSignedCertificates;
import io.limelight.core.tls.ServerTls;
import io.limelight.core.tls.TrustedCas;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Everybody who is told: a webhook and agents, each at a port of its own, the first of which shows a violation when it is
 * told to. It writes down when what arrived.
 */
final class NoticeCounter implements AutoCloseable {
    private static final int LARGEST_NOTICE = 1 << 20;
    private static final String ACTION = "local_action_nothing";

    private final int size;
    private final List<LoadAgent> agents = new ArrayList<>();
    private final List<RevocationInbox> inboxes = new ArrayList<>();
    private @Nullable HttpListener webhook;
    private volatile boolean forgetful;
    private volatile boolean acting;
    private volatile boolean violated;
    private volatile Round round = new Round(0, false);

    NoticeCounter(int size) {
        this.size = size;
    }

    /** One violation. */
    static final class Round {
        private final AtomicLong begun = new AtomicLong();
        private final AtomicLong webhook = new AtomicLong();
        private final AtomicLong lastAgent = new AtomicLong();
        private final AtomicLong lastAction = new AtomicLong();
        private final CountDownLatch open;

        Round(int agents, boolean acting) {
            this.open = new CountDownLatch(1 + agents + (acting ? agents : 0));
        }

        private void quoted() {
            begun.compareAndSet(0, System.nanoTime());
        }

        private void arrived(AtomicLong at) {
            at.accumulateAndGet(System.nanoTime(), Math::max);
            open.countDown();
        }

        boolean await(Duration time) throws InterruptedException {
            return open.await(time.toNanos(), TimeUnit.NANOSECONDS);
        }

        /** Nanoseconds from the quote on. */
        long webhook() {
            return webhook.get() - begun.get();
        }

        long lastAgent() {
            return lastAgent.get() - begun.get();
        }

        long lastAction() {
            return lastAction.get() - begun.get();
        }
    }

    /** Opens the webhook. */
    void listen(int port, ServerTls tls) throws IOException {
        webhook = HttpListener.start(
                "webhook",
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                Optional.of(tls),
                Routes.builder()
                        .add(new Route("POST", "/hook", Access.ANYONE, "", LARGEST_NOTICE, this::hook))
                        .build(),
                JsonStyle.COMPACT,
                Limits.SERVICE);
    }

    private HttpReply hook(HttpCall call) throws Exception {
        RevocationMessage.from(call.json());
        round.arrived(round.webhook);
        return new HttpReply.Json(200, WireJson.object(), forgetful ? Map.of("Connection", "close") : Map.of());
    }

    /** Opens the agents, with room for actions in the folder. */
    void fleet(TrustedCas authorities, KeyPair notifier, Path folder, SecureRandom random)
            throws IOException, ConfigException {
        String transportPem = PemFiles.publicKey(KeyPairs.rsa(2048, random).getPublic());
        String certificate = PemFiles.certificate(SelfSignedCertificates.forAgent(
                notifier, "RevocationNotifier", List.of(), Instant.now(), Duration.ofDays(1), random));
        for (int i = 0; i < size; i++) {
            RevocationInbox inbox = inbox(folder.resolve("agent-" + i), certificate);
            inboxes.add(inbox);
            agents.add(LoadAgent.start(
                    RevokeBench.attestationKey(random),
                    "rsa2048",
                    "rsassa",
                    transportPem,
                    authorities,
                    new LoadAgent.Seen(),
                    random,
                    i == 0 ? new Violator(inbox) : new Told(inbox)));
        }
    }

    private static RevocationInbox inbox(Path work, String certificate) throws IOException, ConfigException {
        Path unzipped = Files.createDirectories(work.resolve("secure/unzipped"));
        Files.writeString(unzipped.resolve("RevocationNotifier-cert.crt"), certificate);
        Files.writeString(unzipped.resolve("action_list"), ACTION + "\n");
        Files.writeString(unzipped.resolve(ACTION + ".py"), "async def execute(event):\n    pass\n");
        Path conf = work.resolve("agent.conf");
        PrivateFiles.write(
                conf, ("[agent]\nrevocation_actions_dir = \"" + work + "\"\n").getBytes(StandardCharsets.UTF_8));
        Map<String, String> environment = Map.of(
                "KEYLIME_DIR",
                work.toString(),
                "KEYLIME_AGENT_CONFIG",
                conf.toString(),
                "PATH",
                Objects.requireNonNullElse(System.getenv("PATH"), "/usr/bin:/bin"));
        return RevocationInbox.open(
                new KeylimeConfig(environment, work).load(Component.AGENT),
                AgentId.DEFAULT,
                environment,
                InstantSource.system());
    }

    /** An agent that is told, and in some rounds acts as one of ours does. */
    private class Told implements LoadAgent.Conduct {
        private final RevocationInbox inbox;

        Told(RevocationInbox inbox) {
            this.inbox = inbox;
        }

        @Override
        public long newestReceipt() {
            return inbox.newestReceipt();
        }

        /** As an agent answers it. */
        @Override
        public HttpReply receipts(HttpCall call) {
            ObjectNode results = WireJson.object().put("newest", inbox.newestReceipt());
            ArrayNode list = results.putArray("receipts");
            inbox.receipts(Long.parseLong(call.query("after").orElse("0"))).forEach(one -> list.add(one.toJson()));
            return HttpReply.success(results);
        }

        @Override
        public HttpReply notified(HttpCall call) throws Exception {
            RevocationMessage message = RevocationMessage.from(call.json());
            Round now = round;
            now.arrived(now.lastAgent);
            if (acting) {
                long before = inbox.newestReceipt();
                inbox.take(message);
                Thread.startVirtualThread(() -> {
                    while (inbox.newestReceipt() == before) {
                        LockSupport.parkNanos(500_000);
                    }
                    now.arrived(now.lastAction);
                });
            }
            return HttpReply.success();
        }
    }

    /** The agent whose machine violates its policy. */
    private final class Violator extends Told {
        Violator(RevocationInbox inbox) {
            super(inbox);
        }

        @Override
        public boolean violated() {
            return violated;
        }

        @Override
        public void quoted(boolean bad) {
            if (bad) {
                round.quoted();
            }
        }
    }

    LoadAgent agent(int number) {
        return agents.get(number);
    }

    /** Whether the webhook closes each connection after its answer. */
    void forgetful(boolean value) {
        forgetful = value;
    }

    /** Whether agents run their action. */
    void acting(boolean value) {
        acting = value;
    }

    /** The next quote of the first agent shows a violation. */
    Round violate() {
        Round next = new Round(size, acting);
        round = next;
        violated = true;
        return next;
    }

    /** As before. */
    void repair() {
        violated = false;
    }

    @Override
    public void close() {
        HttpListener open = webhook;
        if (open != null) {
            open.close();
        }
        agents.forEach(LoadAgent::close);
        inboxes.forEach(RevocationInbox::close);
    }
}
