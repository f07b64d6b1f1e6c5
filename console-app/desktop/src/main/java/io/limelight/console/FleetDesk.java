package io.limelight.console;

import io.limelight.console.ca.RevokedByCa;
import io.limelight.console.fleet.FleetConnection;
import io.limelight.console.fleet.FleetService;
import io.limelight.console.fleet.FleetSnapshot;
import io.limelight.console.fleet.Machine;
import io.limelight.console.fleet.MachineState;
import io.limelight.console.fleet.Staleness;
import io.limelight.console.machines.BulkDialogs;
import io.limelight.console.machines.CommandLines;
import io.limelight.console.machines.DetailViewModel;
import io.limelight.console.machines.DialogHost;
import io.limelight.console.machines.LabelBook;
import io.limelight.console.machines.Labels;
import io.limelight.console.machines.MachineDetailView;
import io.limelight.console.machines.MachinesPage;
import io.limelight.console.machines.MachinesViewModel;
import io.limelight.console.machines.PolicyProposals;
import io.limelight.console.machines.SavedViews;
import io.limelight.console.overview.HistoryRange;
import io.limelight.console.overview.OverviewPage;
import io.limelight.console.overview.OverviewViewModel;
import io.limelight.console.payloads.BuilderViewModel;
import io.limelight.console.payloads.LibraryViewModel;
import io.limelight.console.payloads.PayloadFiles;
import io.limelight.console.payloads.PayloadLimits;
import io.limelight.console.payloads.PayloadShelf;
import io.limelight.console.payloads.PayloadsPage;
import io.limelight.console.payloads.SavedPayload;
import io.limelight.console.policies.PoliciesPage;
import io.limelight.console.policies.PolicyRow.Kind;
import io.limelight.console.profile.Connection;
import io.limelight.console.profile.Profile;
import io.limelight.console.provision.FleetSurroundings;
import io.limelight.console.provision.KeptReceipts;
import io.limelight.console.provision.ProvisionPage;
import io.limelight.console.provision.ProvisionViewModel;
import io.limelight.console.provision.RecordedProvisioner;
import io.limelight.console.provision.TenantProvisioner;
import io.limelight.console.records.DraftStore;
import io.limelight.console.records.ReceiptStore;
import io.limelight.console.sandbox.SandboxPage;
import io.limelight.console.sandbox.SandboxSession;
import io.limelight.console.sandbox.SandboxViewModel;
import io.limelight.console.settings.SettingsViewModel;
import io.limelight.console.shell.Environment;
import io.limelight.console.shell.Overlay;
import io.limelight.console.shell.Page;
import io.limelight.console.shell.PaletteEntry;
import io.limelight.console.shell.Shell;
import io.limelight.console.shell.ShellAction;
import io.limelight.console.shell.ShellViewModel;
import io.limelight.console.support.RecentProblems;
import io.limelight.console.theme.Glyph;
import io.limelight.core.api.AgentId;
import io.limelight.core.payload.PackageTreeReader;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import javafx.scene.Node;
import org.jspecify.annotations.Nullable;

/** One open fleet: its service, its pages, its window's content. Closing it leaves nothing running, the sandbox included. */
final class FleetDesk implements AutoCloseable {
    private static final int SUGGESTED = 12;
    private static final String HISTORY = "overview.range";

    private final Shell.Parts parts;
    private final FleetService fleet;
    private final LabelBook labels;
    private final ShellViewModel model;
    private final MachinesViewModel machines;
    private final DetailViewModel detail;
    private final MachinesPage machinesPage;
    private final ProvisionViewModel provisioning;
    private final Shell shell;
    private final @Nullable SandboxSession sandbox;
    private final FleetService.Subscription following;
    private final Supplier<Staleness> staleness;
    private final Needs needs;
    private final CaDesk ca;
    private final RevocationDesk revocations;
    private final PolicyDesk policies;
    private final ActivityDesk activity;
    private final NotifyDesk notify;
    private final TrayDesk tray;

    /**
     * What a desk needs besides what every window has.
     *
     * @param profile whose fleet
     * @param connection how to reach it
     * @param sandbox where it is this console's own
     * @param labels names and tags
     * @param savedViews filters with names
     * @param settings how the console behaves
     * @param provision what provisioning needs
     * @param morePages behind the fleet's own
     * @param diagnose opens the doctor
     * @param examined whether the doctor has come to an end
     * @param leave closes this fleet and shows where another one is chosen
     * @param ca where its CA is, and what is known of it
     * @param revocations what is kept of its notices
     * @param policyFolder where long drafts of policies are files; empty: they are not kept
     * @param activity where what happens is kept
     * @param recent what went wrong lately
     */
    record Needs(
            Profile profile,
            Connection connection,
            @Nullable SandboxSession sandbox,
            LabelBook labels,
            SavedViews savedViews,
            SettingsViewModel settings,
            Provision provision,
            List<Page> morePages,
            Runnable diagnose,
            BooleanSupplier examined,
            Runnable leave,
            CaDesk.Known ca,
            RevocationDesk.Kept revocations,
            Optional<Path> policyFolder,
            ActivityDesk.Known activity,
            RecentProblems recent) {}

    /**
     * What provisioning needs.
     *
     * @param surroundings of the fleet
     * @param drafts work that is not done yet, payloads among it
     * @param receipts what machines were given
     */
    record Provision(FleetSurroundings surroundings, DraftStore drafts, ReceiptStore receipts) {}

    FleetDesk(Shell.Parts parts, Needs needs) {
        this.parts = parts;
        this.needs = needs;
        this.labels = needs.labels();
        this.sandbox = needs.sandbox();
        activity = new ActivityDesk(parts, needs.activity());
        SettingsViewModel settings = needs.settings();
        staleness = () -> new Staleness(settings.staleAfterProperty().get().limit());
        RevokedByCa revoked = new RevokedByCa();
        FleetConnection.Surroundings usual = FleetConnection.Surroundings.usual(parts.words());
        fleet = FleetConnection.open(
                needs.connection().settings(),
                new FleetConnection.Surroundings(
                        usual.words(), usual.clock(), usual.random(), usual.registrations(), revoked));
        model = new ShellViewModel(parts.words());
        machines = new MachinesViewModel(
                fleet, labels, parts.clock(), parts.words().locale(), parts.work(), parts.screen());
        machines.stalenessProperty().set(staleness.get());
        settings.staleAfterProperty()
                .subscribe(_ -> machines.stalenessProperty().set(staleness.get()));
        detail = new DetailViewModel(
                fleet, labels, staleness, parts.clock(), parts.work(), parts.screen(), activity.acts());
        detail.receipts(
                new KeptReceipts(needs.provision().receipts(), needs.profile().id(), parts.words()));
        CommandLines commands = new CommandLines(
                needs.connection().settings().verifier().address(),
                needs.connection().settings().registrar().address());
        Overlay overlay = new Overlay(parts.words());
        ca = new CaDesk(
                parts,
                needs.ca(),
                needs.connection().settings(),
                fleet,
                model,
                revoked,
                host(overlay),
                this::name,
                activity.acts());
        MachineDetailView detailView =
                new MachineDetailView(detail, parts.words(), parts.clock(), machines::labelsChanged, () -> commands);
        detailView.certificates(ca.certificates(key -> model.pageProperty().set(key)));
        machinesPage = new MachinesPage(
                parts.words(),
                parts.clock(),
                machines,
                detail,
                detailView,
                needs.savedViews(),
                new BulkDialogs(
                        fleet,
                        labels,
                        parts.words(),
                        host(overlay),
                        parts.work(),
                        parts.screen(),
                        () -> commands,
                        activity.acts()),
                parts.theme().textScaleProperty(),
                parts.remembered());
        OverviewViewModel watching =
                new OverviewViewModel(fleet, this::name, staleness, parts.clock(), parts.work(), parts.screen());
        parts.remembered().get(HISTORY).flatMap(HistoryRange::of).ifPresent(watching.rangeProperty()::set);
        watching.rangeProperty().addListener((_, _, range) -> parts.remembered().put(HISTORY, range.key()));
        OverviewPage overview =
                new OverviewPage(watching, parts.words(), parts.clock(), this::showMachines, needs.diagnose());
        revocations = new RevocationDesk(
                parts,
                needs.revocations(),
                needs.connection().settings(),
                fleet,
                model,
                ca,
                host(overlay),
                this::name,
                activity.acts());
        revocations.tell(watching, overview);
        PayloadShelf shelf = new PayloadShelf(needs.provision().drafts());
        Provision provision = needs.provision();
        provisioning = new ProvisionViewModel(new ProvisionViewModel.Parts(
                fleet::latest,
                fleet::refreshSoon,
                new RecordedProvisioner(
                        new TenantProvisioner(
                                needs.connection().settings(),
                                provision.surroundings().subject(),
                                new SecureRandom(),
                                parts.clock()),
                        activity.acts()),
                shelf,
                provision.drafts(),
                provision.receipts(),
                needs.profile().id(),
                this::name,
                staleness,
                provision.surroundings().ca(),
                provision.surroundings().prefix(),
                parts.tasks(),
                parts.words(),
                parts.clock(),
                parts.work(),
                parts.screen()));
        ProvisionPage provisionPage =
                new ProvisionPage(parts.words(), provisioning, () -> showMachines(machinesPage.filterText()));
        machinesPage.onProvision(this::provision);
        machinesPage.onReenrol(id -> revocations.reenrol(id, machinesPage.content()));
        revocations.ways(id -> provision(List.of(id)), this::showMachine);
        policies = new PolicyDesk(
                parts,
                needs.connection().settings(),
                fleet,
                new PolicyDesk.Kept(
                        provision.drafts(),
                        needs.policyFolder(),
                        needs.profile().id()),
                activity.acts(),
                host(overlay),
                this::name,
                new PoliciesPage.Acts(this::showMachine, this::showMachines, row -> assign(row.name())));
        policies.remind(watching, overview, model);
        machinesPage.onPolicies(ids -> policies.page().assign(ids, machinesPage.content()));
        PolicyProposals proposals = (policy, rows) -> {
            model.pageProperty().set(policies.page().key());
            policies.page().propose(policy, rows);
        };
        detailView.proposals(proposals);
        AdviceDesk advice = new AdviceDesk(
                fleet::latest,
                detail,
                new AdviceDesk.Pages(
                        this::showMachine,
                        proposals,
                        () -> showPolicy(Kind.TPM, ""),
                        name -> showPolicy(Kind.BOOT, name),
                        name -> showPolicy(Kind.RUNTIME, name),
                        id -> revocations.reenrol(id, machinesPage.content())));
        detailView.advice(advice);
        revocations.page().advice(advice);
        revocations.page().certificates(ca.door(key -> model.pageProperty().set(key)));
        ca.page().causes(revocations::cause);
        List<Page> pages = new ArrayList<>(List.of(
                overview,
                machinesPage,
                payloads(host(overlay), shelf),
                provisionPage,
                policies.page(),
                ca.page(),
                revocations.page(),
                activity.page()));
        if (sandbox != null) {
            pages.add(new SandboxPage(
                    new SandboxViewModel(
                            sandbox, parts.words(), parts.work(), parts.screen(), fleet::refreshSoon, activity.acts()),
                    parts.words(),
                    this::showMachine,
                    needs.leave()));
        }
        pages.addAll(needs.morePages());
        shell = new Shell(parts, model, pages);
        shell.getChildren().add(overlay);
        shell.setMachines(this::suggestions);
        notify = new NotifyDesk(
                parts,
                needs.connection().settings(),
                needs.profile().id(),
                needs.profile().name(),
                this::name,
                needs.activity().vault(),
                activity.acts());
        notify.show(
                shell,
                overlay,
                this::showMachines,
                () -> model.pageProperty().set("ca"),
                () -> model.pageProperty().set(revocations.page().key()));
        revocations.onBrake(notify::told);
        tray = new TrayDesk(parts, shell, needs.profile().name(), settings, notify.quiet());
        notify.also(tray::take);
        ca.onRead(notify::told);
        HomeDesk.add(
                parts,
                shell,
                model,
                overlay,
                activity.acts(),
                new SupportDesk.Needs(
                        settings,
                        needs.activity().ownLog(),
                        needs.recent(),
                        Optional.of(needs.profile()),
                        this::names));
        TourDesk.add(parts, shell, model);
        shell.add(new ShellAction("leave", parts.words().of("shell.leave"), Glyph.CORNER, needs.leave()));
        shell.add(new ShellAction(
                "provision",
                parts.words().of("shell.provision"),
                Glyph.UPLOAD,
                () -> provision(List.copyOf(machines.checkedProperty().get()))));
        model.profileProperty().set(needs.profile().name());
        model.environmentProperty()
                .set(Environment.valueOf(needs.profile().environment().name()));
        model.onRefresh(fleet::refreshSoon);
        model.onPace(fleet::pace);
        settings.paceProperty().subscribe(pace -> fleet.pace(pace.every()));
        activity.follow(fleet, needs.connection().settings(), this::name);
        following = fleet.subscribe(snapshot -> parts.screen().execute(() -> follow(snapshot)));
    }

    private PayloadsPage payloads(DialogHost dialogs, PayloadShelf shelf) {
        PayloadFiles files = new PayloadFiles(parts.words());
        // What this fleet's tenant sends at most is known; what machines have room for they say when they are asked.
        PayloadLimits limits = new PayloadLimits(
                needs.connection().settings().maxPayload(),
                true,
                PayloadLimits.USUAL.secureSize(),
                PayloadLimits.USUAL.secureSizeKnown());
        BuilderViewModel builder = new BuilderViewModel(
                shelf,
                files,
                new PackageTreeReader(limits.plaintext(), parts.clock()),
                parts.clock(),
                parts.work(),
                parts.screen());
        builder.limit(limits);
        return new PayloadsPage(
                parts.words(),
                parts.clock(),
                new LibraryViewModel(shelf, parts.work(), parts.screen()),
                builder,
                files,
                PayloadsPage.trial(),
                parts.tasks(),
                dialogs,
                parts.work(),
                parts.screen(),
                this::provision);
    }

    private static DialogHost host(Overlay overlay) {
        return new DialogHost() {
            @Override
            public void show(String title, Node content, Node focus, Node opener) {
                overlay.show(title, content, focus, opener);
            }

            @Override
            public void hide() {
                overlay.hide();
            }
        };
    }

    private void follow(FleetSnapshot snapshot) {
        model.follow(snapshot);
        provisioning.told();
        revocations.follow(snapshot);
        notify.told(snapshot, staleness.get());
        tray.told(snapshot, staleness.get());
        int failed = 0;
        for (Machine machine : snapshot.machines()) {
            if (machine.standing() == MachineState.FAILED) {
                failed++;
            }
        }
        if (failed == 0) {
            model.counts().remove("machines");
        } else {
            model.counts().put("machines", failed);
        }
    }

    /** Opens the wizard for these machines. */
    void provision(List<AgentId> ids) {
        provisioning.begin(ids);
        model.pageProperty().set("provision");
    }

    /** Opens the wizard for a payload: "Send to machines…" of the payloads page. */
    void provision(SavedPayload payload) {
        provisioning.begin(payload);
        model.pageProperty().set("provision");
    }

    /** Opens the wizard with a policy: "Assign to machines…". */
    private void assign(String policy) {
        provisioning.beginJudgedBy(policy);
        model.pageProperty().set("provision");
    }

    /** For pictures and tests. */
    ProvisionViewModel provisioning() {
        return provisioning;
    }

    /** What machines and servers are called, by ids, by people and by addresses; not for others to read. */
    private Map<String, Set<String>> names() {
        Set<String> called = new LinkedHashSet<>();
        Set<String> hosts = new LinkedHashSet<>();
        hosts.add(needs.connection().settings().verifier().host());
        hosts.add(needs.connection().settings().registrar().host());
        labels.all().values().forEach(each -> called.add(each.alias()));
        fleet.latest().machines().forEach(machine -> {
            called.add(machine.id().value());
            hosts.add(machine.address());
        });
        return Map.of("machine", called, "host", hosts);
    }

    private String name(AgentId id) {
        String alias = labels.all().getOrDefault(id, Labels.NONE).alias();
        return alias.isEmpty() ? id.value() : alias;
    }

    private void showMachines(String filter) {
        model.pageProperty().set(machinesPage.key());
        machinesPage.showFilter(filter);
    }

    private void showPolicy(Kind kind, String name) {
        model.pageProperty().set(policies.page().key());
        policies.look(kind, name);
    }

    private void showMachine(AgentId id) {
        model.pageProperty().set(machinesPage.key());
        machinesPage.showMachine(id);
    }

    /** Machines for what was typed into the palette: by id and by what people call them. */
    private List<PaletteEntry> suggestions(String typed) {
        String wanted = typed.strip().toLowerCase(Locale.ROOT);
        if (wanted.isEmpty()) {
            return List.of();
        }
        List<PaletteEntry> entries = new ArrayList<>();
        Map<AgentId, Labels> names = labels.all();
        FleetSnapshot snapshot = fleet.latest();
        for (Machine machine : snapshot.machines()) {
            String alias = names.getOrDefault(machine.id(), Labels.NONE).alias();
            String id = machine.id().value();
            if (id.toLowerCase(Locale.ROOT).contains(wanted)
                    || alias.toLowerCase(Locale.ROOT).contains(wanted)) {
                entries.add(PaletteEntry.machine(
                        alias.isEmpty() ? id : alias,
                        alias.isEmpty() ? machine.address() : id,
                        snapshot.state(machine, staleness.get(), parts.clock().instant()),
                        () -> showMachine(machine.id())));
                if (entries.size() == SUGGESTED) {
                    break;
                }
            }
        }
        return entries;
    }

    Shell shell() {
        return shell;
    }

    ShellViewModel model() {
        return model;
    }

    /** For pictures and tests. */
    MachinesPage machinesPage() {
        return machinesPage;
    }

    /** For pictures and tests. */
    FleetService fleet() {
        return fleet;
    }

    /** Opens the doctor and has it walk. */
    void diagnose() {
        needs.diagnose().run();
    }

    /** Whether it has come to an end. */
    boolean examined() {
        return needs.examined().getAsBoolean();
    }

    /** The sandbox, where it is one. */
    Optional<SandboxSession> sandbox() {
        return Optional.ofNullable(sandbox);
    }

    /** Ends at once what is seen, and off the screen's thread what takes a moment. */
    @Override
    public void close() {
        following.close();
        tray.close();
        provisioning.close();
        shell.close();
        detail.close();
        machines.close();
        ca.leave();
        revocations.leave();
        policies.close();
        activity.leave();
        parts.work().execute(() -> {
            revocations.close();
            ca.close();
            activity.close();
            notify.close();
            fleet.close();
            if (sandbox != null) {
                sandbox.close();
            }
        });
    }
}
