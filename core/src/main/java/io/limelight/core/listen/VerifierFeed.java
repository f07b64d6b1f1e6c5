package io.limelight.core.listen;

import io.limelight.core.api.ApiException;
import io.limelight.core.api.EventsClient;
import io.limelight.core.api.HttpClients;
import io.limelight.core.api.HttpTimeouts;
import io.limelight.core.api.RevocationsClient;
import io.limelight.core.ca.CaException;
import io.limelight.core.json.WireJson;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import io.limelight.core.tls.ClientTls;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import okhttp3.OkHttpClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Follows the events of a verifier and gives its notices to the CA. The position is kept on the disk and moves only over what
 * was acted on, so that neither a restart of this side nor one of the other loses a notice; what comes twice is revoked
 * already. Where the stream has forgotten something, or it is read for the first time, the verifier's list has it.
 *
 * <p>Whatever the verifier sends, or not, the connection is made anew after a wait, and the rest of the listener goes on.
 */
final class VerifierFeed implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(VerifierFeed.class);
    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);
    private static final Duration REQUEST = Duration.ofSeconds(60);
    private static final Duration END = Duration.ofSeconds(10);

    /** Events that say nothing about notices are cheap to read again. */
    private static final int UNSAVED = 256;

    private final FeedSettings settings;
    private final NoticeIntake intake;
    private final FeedFile file;
    private final InstantSource clock;
    private final Duration firstWait;
    private final Cancellation cancellation = new Cancellation();
    private final OkHttpClient stream;
    private final OkHttpClient pages;
    private final MissedNotices missed;
    private final Thread thread;
    private FeedPosition position;
    private int unsaved;

    /** Whether this connection has said where it begins. */
    private boolean begun;

    private VerifierFeed(
            FeedSettings settings, NoticeIntake intake, FeedFile file, InstantSource clock, Duration firstWait)
            throws CaException {
        this.settings = settings;
        this.intake = intake;
        this.file = file;
        this.clock = clock;
        this.firstWait = firstWait;
        ClientTls tls = ClientTls.trusting(settings.authorities(), Optional.of(settings.identity()));
        this.stream = HttpClients.tls(EventsClient.timeouts(), tls);
        this.pages = HttpClients.tls(HttpTimeouts.of(REQUEST), tls);
        this.missed = new MissedNotices(new RevocationsClient(settings.verifier(), pages, cancellation), intake);
        this.position = file.read(clock.instant());
        this.thread = Thread.ofPlatform().daemon().name("ca-events").unstarted(this::run);
    }

    /**
     * Begins to follow.
     *
     * @throws CaException if what was kept cannot be read
     */
    static VerifierFeed start(FeedSettings settings, NoticeIntake intake, FeedFile file, InstantSource clock)
            throws CaException {
        return start(settings, intake, file, clock, FIRST_WAIT);
    }

    static VerifierFeed start(
            FeedSettings settings, NoticeIntake intake, FeedFile file, InstantSource clock, Duration firstWait)
            throws CaException {
        VerifierFeed feed = new VerifierFeed(settings, intake, file, clock, firstWait);
        feed.thread.start();
        return feed;
    }

    private void run() {
        Duration wait = firstWait;
        try {
            // From now on: what is issued while nobody has answered yet is not missed either.
            saveQuietly();
            while (true) {
                long begun = System.nanoTime();
                Optional<String> problem = follow();
                cancellation.throwIfCancelled();
                boolean lasted = Duration.ofNanos(System.nanoTime() - begun).compareTo(LONGEST_WAIT) > 0;
                wait = lasted ? firstWait : wait;
                if (problem.isPresent()) {
                    LOG.warn("{} The next try is in {} ms.", problem.get(), wait.toMillis());
                }
                cancellation.sleep(wait);
                Duration doubled = wait.multipliedBy(2);
                wait = doubled.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : doubled;
            }
        } catch (CancelledException e) {
            LOG.debug("the events of the verifier are no longer followed", e);
        }
    }

    /** Until the stream ends; why, unless the verifier ended it in order. */
    private Optional<String> follow() {
        begun = false;
        try {
            new EventsClient(settings.verifier(), stream, cancellation).follow(position.cursor(), this::take);
            return Optional.empty();
        } catch (ApiException.Refused e) {
            if (e.status() == 400 && position.cursor().isPresent()) {
                position = position.lost();
                return Optional.of("The " + settings.verifier()
                        + " does not know where its events were read to; its list is read instead.");
            }
            return Optional.of(String.valueOf(e.getMessage()));
        } catch (ApiException | CaException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.error("following the events of the {} failed unexpectedly", settings.verifier(), e);
            return Optional.empty();
        } finally {
            saveQuietly();
        }
    }

    private void take(EventsClient.Event event) throws CaException, ApiException {
        ObjectNode data = event.data();
        boolean counts = false;
        if (!begun && !event.kind().equals("open") && !event.kind().equals("reset")) {
            // Nobody could tell what was missed before it.
            throw new CaException("The events of the " + settings.verifier() + " do not begin with open or reset.");
        }
        begun = true;
        switch (event.kind()) {
            case "open" -> {
                if (position.cursor().isEmpty()) {
                    catchUp();
                    counts = true;
                }
                LOG.info("following the events of the {}", settings.verifier());
            }
            case "reset" -> {
                if (!position.sameStream(event.cursor())) {
                    position = position.lost();
                }
                LOG.info("events of the {} were missed; its list is read", settings.verifier());
                catchUp();
                counts = true;
            }
            case "revocation" -> counts = revocation(data);
            case "held" -> {
                position = position.holding(WireJson.number(data, "sequence").orElse(0L));
                counts = true;
            }
            case "brake" -> {
                if (data.has("released") || data.has("discarded")) {
                    position = position.holdingNone();
                }
            }
            default -> {
                // What became of deliveries is nobody's business here.
            }
        }
        position = position.at(event.cursor());
        unsaved++;
        if (counts || unsaved >= UNSAVED) {
            save();
        }
    }

    private void catchUp() throws CaException, ApiException {
        position = missed.takeAll(position, clock.instant());
    }

    /** Whether the notice was one that had to be looked at. */
    private boolean revocation(ObjectNode data) throws CaException {
        Optional<String> msg = WireJson.text(data, "msg");
        Optional<String> signature = WireJson.nonEmptyText(data, "signature");
        boolean judged = msg.isPresent() && signature.isPresent();
        if (judged) {
            intake.mustTake(new NoticeIntake.Notice(
                    "the verifier's events", msg.orElseThrow(), signature.orElseThrow(), position.since()));
        }
        position = position.done(WireJson.number(data, "sequence").orElse(0L));
        return judged;
    }

    private void save() throws CaException {
        if (unsaved > 0) {
            file.write(position);
            unsaved = 0;
        }
    }

    private void saveQuietly() {
        try {
            file.write(position);
            unsaved = 0;
        } catch (CaException e) {
            LOG.warn("{}; what was read since is read again", e.getMessage());
        }
    }

    /** Ends: a notice that is being acted on is finished. */
    @Override
    public void close() {
        cancellation.cancel();
        try {
            thread.join(END.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        HttpClients.close(stream);
        HttpClients.close(pages);
    }
}
