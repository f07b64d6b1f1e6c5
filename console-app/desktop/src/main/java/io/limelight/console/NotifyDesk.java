package io.limelight.console;

import io.limelight.console.activity.ActLog;
import io.limelight.console.ca.Badge;
import io.limelight.console.ca.CaRow;
import io.limelight.console.fleet.FleetSnapshot;
import io.limelight.console.fleet.Staleness;
import io.limelight.console.notify.AlertsViewModel;
import io.limelight.console.notify.FleetWatch;
import io.limelight.console.notify.Notice;
import io.limelight.console.notify.NoticeBell;
import io.limelight.console.notify.NotifyViewModel;
import io.limelight.console.notify.Occurrence;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.records.Vault;
import io.limelight.console.revocations.BrakeWatch;
import io.limelight.console.shell.Overlay;
import io.limelight.console.shell.Shell;
import io.limelight.console.shell.ShellAction;
import io.limelight.console.theme.Glyph;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.AlertClient;
import io.limelight.core.api.HttpTimeouts;
import io.limelight.core.config.ConfigException;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import io.limelight.core.tenant.TenantSettings;
import io.limelight.core.tls.ClientTls;
import io.limelight.core.tls.TlsSetupException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import javafx.beans.property.BooleanProperty;
import javafx.scene.Node;
import okhttp3.HttpUrl;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Notifications and alerts of an open fleet. */
final class NotifyDesk implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NotifyDesk.class);
    private static final Duration WINDOW = Duration.ofSeconds(3);
    private static final int MOST = 500;
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final Shell.Parts parts;
    private final TenantSettings settings;
    private final FleetWatch watch;
    private final NotifyViewModel model;
    private final AlertsViewModel alerts;
    private final MailDesk mail;
    private final String key;
    private final Cancellation closing = new Cancellation();
    private Consumer<Notice> others = _ -> {};

    NotifyDesk(
            Shell.Parts parts,
            TenantSettings settings,
            long profile,
            String profileName,
            Function<AgentId, String> names,
            Vault vault,
            ActLog acts) {
        this.parts = parts;
        this.settings = settings;
        key = "notify." + profile + ".ca";
        watch = new FleetWatch(names);
        alerts = new AlertsViewModel(
                this::post,
                "notify." + profile,
                profileName,
                parts.remembered(),
                parts.words(),
                parts.clock(),
                acts,
                parts.work(),
                parts.screen());
        mail = new MailDesk(parts, settings, vault, profile, profileName, acts);
        model = new NotifyViewModel(parts.clock(), this::later, this::beyond, parts.remembered());
    }

    /** Gives every notice to somebody else as well. */
    void also(Consumer<Notice> listener) {
        others = listener;
    }

    /** Whether nobody is to be disturbed. */
    BooleanProperty quiet() {
        return model.doNotDisturbProperty();
    }

    private void beyond(Notice notice) {
        others.accept(notice);
        alerts.take(notice);
        mail.take(notice);
    }

    /** Gives the window its bell. */
    void show(Shell shell, Overlay overlay, Consumer<String> machines, Runnable ca, Runnable board) {
        NoticeBell bell = new NoticeBell(
                parts.words(),
                model,
                alerts,
                parts.clock(),
                notice -> {
                    overlay.hide();
                    go(notice, machines, ca, board);
                },
                () -> mail.open(overlay, shell));
        Runnable open = () -> {
            Node list = bell.list();
            overlay.show(parts.words().of("notify.title"), list, list, bell.bell());
        };
        bell.bell().setOnAction(_ -> open.run());
        shell.addToBand(bell.bell());
        shell.getChildren().add(bell.toast());
        shell.add(new ShellAction("notifications", parts.words().of("notify.title"), Glyph.BELL, open));
    }

    private static void go(Notice notice, Consumer<String> machines, Runnable ca, Runnable board) {
        switch (notice.kind()) {
            case FAILED -> machines.accept(one(notice, "state:failed"));
            case REVOKED -> machines.accept(one(notice, "state:revoked"));
            case STALE -> machines.accept(one(notice, "state:stale"));
            case CRL_OVERDUE, EXPIRING -> ca.run();
            case BRAKE_HELD, BRAKE_RELEASED, BRAKE_DISCARDED, BRAKE_ENDED -> board.run();
        }
    }

    private static String one(Notice notice, String all) {
        return notice.about().size() == 1 ? notice.about().getFirst().id() : all;
    }

    /** A newer list of machines; on the screen's thread. */
    void told(FleetSnapshot snapshot, Staleness staleness) {
        model.take(watch.told(snapshot, staleness, parts.clock().instant()));
    }

    /** Something about the brake; on the screen's thread. */
    void told(BrakeWatch.News news) {
        Occurrence.Kind kind = switch (news.what()) {
            case HELD -> Occurrence.Kind.BRAKE_HELD;
            case RELEASED -> Occurrence.Kind.BRAKE_RELEASED;
            case DISCARDED -> Occurrence.Kind.BRAKE_DISCARDED;
            case ENDED -> Occurrence.Kind.BRAKE_ENDED;
        };
        model.take(List.of(
                new Occurrence(kind, news.key(), parts.words().of("notify.brake.notices", news.notices()), "brake")));
    }

    /** The CA folder was read; on the screen's thread. */
    void told(List<CaRow> rows, boolean crlOverdue, String ca) {
        List<Occurrence> found = new ArrayList<>();
        if (crlOverdue) {
            found.add(new Occurrence(Occurrence.Kind.CRL_OVERDUE, "crl " + ca, ca, ca));
        }
        for (CaRow row : rows) {
            if (row.badge() == Badge.EXPIRING) {
                found.add(
                        new Occurrence(Occurrence.Kind.EXPIRING, "expiring " + row.serial(), row.shown(), row.name()));
            }
        }
        // Told on another day is told.
        String said = parts.remembered().get(key).orElse("");
        Set<String> before = new java.util.HashSet<>(List.of(said.split("\n", -1)));
        List<Occurrence> fresh =
                found.stream().filter(each -> !before.contains(each.key())).toList();
        String now = found.stream().map(Occurrence::key).distinct().limit(MOST).collect(Collectors.joining("\n"));
        if (!now.equals(said)) {
            parts.remembered().put(key, now);
        }
        model.take(fresh);
    }

    private void later(Runnable flush) {
        try {
            parts.work().execute(() -> {
                try {
                    closing.sleep(WINDOW);
                    parts.screen().execute(flush);
                } catch (CancelledException e) {
                    LOG.debug("nobody is there to be told");
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("the console is being closed");
        }
    }

    private void post(String address, byte[] json) throws ProblemException {
        Optional<HttpUrl> url = AlertClient.address(address);
        try {
            if (url.isEmpty()) {
                throw new IOException("it is no address of https");
            }
            ClientTls trust = ClientTls.trustingPublicly(
                    settings.tls().trusted("trusted_server_ca"), settings.root(), Optional.empty());
            new AlertClient(HttpTimeouts.of(PATIENCE), closing).post(url.get(), trust, json);
        } catch (IOException | ConfigException | TlsSetupException e) {
            String host = url.map(HttpUrl::host).orElse("");
            throw AlertsViewModel.notTaken(parts.words(), host, e);
        }
    }

    /** Nothing more is said. */
    @Override
    public void close() {
        closing.cancel();
        mail.close();
    }
}
