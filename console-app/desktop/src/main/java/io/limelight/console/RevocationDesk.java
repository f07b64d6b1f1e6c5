package io.limelight.console;

import io.limelight.console.activity.ActLog;
import io.limelight.console.ca.RevocationCauses;
import io.limelight.console.fleet.FleetService;
import io.limelight.console.fleet.FleetSnapshot;
import io.limelight.console.fleet.Machine;
import io.limelight.console.fleet.MachineState;
import io.limelight.console.machines.DialogHost;
import io.limelight.console.overview.Attention;
import io.limelight.console.overview.OverviewPage;
import io.limelight.console.overview.OverviewViewModel;
import io.limelight.console.records.ReceivedStore;
import io.limelight.console.revocations.Board;
import io.limelight.console.revocations.Brake;
import io.limelight.console.revocations.BrakeWatch;
import io.limelight.console.revocations.EitherRevocations;
import io.limelight.console.revocations.LimelightRevocations;
import io.limelight.console.revocations.NoticeInbox;
import io.limelight.console.revocations.NoticeWords;
import io.limelight.console.revocations.ReceivedRevocations;
import io.limelight.console.revocations.ReceiverView;
import io.limelight.console.revocations.ReceiverViewModel;
import io.limelight.console.revocations.ReenrolDialog;
import io.limelight.console.revocations.ReenrolViewModel;
import io.limelight.console.revocations.RevocationService;
import io.limelight.console.revocations.RevocationsPage;
import io.limelight.console.revocations.RevocationsViewModel;
import io.limelight.console.revocations.TenantReenroller;
import io.limelight.console.revocations.VerifyViewModel;
import io.limelight.console.shell.Shell;
import io.limelight.console.shell.ShellViewModel;
import io.limelight.console.work.Loaded;
import io.limelight.core.api.AgentId;
import io.limelight.core.tenant.TenantSettings;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import javafx.scene.Node;

/** The revocation board of an open fleet: its page, its count in the navigation, and what it has to say on the overview. */
final class RevocationDesk implements AutoCloseable {
    private final ShellViewModel shell;
    private final LimelightRevocations service;
    private final NoticeInbox inbox;
    private final ReceiverViewModel receiver;
    private final RevocationsViewModel model;
    private final RevocationsPage page;
    private final FleetService.Subscription news;
    private final Shell.Parts parts;
    private final FleetService fleet;
    private final CaDesk ca;
    private final DialogHost host;
    private final Function<AgentId, String> names;
    private final ActLog acts;
    private final TenantReenroller reenroller;
    private final BrakeWatch brake;
    private Consumer<AgentId> wizard = _ -> {};
    private Consumer<BrakeWatch.News> onBrake = _ -> {};
    private FleetSnapshot.ServerKind kind = FleetSnapshot.ServerKind.UNKNOWN;

    /**
     * What is kept of a fleet's notices.
     *
     * @param store notices that came to this console
     * @param profile its number; 0: not kept
     * @param folder where a receiver's key is kept
     */
    record Kept(ReceivedStore store, long profile, Path folder) {}

    RevocationDesk(
            Shell.Parts parts,
            Kept kept,
            TenantSettings settings,
            FleetService fleet,
            ShellViewModel shell,
            CaDesk ca,
            DialogHost host,
            Function<AgentId, String> names,
            ActLog acts) {
        this.shell = shell;
        this.parts = parts;
        this.fleet = fleet;
        this.ca = ca;
        this.host = host;
        this.names = names;
        this.acts = acts;
        brake = new BrakeWatch(parts.clock().instant());
        reenroller =
                new TenantReenroller(settings, ca::authority, ca::opened, ca.passwords(), parts.clock(), parts.words());
        FolderKnowledge knowledge = new FolderKnowledge(ca);
        service = new LimelightRevocations(settings, parts.clock(), parts.words(), knowledge);
        inbox = new NoticeInbox(
                kept.store(),
                kept.profile(),
                kept.folder(),
                new SecureRandom(),
                parts.clock(),
                parts.words(),
                this::came);
        RevocationService either = new EitherRevocations(
                () -> fleet.latest().kind(),
                service,
                new ReceivedRevocations(kept.store(), kept.profile(), inbox, knowledge, parts.clock(), parts.words()));
        model = new RevocationsViewModel(either, knowledge, acts, parts.clock(), parts.work(), parts.screen());
        page = new RevocationsPage(
                parts.words(),
                model,
                () -> new VerifyViewModel(
                        ca.folder(), acts, parts.words(), parts.clock(), parts.work(), parts.screen()),
                () -> fleet.latest().machines().stream()
                        .filter(machine -> machine.standing() != MachineState.WAITING)
                        .map(Machine::id)
                        .toList(),
                new NoticeWords(parts.words(), fleet::latest, names),
                parts.clock(),
                host);
        receiver = new ReceiverViewModel(inbox, settings.verifier().host(), parts.work(), parts.screen());
        receiver.onChanged(model::refresh);
        page.receiver(new ReceiverView(receiver, parts.words()).node());
        news = fleet.news(() -> parts.screen().execute(model::news));
    }

    /**
     * Ways on from a notice.
     *
     * @param provision opens the wizard for a machine
     * @param open shows a machine
     */
    void ways(Consumer<AgentId> provision, Consumer<AgentId> open) {
        wizard = provision;
        page.ways(id -> reenrol(AgentId.of(id), page.content()), id -> open.accept(AgentId.of(id)));
    }

    /** Opens the guided way back of a machine. */
    void reenrol(AgentId id, Node opener) {
        ReenrolViewModel leading = new ReenrolViewModel(
                id, reenroller, parts.tasks(), acts, parts.words(), parts.clock(), parts.work(), parts.screen());
        leading.onDone(() -> {
            ca.refresh();
            fleet.refreshSoon();
        });
        ReenrolDialog dialog = new ReenrolDialog(leading, names.apply(id), parts.words(), follows -> {
            host.hide();
            leading.close();
            if (follows) {
                wizard.accept(id);
            }
        });
        host.show(parts.words().of("revocations.reenrol.title", names.apply(id)), dialog, dialog.focus(), opener);
    }

    /** Its number of held notices in the navigation, and on the overview. */
    void tell(OverviewViewModel overview, OverviewPage overviewPage) {
        overview.also(this::attention);
        overviewPage.onHeld(() -> shell.pageProperty().set(page.key()));
        model.onBoard(() -> {
            Loaded<Board> read = model.boardProperty().get();
            if (read.problem() == null) {
                read.got().flatMap(brake::told).ifPresent(onBrake);
            }
            long held = model.brake().held();
            if (held == 0) {
                shell.counts().remove(page.key());
            } else {
                shell.counts().put(page.key(), Math.toIntExact(Math.min(held, Integer.MAX_VALUE)));
            }
            overview.moreChanged();
        });
    }

    /** Called when the brake begins to hold notices, and when somebody has decided about them. */
    void onBrake(Consumer<BrakeWatch.News> listener) {
        onBrake = listener;
    }

    private List<Attention> attention() {
        Brake now = model.brake();
        return now.engaged() && now.held() > 0
                ? List.of(new Attention(
                        5,
                        Attention.Look.WARNING,
                        "overview.held",
                        List.of(now.held()),
                        "overview.held.detail",
                        List.of(),
                        now.since(),
                        OverviewPage.HELD,
                        ""))
                : List.of();
    }

    /** For which notice a machine's certificate was revoked. */
    RevocationCauses.Cause cause(String machine, Instant at) {
        Loaded<Board> read = model.boardProperty().get();
        if (read.value() == null) {
            return new RevocationCauses.Cause.Unknown();
        }
        return model.cause(machine, at)
                .<RevocationCauses.Cause>map(notice -> new RevocationCauses.Cause.Known(() -> {
                    shell.pageProperty().set(page.key());
                    page.look(notice);
                }))
                .orElseGet(RevocationCauses.Cause.NotListed::new);
    }

    RevocationsPage page() {
        return page;
    }

    private void came() {
        parts.screen().execute(model::news);
    }

    /** A list of machines came. */
    void follow(FleetSnapshot snapshot) {
        if (snapshot.kind() != kind) {
            // Who is asked is known only now.
            kind = snapshot.kind();
            model.refresh();
        } else if (kind != FleetSnapshot.ServerKind.UNKNOWN) {
            model.tick();
        }
    }

    /** Ends what is shown; on the screen's thread. */
    void leave() {
        news.close();
        receiver.close();
        model.close();
    }

    @Override
    public void close() {
        inbox.close();
        service.close();
    }
}
