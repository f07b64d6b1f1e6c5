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
import io.limelight.core.task.CancelledException;
import io.limelight.core.tpm.HashAlgorithm;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.WatchService;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The payload side of an agent: joins shares, opens what came with them into the secure area, runs the script.
 *
 * <p>One payload at a time, on a thread of its own. A payload that arrives while a script still runs waits for its end, as the
 * script's files may not be taken from under it; of several that wait the latest counts. The same sealed payload delivered
 * again (a sender's second try, a verifier that sends V anew) is opened once, unless its script failed.
 *
 * <p>What has been done is written down in the area before and after each step. An agent that starts while the area is alive
 * takes over from there: K is read from {@code enc_keyname}, a script that runs is watched on, one that was due is started,
 * a payload that was being opened is gone and has to be delivered again, and the removal of the one before it is completed.
 * Stopping waits neither for a script nor for such a removal. K that came without a payload is only ever in
 * memory.
 */
public final class SecurePayloads implements PayloadReceiver {
    private static final Logger LOG = LoggerFactory.getLogger(SecurePayloads.class);
    private static final long BEGIN_SECONDS = 10;
    private static final long STOP_SECONDS = 10;

    private final PayloadSettings settings;
    private final SecureArea area;
    private final ScriptStarter starter;
    private final InstantSource clock;
    private final Cancellation stopping = new Cancellation();
    private final OldPayload old;
    private final Unpacking unpacking;
    private final ScriptRun run;
    private final WatchService watch;
    private final Thread worker;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final KeyShares shares;
    private @Nullable BootstrapKey key;
    private PayloadState state = PayloadState.none();
    private @Nullable Delivery waiting;
    private boolean unopened;
    private boolean closed;

    /** A payload to be opened, with a copy of its key. */
    private record Delivery(BootstrapKey key, Optional<byte[]> payload, String digest) {
        byte[] container() {
            return payload.orElseThrow();
        }
    }

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
        this.starter = starter;
        this.clock = clock;
        this.shares = new KeyShares(id.value());
        this.old = new OldPayload(area, helper);
        this.unpacking = new Unpacking(area, settings, old);
        this.run = new ScriptRun(own().resolve("run"), area.unzipped(), settings.script(), settings.scriptSeconds());
        this.watch = FileSystems.getDefault().newWatchService();
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
            payloads.takeOver();
            payloads.worker.start();
            return payloads;
        } catch (IOException e) {
            throw new SecureAreaException(
                    "what is in " + area.folder() + " cannot be taken over (" + e.getMessage()
                            + "); unmount it and start the agent again",
                    e);
        }
    }

    private Path own() {
        return area.folder().resolve(".limelight");
    }

    private Path stateFile() {
        return own().resolve("state.json");
    }

    // --- taking over ---

    private void takeOver() throws IOException {
        PrivateFiles.createFolder(own());
        new FolderTree(area.folder(), Unpacking.NEW).remove();
        PayloadState before;
        try {
            before = PayloadState.read(stateFile()).orElseGet(PayloadState::none);
        } catch (IOException e) {
            LOG.warn("what the agent did before cannot be read: {}", e.getMessage());
            before = PayloadState.none();
        }
        // Key and status are of the same delivery, or there is no key: one that could not be opened leaves the folder,
        // and
        // the key, of the payload before it.
        key = before.keyIsInItsFolder() ? storedKey() : null;
        state = resumed(before);
        if (key != null) {
            LOG.info("{} holds an unpacked payload; its key is used again", area.unzipped());
        }
    }

    private PayloadState resumed(PayloadState before) throws IOException {
        return switch (before.step()) {
            case UNPACKING ->
                before.failed("the agent was stopped while it opened the payload; deliver it again"
                        + " (limelight tenant -c update)");
            case UNPACKED, RUNNING, DONE, FAILED, REFUSED -> before;
            case NONE ->
                key == null
                        ? before
                        : new PayloadState(Step.DONE, "", null, "unpacked before this agent was started", null, null);
        };
    }

    private @Nullable BootstrapKey storedKey() throws IOException {
        Path file = area.unzipped().resolve(settings.keyName());
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                || !BootstrapKey.validSize((int) Math.min(Files.size(file), Integer.MAX_VALUE))) {
            return null;
        }
        SecretBytes bytes = SecretBytes.adopt(Files.readAllBytes(file));
        try {
            return BootstrapKey.of(bytes);
        } catch (PayloadException e) {
            bytes.close();
            return null;
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
            shares.addU(u, authTag, payload.filter(bytes -> bytes.length > 0)).ifPresent(this::joined);
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
            shares.addV(v).ifPresent(this::joined);
        } finally {
            lock.unlock();
        }
    }

    private void joined(KeyShares.Joined joined) {
        if (key != null) {
            key.close();
        }
        key = joined.key();
        unopened = false;
        if (joined.payload().isEmpty()) {
            LOG.info("U and V belong together: the key is known; no payload came with it");
            return;
        }
        if (!settings.allowed()) {
            unopened = true;
            LOG.warn("U and V belong together: the key is known; the payload is not opened without TLS"
                    + " (enable_insecure_payload)");
            return;
        }
        byte[] container = joined.payload().get();
        String digest = HexFormat.of().formatHex(HashAlgorithm.SHA256.digest(container));
        if (state.settles(digest) || (waiting != null && waiting.digest().equals(digest))) {
            LOG.info(
                    "U and V belong together: the key is known; its payload was delivered before and is not opened again");
            return;
        }
        LOG.info("U and V belong together: the key is known, the payload will be opened");
        if (waiting != null) {
            LOG.warn("a payload that waited for a script to end was replaced by a newer one");
            waiting.key().close();
        }
        waiting = new Delivery(copy(joined.key()), joined.payload(), digest);
        work.signalAll();
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
        return waiting != null && state.idle() ? PayloadState.unpacking(waiting.digest()) : state;
    }

    private PayloadStatus.Stage stage(PayloadState now) {
        return switch (now.step()) {
            case NONE -> beforePayload();
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
        if (unopened) {
            return "a payload came, and is not opened without TLS (enable_agent_mtls, enable_insecure_payload)";
        }
        if (waiting != null && now.step() == Step.RUNNING) {
            return "a newer payload waits for the script to end";
        }
        if (now.step() != Step.NONE && shares.waitingUs() > 0) {
            return shares.waitingVs() > 0 ? "new shares came that do not belong together" : "a new U waits for its V";
        }
        return now.note();
    }

    private void enter(PayloadState next) {
        lock.lock();
        try {
            state = next;
        } finally {
            lock.unlock();
        }
        try {
            next.write(stateFile());
        } catch (IOException e) {
            // A script that has filled the area leaves no room for it; the run's own folder still tells how it ended.
            LOG.warn("how far the payload is cannot be written down in {}: {}", area.folder(), e.getMessage());
        }
    }

    // --- working ---

    private void work() {
        try {
            resume();
            while (true) {
                Delivery delivery = next();
                if (delivery == null) {
                    return;
                }
                try (BootstrapKey owned = delivery.key()) {
                    open(owned, delivery);
                }
            }
        } catch (RuntimeException e) {
            LOG.error("the payload side has stopped by an error inside the program", e);
            enter(current()
                    .failed("an error inside the program (" + e.getClass().getSimpleName() + "); see the log"));
        }
    }

    private PayloadState current() {
        lock.lock();
        try {
            return state;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Delivery next() {
        lock.lock();
        try {
            while (waiting == null && !closed) {
                work.awaitUninterruptibly();
            }
            if (closed) {
                return null;
            }
            Delivery delivery = waiting;
            waiting = null;
            state = PayloadState.unpacking(Objects.requireNonNull(delivery).digest());
            return delivery;
        } finally {
            lock.unlock();
        }
    }

    private void resume() {
        finishWipe();
        PayloadState before = current();
        switch (before.step()) {
            case UNPACKED -> runScript(before.since(run.begunAt().orElse(null)));
            case RUNNING -> watch(before);
            default -> enter(before);
        }
    }

    /** Of an old payload, which the agent before this one was stopped at. */
    private void finishWipe() {
        if (!old.unfinished()) {
            return;
        }
        try {
            LOG.info("the removal of an old payload is completed");
            old.finish(stopping);
        } catch (CancelledException e) {
            LOG.info("stopped again before an old payload was removed");
        } catch (IOException e) {
            // Tried again before the next payload, which is refused if it fails then too.
            LOG.warn("what is left of an old payload cannot be removed: {}", e.getMessage());
        }
    }

    private void open(BootstrapKey owned, Delivery delivery) {
        PayloadState opening = PayloadState.unpacking(delivery.digest());
        enter(opening);
        switch (unpacking.unpack(owned, delivery.container(), stopping)) {
            case Unpacking.Result.Stopped() ->
                LOG.warn("stopped while a payload was opened; it has to be delivered again");
            case Unpacking.Result.Refused(String problem) -> fail(opening, problem);
            case Unpacking.Result.SingleFile(int bytes) -> {
                LOG.info("the payload is a single file of {} bytes: {}", bytes, area.unzipped());
                enter(opening.done(null));
            }
            case Unpacking.Result.Archive(int entries, boolean hasScript) -> {
                LOG.info("the payload was unpacked into {}: {} entries", area.unzipped(), entries);
                if (hasScript) {
                    PayloadState unpacked = opening.unpacked();
                    try {
                        run.prepare();
                        enter(unpacked);
                        runScript(unpacked);
                    } catch (IOException e) {
                        fail(unpacked, run.script() + " cannot be started: " + e.getMessage());
                    }
                } else if (settings.script().isEmpty()) {
                    enter(opening.done(null));
                } else {
                    LOG.info("the payload holds no {}: nothing to run", settings.script());
                    enter(opening.done(
                            "the payload holds no " + settings.script() + " (payload_script): nothing was run"));
                }
            }
        }
    }

    private void fail(PayloadState at, String problem) {
        LOG.error("payload failed: {}", problem);
        enter(at.failed(problem));
    }

    private void runScript(PayloadState unpacked) {
        try {
            if (!area.allowsPrograms()) {
                fail(
                        unpacked,
                        area.folder() + " is mounted noexec, so that " + run.script()
                                + " cannot be run; mount it without");
                return;
            }
            Optional<String> obstacle = run.obstacle();
            if (obstacle.isPresent()) {
                fail(unpacked, obstacle.get());
                return;
            }
            // A former agent may have come this far; whichever runner is first starts the script, so it is never run
            // twice.
            if (run.begunAt().isEmpty()) {
                starter.start(run);
            }
            watch(unpacked);
        } catch (IOException e) {
            fail(unpacked, String.valueOf(e.getMessage()));
        }
    }

    /** Follows the script to its end, or until this agent stops. */
    private void watch(PayloadState unpacked) {
        Instant since = unpacked.started();
        // As exact as it is written down, so that it is the same before and after a restart.
        PayloadState running =
                unpacked.running((since == null ? clock.instant() : since).truncatedTo(ChronoUnit.MILLIS));
        try {
            Optional<ScriptRun.Course> course = run.await(watch, BEGIN_SECONDS, TimeUnit.SECONDS, () -> {
                LOG.info("{} runs", run.script());
                enter(running);
            });
            if (course.isEmpty()) {
                return;
            }
            switch (course.get()) {
                case ScriptRun.Course.Exited(int status) -> ended(running, status);
                case ScriptRun.Course.Vanished() ->
                    fail(
                            running,
                            run.script() + " was ended together with what watched over it; how far it came is unknown");
                case ScriptRun.Course.NotStarted(), ScriptRun.Course.Running() ->
                    fail(unpacked, run.script() + " was not started within " + BEGIN_SECONDS + " s");
            }
        } catch (IOException e) {
            fail(running, run.script() + " cannot be watched: " + e.getMessage());
        }
    }

    private void ended(PayloadState running, int status) {
        Instant since = Objects.requireNonNull(running.started());
        long seconds = Duration.between(since, clock.instant()).toSeconds();
        String remark = run.remark(status, seconds).orElse(null);
        if (status == 0) {
            LOG.info("{} ended with status 0", run.script());
        } else {
            LOG.warn("{} ended with status {}; its output is in {}", run.script(), status, run.folder());
        }
        enter(running.exited(status, remark));
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
        try {
            watch.close();
            worker.join(Duration.ofSeconds(STOP_SECONDS));
        } catch (IOException e) {
            LOG.debug("closing a watch", e);
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
