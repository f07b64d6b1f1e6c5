package io.limelight.console;

import io.limelight.console.activity.ActLog;
import io.limelight.console.activity.ActivityFeed;
import io.limelight.console.activity.ActivityLog;
import io.limelight.console.activity.ActivityPage;
import io.limelight.console.activity.ActivityViewModel;
import io.limelight.console.activity.EventFeed;
import io.limelight.console.activity.HeadExports;
import io.limelight.console.activity.HeadSigner;
import io.limelight.console.activity.LogSources;
import io.limelight.console.activity.LogsViewModel;
import io.limelight.console.fleet.FleetService;
import io.limelight.console.fleet.FleetSnapshot;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.records.ActivityStore;
import io.limelight.console.records.Vault;
import io.limelight.console.shell.Shell;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.InvalidAgentIdException;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import io.limelight.core.tenant.TenantSettings;
import java.io.File;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import javafx.scene.Node;
import javafx.stage.DirectoryChooser;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The record of an open fleet: what is written into it, its page, and the logs beside it. */
final class ActivityDesk implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ActivityDesk.class);
    private static final Duration HOUR = Duration.ofHours(1);

    private final Shell.Parts parts;
    private final Known known;
    private final ActivityLog log;
    private final HeadExports exports;
    private final ActivityViewModel model;
    private final LogsViewModel logs;
    private final ActivityPage page;
    private final Cancellation closing = new Cancellation();
    private Function<AgentId, String> names = AgentId::value;
    private Optional<ActivityFeed> feed = Optional.empty();

    /**
     * What was opened before the desk is made.
     *
     * @param profile its number; 0: not kept
     * @param store where rows go
     * @param vault where the signing key is
     * @param ownLog the console's own log
     * @param sandboxLogs where a sandbox's programs write theirs
     * @param closed run at the end
     */
    record Known(
            long profile,
            ActivityStore store,
            Vault vault,
            Optional<Path> ownLog,
            Optional<Path> sandboxLogs,
            Runnable closed) {}

    ActivityDesk(Shell.Parts parts, Known known) {
        this.parts = parts;
        this.known = known;
        log = new ActivityLog(
                known.store(),
                known.profile(),
                new HeadSigner(known.vault(), known.profile(), new SecureRandom()),
                parts.clock());
        exports = new HeadExports(log, parts.remembered(), parts.words(), parts.clock());
        model = new ActivityViewModel(
                log, exports, parts.words(), this::name, parts.clock(), parts.work(), parts.screen());
        logs = new LogsViewModel(
                new LogSources(known.ownLog(), known.sandboxLogs()), parts.words(), parts.work(), parts.screen());
        page = new ActivityPage(parts.words(), model, logs, this::folder);
    }

    private String name(String object) {
        try {
            return names.apply(AgentId.of(object));
        } catch (InvalidAgentIdException e) {
            return object;
        }
    }

    private Optional<Path> folder(Node opener) {
        DirectoryChooser chooser = new DirectoryChooser();
        chooser.setTitle(parts.words().of("activity.choose-folder"));
        File chosen = chooser.showDialog(opener.getScene().getWindow());
        return Optional.ofNullable(chosen).map(File::toPath);
    }

    /** Where acts are kept. */
    ActLog acts() {
        return log;
    }

    /** The record itself. */
    ActivityLog log() {
        return log;
    }

    ActivityPage page() {
        return page;
    }

    /** Begins to read what the verifier tells. */
    void follow(FleetService fleet, TenantSettings settings, Function<AgentId, String> aliases) {
        names = aliases;
        feed = Optional.of(new ActivityFeed(fleet, log, log.ownActs(), parts.clock(), parts.work()));
        EventFeed events = new EventFeed(
                settings,
                log,
                parts.clock(),
                () -> fleet.latest().kind() == FleetSnapshot.ServerKind.LIMELIGHT,
                closing);
        run(() -> {
            begin();
            events.run();
        });
        run(this::daily);
    }

    private void run(Runnable task) {
        try {
            parts.work().execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("the console is being closed");
        }
    }

    private void begin() {
        try {
            if (known.store().last(known.profile()).isEmpty()) {
                log.say("console.began", Map.of());
            }
        } catch (ProblemException e) {
            LOG.warn("The activity record cannot be read: {}", e.getMessage());
        }
    }

    private void daily() {
        try {
            while (true) {
                exports.daily();
                closing.sleep(HOUR);
            }
        } catch (CancelledException e) {
            LOG.debug("heads are no longer exported");
        }
    }

    /** Ends what is shown; on the screen's thread. */
    void leave() {
        model.close();
        logs.close();
        feed.ifPresent(ActivityFeed::close);
    }

    /** Blocks: ends what is read. */
    @Override
    public void close() {
        closing.cancel();
        known.closed().run();
    }
}
