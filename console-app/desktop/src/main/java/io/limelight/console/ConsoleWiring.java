package io.limelight.console;

import io.limelight.console.activity.ActLog;
import io.limelight.console.ca.CaSettings;
import io.limelight.console.ca.VaultPasswords;
import io.limelight.console.connect.ConnectPage;
import io.limelight.console.connect.ConnectViewModel;
import io.limelight.console.connect.Connector;
import io.limelight.console.connect.Discovery;
import io.limelight.console.connect.Doctor;
import io.limelight.console.connect.DoctorLimits;
import io.limelight.console.connect.FirstRunPage;
import io.limelight.console.connect.FirstRunViewModel;
import io.limelight.console.connect.ProfilesPage;
import io.limelight.console.connect.ProfilesViewModel;
import io.limelight.console.connect.UnlockPane;
import io.limelight.console.connect.UnlockViewModel;
import io.limelight.console.keys.KeyAct;
import io.limelight.console.kit.ProblemView;
import io.limelight.console.machines.Labels;
import io.limelight.console.machines.RememberedLabels;
import io.limelight.console.machines.SavedViews;
import io.limelight.console.problem.Problem;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.profile.Connection;
import io.limelight.console.profile.ConnectionReader;
import io.limelight.console.profile.Profile;
import io.limelight.console.profile.ProfileSource;
import io.limelight.console.provision.FleetSurroundings;
import io.limelight.console.records.ConsoleFolder;
import io.limelight.console.records.MachineNote;
import io.limelight.console.records.Records;
import io.limelight.console.sandbox.SandboxSession;
import io.limelight.console.settings.SettingsPage;
import io.limelight.console.settings.SettingsViewModel;
import io.limelight.console.shell.Overlay;
import io.limelight.console.shell.Page;
import io.limelight.console.shell.Shell;
import io.limelight.console.shell.ShellViewModel;
import io.limelight.console.support.RecentProblems;
import io.limelight.console.theme.Theme;
import io.limelight.console.words.Words;
import io.limelight.console.work.TaskHandle;
import io.limelight.core.api.AgentId;
import io.limelight.core.config.Component;
import io.limelight.core.config.ComponentConfig;
import io.limelight.core.config.ConfigException;
import io.limelight.core.config.KeylimeConfig;
import io.limelight.core.tls.TlsSetupException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.TextInputDialog;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/**
 * Puts the console together: services, view models, pages. The one place where things are made for others. A window shows one of two
 * desks: the lobby, where a fleet is chosen, and the fleet's own ({@link FleetDesk}).
 */
final class ConsoleWiring implements AutoCloseable {
    private static final int SANDBOX_MACHINES = 3;

    private final Shell.Parts parts;
    private final Words words;
    private final Records records;
    private final SettingsViewModel settings;
    private final Connector connector;
    private final Doctor doctor;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, String> environment;
    private final Path root;
    private final Optional<Path> ownLog;
    private final RecentProblems recent;
    private Consumer<Shell> show = _ -> {};
    private Lobby lobby;
    private @Nullable FleetDesk desk;

    /** The lobby's parts, made anew whenever it is entered. */
    private record Lobby(Shell shell, ShellViewModel model, Overlay overlay, ConnectViewModel connect) {}

    /**
     * For a window that is about to be shown.
     *
     * @param environment variables
     * @param root what {@code /} means
     * @param ownLog the console's own log
     */
    ConsoleWiring(
            Shell.Parts parts,
            Records records,
            SettingsViewModel settings,
            Map<String, String> environment,
            Path root,
            Optional<Path> ownLog) {
        this.parts = parts;
        this.ownLog = ownLog;
        this.recent = new RecentProblems(parts.clock());
        this.words = parts.words();
        this.records = records;
        this.settings = settings;
        this.environment = environment;
        this.root = root;
        this.connector = new Connector(new ConnectionReader(root, words), records.vault(), words);
        this.doctor = new Doctor(words, parts.clock(), DoctorLimits.USUAL);
        follow(parts.theme());
        this.lobby = lobby();
    }

    /** The settings page and the band change the same look. */
    private void follow(Theme theme) {
        settings.lookProperty().subscribe(look -> theme.choiceProperty().set(Theme.Choice.valueOf(look.name())));
        theme.choiceProperty()
                .subscribe(choice -> settings.lookProperty().set(SettingsViewModel.Look.valueOf(choice.name())));
        settings.scaleProperty().subscribe(scale -> theme.textScaleProperty().set(scale.doubleValue()));
        theme.textScaleProperty().subscribe(scale -> settings.scaleProperty().set(scale.doubleValue()));
    }

    /** Called, on the screen's thread, with what the window is to show from now on. */
    void onShow(Consumer<Shell> listener) {
        show = listener;
    }

    /** What the window shows. */
    Shell shell() {
        FleetDesk open = desk;
        return open == null ? lobby.shell() : open.shell();
    }

    /** Its state. */
    ShellViewModel model() {
        FleetDesk open = desk;
        return open == null ? lobby.model() : open.model();
    }

    /** The open fleet. */
    Optional<FleetDesk> desk() {
        return Optional.ofNullable(desk);
    }

    // --- the lobby ---

    private Lobby lobby() {
        ShellViewModel model = new ShellViewModel(words);
        Overlay overlay = new Overlay(words);
        ConnectViewModel connect = connectViewModel();
        FirstRunViewModel firstRun = new FirstRunViewModel(
                new Discovery(environment, root, words, parts.clock()),
                records,
                words,
                new FirstRunViewModel.Doors() {
                    @Override
                    public void connect(Optional<ProfileSource> known) {
                        connect.begin(known);
                        model.pageProperty().set("connect");
                    }

                    @Override
                    public void sandbox() {
                        startSandbox();
                    }

                    @Override
                    public void open(Profile profile) {
                        openProfile(profile);
                    }
                },
                parts.work(),
                parts.screen());
        Shell[] made = new Shell[1];
        List<Page> pages = List.of(
                new FirstRunPage(words, firstRun, settings),
                new ConnectPage(
                        words,
                        connect,
                        () -> unlock(overlay, () -> {}),
                        () -> model.pageProperty().set("welcome")),
                profilesPage(model, connect),
                new SettingsPage(words, settings, () -> made[0].run(KeyAct.KEYBOARD.key())));
        Shell shell = new Shell(parts, model, pages);
        shell.getChildren().add(overlay);
        HomeDesk.add(
                parts,
                shell,
                model,
                overlay,
                ActLog.NONE,
                new SupportDesk.Needs(settings, ownLog, recent, Optional.empty(), Map::of));
        made[0] = shell;
        model.onProfile(this::openByName);
        listProfiles(model);
        return new Lobby(shell, model, overlay, connect);
    }

    private ConnectViewModel connectViewModel() {
        return new ConnectViewModel(
                doctor,
                connector,
                records,
                words,
                (profile, connection) -> open(profile, connection, null),
                parts.work(),
                parts.screen());
    }

    private ProfilesPage profilesPage(ShellViewModel model, ConnectViewModel connect) {
        ProfilesViewModel profiles = new ProfilesViewModel(
                records.profiles(),
                new ProfilesViewModel.Acts() {
                    @Override
                    public void open(Profile profile) {
                        openProfile(profile);
                    }

                    @Override
                    public void edit(Profile profile) {
                        connect.edit(profile);
                        model.pageProperty().set("connect");
                    }

                    @Override
                    public void add() {
                        connect.begin(Optional.empty());
                        model.pageProperty().set("connect");
                    }
                },
                parts.work(),
                parts.screen());
        return new ProfilesPage(words, profiles, parts.clock());
    }

    private void unlock(Overlay overlay, Runnable then) {
        UnlockViewModel model = new UnlockViewModel(records.vault(), words, parts.work(), parts.screen());
        model.begin();
        UnlockPane pane = new UnlockPane(
                words,
                model,
                () -> {
                    overlay.hide();
                    then.run();
                },
                overlay::hide);
        overlay.show(words.of("shell.unlock"), pane, pane, null);
    }

    private void listProfiles(ShellViewModel model) {
        parts.work().execute(() -> {
            try {
                List<String> names =
                        records.profiles().all().stream().map(Profile::name).toList();
                parts.screen().execute(() -> model.profiles().setAll(names));
            } catch (ProblemException e) {
                parts.screen().execute(() -> model.profiles().clear());
            }
        });
    }

    // --- opening a fleet ---

    /** Opens a profile by its name; an unknown one is said to be. */
    void openByName(String name) {
        parts.work().execute(() -> {
            try {
                Optional<Profile> found = records.profiles().all().stream()
                        .filter(profile -> profile.name().equals(name))
                        .findFirst();
                parts.screen()
                        .execute(() -> found.ifPresentOrElse(
                                this::openProfile,
                                () -> say(io.limelight.console.problem.Problems.of(
                                        words, "shell.no-profile", "", name))));
            } catch (ProblemException e) {
                parts.screen().execute(() -> say(e.problem()));
            }
        });
    }

    private void openProfile(Profile profile) {
        if (profile.needsVault() && !records.vault().unlocked()) {
            backToLobby();
            unlock(lobby.overlay(), () -> openProfile(profile));
            return;
        }
        parts.work().execute(() -> {
            try {
                Connection connection = connector.connection(profile);
                records.profiles().opened(profile);
                parts.screen().execute(() -> open(profile, connection, null));
            } catch (ProblemException e) {
                parts.screen().execute(() -> say(e.problem()));
            }
        });
    }

    /** Starts a sandbox and opens it; its steps are seen in the task centre and on the dialog. */
    void startSandbox() {
        TaskHandle<SandboxSession> task = parts.tasks()
                .submit(
                        words.of("shell.sandbox.starting"),
                        (progress, cancellation) ->
                                SandboxSession.start(SANDBOX_MACHINES, words, random, progress, cancellation));
        SandboxStart dialog = new SandboxStart(words, task, parts.clock());
        Overlay overlay = lobby.overlay();
        overlay.show(words.of("shell.sandbox.starting"), dialog, dialog.focus(), null, () -> {
            dialog.close();
            if (!task.status().state().over()) {
                task.cancel();
            }
        });
        task.result()
                .whenComplete((session, _) -> parts.screen().execute(() -> {
                    overlay.hide();
                    if (session != null) {
                        openSandbox(session);
                    } else {
                        task.status().problem().ifPresent(this::say);
                    }
                }))
                .exceptionally(_ -> null);
    }

    /** Opens a sandbox that runs; it is closed with its desk. */
    void openSandbox(SandboxSession session) {
        parts.work().execute(() -> {
            try {
                Connection connection = connector.connection(session.profile());
                parts.screen().execute(() -> open(session.profile(), connection, session));
            } catch (ProblemException e) {
                session.close();
                parts.screen().execute(() -> say(e.problem()));
            }
        });
    }

    private void open(Profile profile, Connection connection, @Nullable SandboxSession sandbox) {
        parts.work().execute(() -> {
            RememberedLabels labels = labels(profile, sandbox);
            FleetSurroundings surroundings = FleetSurroundings.of(profile, root);
            CaDesk.Known ca = authorities(profile, sandbox);
            ActivityDesk.Known activity = activity(profile, sandbox);
            parts.screen().execute(() -> show(profile, connection, sandbox, labels, surroundings, ca, activity));
        });
    }

    private void show(
            Profile profile,
            Connection connection,
            @Nullable SandboxSession sandbox,
            RememberedLabels labels,
            FleetSurroundings surroundings,
            CaDesk.Known ca,
            ActivityDesk.Known activity) {
        ConnectViewModel connect = connectViewModel();
        FleetDesk[] made = new FleetDesk[1];
        Path kept = ConsoleFolder.of(
                        environment, Path.of(environment.getOrDefault("HOME", System.getProperty("user.home", "/"))))
                .path();
        ConnectPage doctorPage = new ConnectPage(
                words, connect, () -> {}, () -> made[0].model().pageProperty().set("overview"));
        connect.edit(profile);
        FleetDesk next = new FleetDesk(
                parts,
                new FleetDesk.Needs(
                        profile,
                        connection,
                        sandbox,
                        labels,
                        savedViews(profile),
                        settings,
                        new FleetDesk.Provision(surroundings, records.drafts(), records.receipts()),
                        List.of(
                                doctorPage,
                                new SettingsPage(
                                        words, settings, () -> made[0].shell().run(KeyAct.KEYBOARD.key()))),
                        () -> {
                            made[0].model().pageProperty().set(doctorPage.key());
                            connect.examine();
                        },
                        () -> connect.diagnosisProperty().get().isPresent()
                                && !connect.examiningProperty().get(),
                        this::backToLobby,
                        ca,
                        new RevocationDesk.Kept(records.received(), profile.id(), kept),
                        Optional.of(kept.resolve("policies")),
                        activity,
                        recent));
        made[0] = next;
        next.model().onProfile(this::openByName);
        listProfiles(next.model());
        leave();
        desk = next;
        show.accept(next.shell());
    }

    /** A sandbox is never kept, and neither is what happens in it. */
    private ActivityDesk.Known activity(Profile profile, @Nullable SandboxSession sandbox) {
        Optional<Path> logs = Optional.ofNullable(sandbox).map(SandboxSession::logs);
        if (profile.id() != 0) {
            return new ActivityDesk.Known(profile.id(), records.activity(), records.vault(), ownLog, logs, () -> {});
        }
        Records passing = Records.inMemory(words, random, parts.clock());
        return new ActivityDesk.Known(0, passing.activity(), passing.vault(), ownLog, logs, passing::close);
    }

    private RememberedLabels labels(Profile profile, @Nullable SandboxSession sandbox) {
        Map<AgentId, Labels> known = new HashMap<>();
        if (profile.id() == 0) {
            if (sandbox != null) {
                sandbox.machines().forEach((id, name) -> known.put(id, new Labels(name, List.of("sandbox"), "")));
            }
            return new RememberedLabels(known, (_, _) -> {});
        }
        try {
            records.aliases()
                    .all(profile.id())
                    .forEach((id, note) -> known.put(id, new Labels(note.alias(), note.tags(), note.notes())));
        } catch (ProblemException e) {
            parts.screen().execute(() -> say(e.problem()));
        }
        return new RememberedLabels(
                known,
                (id, labels) -> records.aliases()
                        .put(profile.id(), id, new MachineNote(labels.alias(), labels.tags(), labels.notes())));
    }

    /** Where the CA of a fleet is, as {@code limelight ca} would look for it. */
    private CaDesk.Known authorities(Profile profile, @Nullable SandboxSession sandbox) {
        Map<String, String> variables = new HashMap<>(environment);
        if (profile.source() instanceof ProfileSource.Configuration files) {
            files.workDir().ifPresent(folder -> variables.put("KEYLIME_DIR", folder.toString()));
        }
        if (sandbox != null) {
            variables.putAll(sandbox.environment());
        }
        KeylimeConfig usual = KeylimeConfig.ofValuesAlone(Map.of(), root);
        try {
            ComponentConfig config = new KeylimeConfig(variables, root).load(Component.CA);
            return known(config, profile);
        } catch (ConfigException | TlsSetupException e) {
            parts.screen()
                    .execute(() -> say(io.limelight.console.problem.Problems.of(
                            words, "ca.configuration", "", String.valueOf(e.getMessage()))));
        }
        try {
            return known(usual.load(Component.CA), profile);
        } catch (ConfigException | TlsSetupException e) {
            throw new IllegalStateException("what ships can be read", e);
        }
    }

    private CaDesk.Known known(ComponentConfig config, Profile profile) throws ConfigException, TlsSetupException {
        Path folder = config.workDir().resolve("ca");
        return new CaDesk.Known(
                CaSettings.of(config, folder),
                List.of(folder, root.resolve("var/lib/keylime/ca")),
                profile.id(),
                new VaultPasswords(records.vault(), profile.id()));
    }

    private SavedViews savedViews(Profile profile) {
        String prefix = "views." + profile.id() + ".";
        Map<String, String> views = new HashMap<>();
        String names = parts.remembered().get(prefix + "names").orElse("");
        for (String name : names.split("\n", -1)) {
            if (!name.isEmpty()) {
                parts.remembered().get(prefix + name).ifPresent(filter -> views.put(name, filter));
            }
        }
        return new SavedViews(
                views,
                all -> {
                    parts.remembered().put(prefix + "names", String.join("\n", all.keySet()));
                    all.forEach((name, filter) -> parts.remembered().put(prefix + name, filter));
                },
                this::askName);
    }

    private @Nullable String askName(Node opener) {
        TextInputDialog dialog = new TextInputDialog();
        dialog.initOwner(opener.getScene().getWindow());
        dialog.setTitle(words.of("shell.save-view"));
        dialog.setHeaderText(null);
        dialog.setGraphic(null);
        dialog.setContentText(words.of("shell.save-view.name"));
        parts.theme().dress(dialog.getDialogPane().getScene());
        return dialog.showAndWait().orElse(null);
    }

    // --- leaving ---

    /** Closes the open fleet and shows where another one is chosen. */
    void backToLobby() {
        if (desk != null) {
            leave();
            lobby = lobby();
            show.accept(lobby.shell());
        }
    }

    private void leave() {
        FleetDesk before = desk;
        desk = null;
        if (before != null) {
            before.close();
        } else {
            lobby.connect().close();
            lobby.shell().close();
        }
    }

    /** A problem that belongs to no page. */
    private void say(Problem problem) {
        FleetDesk open = desk;
        Overlay overlay = open == null ? lobby.overlay() : overlayOf(open.shell());
        ProblemView view = new ProblemView(words);
        view.show(problem);
        Button close = new Button(words.of("shell.overlay.close"));
        close.setOnAction(_ -> overlay.hide());
        VBox box = new VBox(16, view, close);
        box.setPrefWidth(620);
        overlay.show(words.of("shell.problem"), box, close, null);
    }

    private static Overlay overlayOf(Shell shell) {
        return shell.getChildren().stream()
                .filter(Overlay.class::isInstance)
                .map(Overlay.class::cast)
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        leave();
    }
}
