package io.limelight.agent.payload;

import io.limelight.agent.keys.KeyShares;
import io.limelight.agent.payload.PayloadState.Step;
import io.limelight.agent.privileges.ProcessUser;
import io.limelight.agent.privileges.RootHelper;
import io.limelight.core.api.AgentId;
import io.limelight.core.config.ComponentConfig;
import io.limelight.core.config.ConfigException;
import io.limelight.core.payload.BootstrapKey;
import io.limelight.core.payload.PayloadException;
import io.limelight.core.secret.PrivateFiles;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.task.Cancellation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The payload side of an agent: joins shares, and has done what they ask for, one delivery at a time on a thread of its own
 * ({@link Opening}).
 *
 * <p>A payload that arrives while a script still runs waits for its end, as the script's files may not be taken from under it;
 * of several that wait the latest counts, and it is kept in the area meanwhile ({@link WaitingDelivery}). The same sealed
 * payload delivered again (a sender's second try, a verifier that sends V anew) is opened once, unless its script failed. Where the shares bring no payload, one that lies on this machine is opened
 * ({@link PlacedPayload}); where there is none either, K is left for others.
 *
 * <p>What has been done is written down in the area before and after each step, and an agent that starts while the area is alive
 * takes over from there ({@link TakeOver}). Stopping waits neither for a script nor for the removal of an old payload.
 */
public final class SecurePayloads implements PayloadReceiver {
    private static final Logger LOG = LoggerFactory.getLogger(SecurePayloads.class);
    private static final long STOP_SECONDS = 10;

    private final PayloadSettings settings;
    private final SecureArea area;
    private final PlacedPayload placed;
    private final Standing standing;
    private final ScriptWatch script;
    private final TakeOver takeOver;
    private final WaitingDelivery kept;
    private final Opening opening;
    private final Cancellation stopping = new Cancellation();
    private final Thread worker;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final KeyShares shares;
    private @Nullable BootstrapKey key;
    private @Nullable Delivery waiting;

    /** Of the last delivery, besides what its state tells. */
    private @Nullable String remark;

    private volatile Runnable unpackedListener = () -> {};
    private boolean closed;

    private SecurePayloads(
            PayloadSettings settings,
            SecureArea area,
            AgentId id,
            ScriptStarter starter,
            Optional<RootHelper> helper,
            InstantSource clock)
            throws IOException {
        this.settings = settings;
        this.area = area;
        this.shares = new KeyShares(id.value());
        this.placed = new PlacedPayload(settings.placed());
        Path own = PrivateFiles.createFolder(area.folder().resolve(".limelight"));
        this.standing = new Standing(own.resolve("state.json"));
        ScriptRun run = new ScriptRun(own.resolve("run"), area.unzipped(), settings.script(), settings.scriptSeconds());
        this.script = new ScriptWatch(area, run, starter, standing, clock);
        this.kept = new WaitingDelivery(own.resolve("waiting"));
        OldPayload old = new OldPayload(area, helper);
        this.takeOver = new TakeOver(area, settings, old, script, standing);
        this.opening = new Opening(
                area, settings, placed, new Unpacking(area, settings, old), script, standing, this::tellUnpacked);
        this.worker = Thread.ofPlatform().daemon().name("payload").unstarted(this::work);
    }

    /**
     * Prepares the secure area and takes over what is in it.
     *
     * @param environment of this process; scripts get the harmless part of it
     * @throws ConfigException for an option that cannot be used
     * @throws SecureAreaException if there is no place for secrets
     */
    public static SecurePayloads open(
            ComponentConfig config, AgentId id, Map<String, String> environment, InstantSource clock)
            throws ConfigException, SecureAreaException {
        PayloadSettings settings = PayloadSettings.read(config);
        ScriptUser scriptUser = ScriptUser.of(config, "payload_run_as", environment);
        SecureArea area = settings.area(scriptUser.sharedWith(ProcessUser.current()));
        Optional<RootHelper> helper = RootHelper.of(environment);
        ScriptStarter starter = helper.<ScriptStarter>map(root -> new HelperStarter(root, id.value()))
                .orElseGet(() -> new DirectStarter(scriptUser.environment(environment, id), scriptUser.prefix()));
        return open(settings, area, id, starter, helper, clock);
    }

    static SecurePayloads open(
            PayloadSettings settings,
            SecureArea area,
            AgentId id,
            ScriptStarter starter,
            Optional<RootHelper> helper,
            InstantSource clock)
            throws SecureAreaException {
        try {
            SecurePayloads payloads = new SecurePayloads(settings, area, id, starter, helper, clock);
            payloads.key = payloads.takeOver.look().orElse(null);
            payloads.takeUpWaiting();
            payloads.worker.start();
            return payloads;
        } catch (IOException e) {
            throw new SecureAreaException(
                    "what is in " + area.folder() + " cannot be taken over (" + e.getMessage()
                            + "); unmount it and start the agent again",
                    e);
        }
    }

    /** Of the agent before this one. */
    private void takeUpWaiting() throws IOException {
        lock.lock();
        try {
            Optional<Delivery> before = kept.read();
            if (before.isEmpty()) {
                return;
            }
            Delivery delivery = before.get();
            LOG.info("a payload that waited for a script when the agent ended waits again");
            if (key != null) {
                key.close();
            }
            key = copy(delivery.key());
            if (!settings.allowed()) {
                delivery.key().close();
                kept.forget();
                refuseWithoutTls(delivery.content());
                return;
            }
            waiting = delivery;
        } finally {
            lock.unlock();
        }
    }

    // --- shares ---

    @Override
    public void receiveU(SecretBytes u, byte[] authTag, Optional<byte[]> payload) {
        lock.lock();
        try {
            if (closed) {
                u.close();
                return;
            }
            // Some senders write an empty text where there is no payload.
            shares.addU(u, authTag, payload.filter(bytes -> bytes.length > 0))
                    .ifPresentOrElse(this::joined, this::noMatch);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void receiveV(SecretBytes v) {
        lock.lock();
        try {
            if (closed) {
                v.close();
                return;
            }
            shares.addV(v).ifPresentOrElse(this::joined, this::noMatch);
        } finally {
            lock.unlock();
        }
    }

    /** A share alone is half of a delivery; one of each that do not fit is a mistake somewhere, or an attempt. */
    private void noMatch() {
        if (shares.waitingUs() > 0 && shares.waitingVs() > 0) {
            LOG.warn("a U and a V came that do not belong together: no key is known, and nothing is opened. Deliver"
                    + " again (limelight tenant -c update); if that happens again, somebody else sends shares to this"
                    + " machine");
        }
    }

    private void joined(KeyShares.Joined joined) {
        if (key != null) {
            key.close();
        }
        key = joined.key();
        remark = null;
        Delivery.Content content = joined.payload()
                .<Delivery.Content>map(container -> new Delivery.Content.Sent(container, Opening.digest(container)))
                .orElseGet(() -> placed.present() ? new Delivery.Content.Placed() : new Delivery.Content.KeyAlone());
        if (!settings.allowed()) {
            refuseWithoutTls(content);
            return;
        }
        if (content instanceof Delivery.Content.Sent sent
                && (standing.now().settles(sent.digest()) || (waiting != null && waiting.brings(sent.digest())))) {
            Optional<String> other = Opening.otherKey(joined.key(), sent.container());
            remark = other.orElse(null);
            other.ifPresentOrElse(
                    LOG::warn,
                    () -> LOG.info("U and V belong together: the key is known; its payload was delivered before and is"
                            + " not opened again"));
            return;
        }
        if (content instanceof Delivery.Content.KeyAlone && waiting != null && waiting.isPayload()) {
            LOG.info("U and V belong together: the key is known; the payload that waits has its own");
            return;
        }
        LOG.info(
                "U and V belong together: the key is known{}",
                switch (content) {
                    case Delivery.Content.Sent _ -> ", the payload will be opened";
                    case Delivery.Content.Placed() ->
                        ", the payload on this machine (encrypted_payload) will be opened";
                    case Delivery.Content.KeyAlone() -> "; no payload came with it";
                });
        if (waiting != null) {
            if (waiting.isPayload()) {
                LOG.warn("a payload that waited for a script to end was replaced by a newer one");
            }
            waiting.key().close();
        }
        waiting = new Delivery(copy(joined.key()), content);
        if (standing.now().holdsUpOthers()) {
            kept.keep(waiting);
        }
        work.signalAll();
    }

    private void refuseWithoutTls(Delivery.Content content) {
        if (content instanceof Delivery.Content.KeyAlone) {
            LOG.info("U and V belong together: the key is known; no payload came with it");
            return;
        }
        remark = "a payload came, and is not opened without TLS (enable_agent_mtls, enable_insecure_payload)";
        LOG.warn("U and V belong together: the key is known; the payload is not opened without TLS"
                + " (enable_insecure_payload)");
    }

    private static BootstrapKey copy(BootstrapKey key) {
        try {
            return BootstrapKey.of(key.bytes().copy());
        } catch (PayloadException e) {
            throw new IllegalStateException("a key has a key's length", e);
        }
    }

    @Override
    public Optional<String> answer(String challenge) {
        lock.lock();
        try {
            return key == null ? Optional.empty() : Optional.of(key.answer(challenge));
        } finally {
            lock.unlock();
        }
    }

    // --- status ---

    @Override
    public PayloadStatus status() {
        lock.lock();
        try {
            PayloadState now = shown();
            return new PayloadStatus(stage(now), now.problem(), note(now), now.started(), now.exit(), area.sizeText());
        } finally {
            lock.unlock();
        }
    }

    /** A payload that nobody has to wait for is as good as begun. */
    private PayloadState shown() {
        PayloadState now = standing.now();
        return waiting != null && now.idle() ? Opening.shown(waiting).orElse(now) : now;
    }

    private PayloadStatus.Stage stage(PayloadState now) {
        return switch (now.step()) {
            case NONE, KEY -> beforePayload();
            case UNPACKING, UNPACKED -> PayloadStatus.Stage.UNPACKING;
            case RUNNING -> PayloadStatus.Stage.RUNNING;
            case DONE -> PayloadStatus.Stage.DONE;
            case FAILED, REFUSED -> PayloadStatus.Stage.FAILED;
        };
    }

    private PayloadStatus.Stage beforePayload() {
        if (shares.waitingUs() > 0 && shares.waitingVs() > 0) {
            return PayloadStatus.Stage.NO_MATCH;
        }
        if (key != null) {
            return PayloadStatus.Stage.KEY_ONLY;
        }
        if (shares.waitingUs() > 0) {
            return PayloadStatus.Stage.HAVE_U;
        }
        return shares.waitingVs() > 0 ? PayloadStatus.Stage.HAVE_V : PayloadStatus.Stage.WAITING;
    }

    private @Nullable String note(PayloadState now) {
        if (remark != null) {
            return remark;
        }
        if (waiting != null && waiting.isPayload() && now.step() == Step.RUNNING) {
            return "a newer payload waits for the script to end";
        }
        if (now.step() != Step.NONE && shares.waitingUs() > 0) {
            return shares.waitingVs() > 0 ? "new shares came that do not belong together" : "a new U waits for its V";
        }
        return now.note();
    }

    @Override
    public void whenUnpacked(Runnable listener) {
        unpackedListener = listener;
        tellUnpacked();
    }

    private void tellUnpacked() {
        try {
            unpackedListener.run();
        } catch (RuntimeException e) {
            LOG.error("looking at an unpacked payload has failed by an error inside the program", e);
        }
    }

    // --- working ---

    /** A delivery that has been taken up, and how things stood then. */
    private record Task(Delivery delivery, PayloadState before) {}

    private void work() {
        try {
            takeOver.goOn(stopping);
            while (true) {
                tellUnpacked();
                Task task = next();
                if (task == null) {
                    return;
                }
                try (BootstrapKey _ = task.delivery().key()) {
                    opening.open(task.delivery(), task.before(), stopping).ifPresent(this::remark);
                }
            }
        } catch (RuntimeException e) {
            LOG.error("the payload side has stopped by an error inside the program", e);
            standing.enter(standing.now()
                    .failed("an error inside the program (" + e.getClass().getSimpleName() + "); see the log"));
        }
    }

    private @Nullable Task next() {
        lock.lock();
        try {
            while (waiting == null && !closed) {
                work.awaitUninterruptibly();
            }
            if (closed) {
                return null;
            }
            Task task = new Task(Objects.requireNonNull(waiting), standing.now());
            waiting = null;
            Opening.shown(task.delivery())
                    .ifPresent(
                            task.delivery().content() instanceof Delivery.Content.Sent
                                    ? standing::enter
                                    : standing::show);
            // From here on its own state is what the next agent finds.
            kept.forget();
            return task;
        } finally {
            lock.unlock();
        }
    }

    private void remark(String sentence) {
        lock.lock();
        try {
            if (waiting == null) {
                remark = sentence;
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            work.signalAll();
        } finally {
            lock.unlock();
        }
        stopping.cancel();
        script.close();
        try {
            worker.join(Duration.ofSeconds(STOP_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        lock.lock();
        try {
            shares.close();
            if (waiting != null) {
                waiting.key().close();
                waiting = null;
            }
            if (key != null) {
                key.close();
                key = null;
            }
        } finally {
            lock.unlock();
        }
    }
}
