package io.limelight.agent.actions;

import io.limelight.agent.payload.ScriptUser;
import io.limelight.agent.privileges.RootHelper;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.RevocationMessage;
import io.limelight.core.api.WireFormatException;
import io.limelight.core.bus.NoticeSubscriber;
import io.limelight.core.config.ComponentConfig;
import io.limelight.core.config.ConfigException;
import io.limelight.core.json.WireJson;
import io.limelight.core.revocation.RevocationNotice;
import java.io.IOException;
import java.nio.file.Files;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes revocation notices, by REST (wire reference §2.11) and, where a publisher is configured, by ZeroMQ. What is not genuine is
 * dropped, with a word in the log. What is genuine is written down before the sender is answered, its actions are run once, one
 * notice after the other, and the receipt says how that went.
 */
public final class RevocationInbox implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RevocationInbox.class);

    /** Notices that may wait to be acted upon; the sender of a further one is told to come again. */
    private static final int WAITING = 64;

    private static final int PAGE = 100;

    /** Of listed actions that cannot be run; a list may name hundreds. */
    private static final int SHOWN_PROBLEMS = 20;

    private static final long STOP_SECONDS = 5;

    private final NoticeJudge judge;
    private final NoticeJournal journal;
    private final ActionRunner runner;
    private final InstantSource clock;
    private final AtomicInteger waiting = new AtomicInteger();
    private final ThreadPoolExecutor worker = new ThreadPoolExecutor(
            1,
            1,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("revocations").factory());
    private @Nullable NoticeSubscriber subscriber;
    private volatile List<String> actionProblems = List.of();
    private final AtomicLong dropped = new AtomicLong();
    private volatile Optional<String> lastDropped = Optional.empty();
    private volatile boolean closed;

    private RevocationInbox(NoticeJudge judge, NoticeJournal journal, ActionRunner runner, InstantSource clock) {
        this.judge = judge;
        this.journal = journal;
        this.runner = runner;
        this.clock = clock;
        worker.allowCoreThreadTimeOut(true);
    }

    /**
     * Checks the options as a start does.
     *
     * @throws ConfigException for one that cannot be used
     */
    public static void check(ComponentConfig config) throws ConfigException {
        ActionSettings.read(config);
    }

    /**
     * Opens it, goes on with what the agent before this one had accepted and not begun, and subscribes.
     *
     * @param environment of this process; actions get the harmless part of it
     * @throws ConfigException for an option that cannot be used
     * @throws IOException if the journal of notices cannot be read, or not written although the disk has room
     */
    public static RevocationInbox open(
            ComponentConfig config, AgentId id, Map<String, String> environment, InstantSource clock)
            throws ConfigException, IOException {
        ActionSettings settings = ActionSettings.read(config);
        ScriptUser user = ScriptUser.of(config, "actions_run_as", environment);
        Map<String, String> clean = new HashMap<>(user.environment(environment, id));
        clean.put("KEYLIME_DIR", settings.places().workDir().toString());
        ActionStarter starter = RootHelper.of(environment)
                .<ActionStarter>map(helper -> new HelperActionStarter(helper, id.value()))
                .orElseGet(() -> new DirectActionStarter(
                        settings.places(),
                        settings.launch().seconds(),
                        settings.launch().python(),
                        clean,
                        user.prefix()));
        return open(settings, new ActionRunner(settings, starter, clean), clock);
    }

    static RevocationInbox open(ActionSettings settings, ActionRunner runner, InstantSource clock) throws IOException {
        Files.deleteIfExists(settings.places().event());
        NoticeJournal journal = NoticeJournal.open(settings.places().journal(), clock);
        RevocationInbox inbox =
                new RevocationInbox(new NoticeJudge(settings.certificate(), clock), journal, runner, clock);
        inbox.lookAhead();
        for (NoticeJournal.Accepted accepted : journal.waiting()) {
            LOG.info(
                    "the notice about {} was accepted before this start and is acted upon now",
                    accepted.ref().agentId());
            inbox.submit(accepted.ref(), accepted.text());
        }
        settings.publisher().ifPresent(inbox::subscribe);
        return inbox;
    }

    /**
     * Looks whether the actions that are listed could be run, and says in the log what is new about that: for an agent that
     * starts, and whenever a payload has been unpacked.
     */
    public synchronized void lookAhead() {
        List<String> problems = runner.lookAhead();
        problems.stream()
                .filter(problem -> !actionProblems.contains(problem))
                .limit(SHOWN_PROBLEMS)
                .forEach(problem -> LOG.warn("revocation {}", problem));
        if (problems.size() > SHOWN_PROBLEMS && !problems.equals(actionProblems)) {
            LOG.warn("{} revocation actions cannot be run; not all of them are named here", problems.size());
        }
        actionProblems = problems;
    }

    /** What {@link #lookAhead} has found, of many the first ones. */
    public List<String> actionProblems() {
        List<String> all = actionProblems;
        if (all.size() <= SHOWN_PROBLEMS) {
            return all;
        }
        List<String> shown = new ArrayList<>(all.subList(0, SHOWN_PROBLEMS));
        shown.add("and " + (all.size() - SHOWN_PROBLEMS) + " more");
        return shown;
    }

    private void subscribe(ActionSettings.Publisher publisher) {
        subscriber = NoticeSubscriber.start(publisher.host(), publisher.port(), this::frame);
        LOG.info("listening for revocation notices by ZeroMQ from {} port {}", publisher.host(), publisher.port());
    }

    private void frame(byte[] frame) {
        try {
            if (!take(RevocationMessage.from(WireJson.parse(frame)))) {
                LOG.error("a revocation notice that came by ZeroMQ was lost: too many are waiting");
            }
        } catch (IOException | WireFormatException e) {
            LOG.warn("what came by ZeroMQ is no revocation notice, or cannot be kept: {}", e.getMessage());
        }
    }

    /**
     * Takes a message.
     *
     * @return false if so many notices are waiting that the sender has to come again
     * @throws IOException if a genuine notice cannot be written down; it is not acted upon then
     */
    public boolean take(RevocationMessage message) throws IOException {
        return switch (judge.judge(message)) {
            case NoticeJudge.Judgement.Trial(String agentId) -> {
                LOG.info("a test notice came (for {}), not signed as those are; nothing is done", agentId);
                yield true;
            }
            case NoticeJudge.Judgement.Refused(String reason) -> {
                // No receipt: anybody can send what cannot be checked, and would fill the journal with it.
                dropped.incrementAndGet();
                lastDropped = Optional.of(reason);
                LOG.warn("a revocation notice was dropped: {}", reason);
                yield true;
            }
            case NoticeJudge.Judgement.Genuine(Receipt.NoticeRef ref, RevocationNotice notice) ->
                genuine(ref, notice, message.msg());
        };
    }

    private boolean genuine(Receipt.NoticeRef ref, RevocationNotice notice, String text) throws IOException {
        if (closed || waiting.get() >= WAITING) {
            return false;
        }
        if (!journal.accept(ref, notice.expiresAt(), text)) {
            LOG.info("the notice about {} came before; once is enough", ref.agentId());
            return true;
        }
        LOG.warn("genuine notice of type {} about agent {}", ref.type(), ref.agentId());
        submit(ref, text);
        return true;
    }

    private void submit(Receipt.NoticeRef ref, String text) {
        waiting.incrementAndGet();
        try {
            worker.execute(() -> {
                try {
                    act(ref, text);
                } catch (IOException e) {
                    // Nothing was begun; the next start tries again.
                    LOG.error("the notice about {} is not acted upon: {}", ref.agentId(), e.getMessage());
                } catch (RuntimeException e) {
                    LOG.error("acting on a notice has failed by an error inside the program", e);
                } finally {
                    waiting.decrementAndGet();
                }
            });
        } catch (RejectedExecutionException e) {
            waiting.decrementAndGet();
            LOG.debug("stopping: the notice about {} is left for the next start", ref.agentId());
        }
    }

    private void act(Receipt.NoticeRef ref, String text) throws IOException {
        if (closed || !journal.begin(ref.key())) {
            return;
        }
        RevocationNotice notice;
        try {
            notice = RevocationNotice.parse(text);
        } catch (io.limelight.core.revocation.NoticeException e) {
            throw new IllegalStateException("it was parsed before", e);
        }
        if (!notice.isRevocation()) {
            end(ref, Receipt.Outcome.RECORDED, "only notices of type revocation run actions", List.of());
            return;
        }
        if (notice.expired(clock.instant())) {
            end(
                    ref,
                    Receipt.Outcome.EXPIRED,
                    "it counted until " + notice.expiresAt().orElseThrow() + " and came after that",
                    List.of());
            return;
        }
        Optional<List<ActionReceipt>> actions = runner.run(text, receipt -> progress(ref, receipt));
        if (actions.isEmpty()) {
            // Its end is written by the next start, which finds it begun.
            return;
        }
        end(
                ref,
                actions.get().isEmpty() ? Receipt.Outcome.NO_ACTIONS : Receipt.Outcome.RAN,
                actions.get().isEmpty() ? "neither revocation_actions nor the payload's action_list names any" : "",
                actions.get());
    }

    private void progress(Receipt.NoticeRef ref, ActionReceipt receipt) {
        try {
            journal.action(ref.key(), receipt);
        } catch (IOException e) {
            LOG.warn("how an action went cannot be written down: {}", e.getMessage());
        }
    }

    private void end(Receipt.NoticeRef ref, Receipt.Outcome outcome, String reason, List<ActionReceipt> actions) {
        try {
            Receipt receipt = journal.end(ref.key(), outcome, reason, actions);
            LOG.info(
                    "notice about {}: {}{}, receipt {}",
                    ref.agentId(),
                    outcome.wireName(),
                    reason.isEmpty() ? "" : " (" + reason + ")",
                    receipt.sequence());
        } catch (IOException e) {
            LOG.warn("the receipt for the notice about {} cannot be written down: {}", ref.agentId(), e.getMessage());
        }
    }

    /** Receipts with numbers greater than this one, oldest first, at most a hundred. */
    public List<Receipt> receipts(long after) {
        return journal.after(after, PAGE);
    }

    /** Number of the newest receipt; 0 if there never was one. */
    public long newestReceipt() {
        return journal.newest();
    }

    /** How many genuine notices are remembered. */
    public int notices() {
        return journal.seen();
    }

    /** How many notices were dropped since this start because they could not be checked, or were not genuine. */
    public long dropped() {
        return dropped.get();
    }

    /** Why the last of those was; empty if none was. */
    public Optional<String> lastDropped() {
        return lastDropped;
    }

    @Override
    public void close() {
        closed = true;
        NoticeSubscriber open = subscriber;
        if (open != null) {
            open.close();
        }
        worker.shutdown();
        runner.close();
        try {
            if (!worker.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("stopping does not wait for an action any longer");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        journal.close();
    }
}
