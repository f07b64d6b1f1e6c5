package io.limelight.console;

import io.limelight.console.connect.ConnectForm;
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
import io.limelight.console.pictures.Picture;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.profile.ConnectionReader;
import io.limelight.console.profile.Environment;
import io.limelight.console.profile.KeyKeeping;
import io.limelight.console.profile.Profile;
import io.limelight.console.profile.ProfileSource;
import io.limelight.console.records.Records;
import io.limelight.console.settings.SettingsPage;
import io.limelight.console.settings.SettingsViewModel;
import io.limelight.console.words.Words;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import javafx.application.Platform;
import javafx.scene.Parent;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;

/** Pictures of the pages before there is a fleet, with what they show on a computer that has nothing of Keylime's. */
final class ConnectSamples {
    private static final Path NOWHERE = Path.of("/nothing-of-keylime-is-here");
    /** Nobody listens there. */
    private static final String PORT = "1";

    private final Words words;
    private final InstantSource clock;
    private final Executor work = task -> Thread.ofVirtual().start(task);
    private final Executor screen = Platform::runLater;

    ConnectSamples(Words words, InstantSource clock) {
        this.words = words;
        this.clock = clock;
    }

    List<Picture> pictures() {
        Records none = Records.inMemory(words, new SecureRandom(), clock);
        Records some = Records.inMemory(words, new SecureRandom(), clock);
        try {
            Profile east = some.profiles().save(profile("dc-east", Environment.PRODUCTION, "10.20.0.11"));
            some.profiles().save(profile("dc-west, before it moves", Environment.STAGING, "staging.example.com"));
            some.profiles().save(profile("rack under the desk", Environment.LAB, "192.168.7.2"));
            some.profiles().opened(east);
        } catch (ProblemException e) {
            throw new IllegalStateException("memory keeps everything", e);
        }
        SettingsViewModel settings = new SettingsViewModel(none.remembered(), work, screen);
        return List.of(
                firstRun("welcome", none, settings),
                firstRun("welcome-again", some, settings),
                connect("connect", none, false),
                connect("connect-failed", none, true),
                profiles("profiles", some),
                profiles("profiles-none", none),
                unlock("vault-new", none),
                new Picture("settings", () -> (Parent) new SettingsPage(words, settings, () -> {}).content()),
                new Picture("settings-no-tray", () -> {
                    SettingsViewModel without = new SettingsViewModel(none.remembered(), work, screen);
                    without.trayProperty().set(SettingsViewModel.Tray.ON);
                    without.noTrayProperty().set(true);
                    return (Parent) new SettingsPage(words, without, () -> {}).content();
                }));
    }

    private static Profile profile(String name, Environment environment, String host) {
        return Profile.fresh(
                name,
                environment,
                new ProfileSource.Typed(host, 8881, host, 8891, Path.of("/home/you/keys"), "", "", ""),
                KeyKeeping.FILE);
    }

    private Picture firstRun(String name, Records records, SettingsViewModel settings) {
        FirstRunViewModel model = new FirstRunViewModel(
                new Discovery(Map.of(), NOWHERE, words, clock),
                records,
                words,
                new FirstRunViewModel.Doors() {
                    @Override
                    public void connect(Optional<ProfileSource> known) {}

                    @Override
                    public void sandbox() {}

                    @Override
                    public void open(Profile profile) {}
                },
                work,
                screen);
        return new Picture(
                name,
                () -> {
                    FirstRunPage page = new FirstRunPage(words, model, settings);
                    page.shown();
                    return (Parent) page.content();
                },
                () -> !model.lookingProperty().get(),
                () -> {});
    }

    private Picture connect(String name, Records records, boolean examined) {
        AtomicReference<ConnectViewModel> shown = new AtomicReference<>();
        return new Picture(
                name,
                () -> {
                    ConnectViewModel model = new ConnectViewModel(
                            new Doctor(words, clock, new DoctorLimits(Duration.ofSeconds(5))),
                            new Connector(new ConnectionReader(NOWHERE, words), records.vault(), words),
                            records,
                            words,
                            (_, _) -> {},
                            work,
                            screen);
                    shown.set(model);
                    if (examined) {
                        ConnectForm form = model.form();
                        form.text(ConnectForm.Field.NAME).set("dc-east");
                        form.text(ConnectForm.Field.VERIFIER_HOST).set("127.0.0.1");
                        form.text(ConnectForm.Field.VERIFIER_PORT).set(PORT);
                        form.text(ConnectForm.Field.REGISTRAR_HOST).set("127.0.0.1");
                        form.text(ConnectForm.Field.REGISTRAR_PORT).set(PORT);
                        form.text(ConnectForm.Field.TLS_FOLDER).set(NOWHERE.toString());
                        model.examine();
                    }
                    return (Parent) new ConnectPage(words, model, () -> {}, () -> {}).content();
                },
                () -> !shown.get().examiningProperty().get(),
                () -> shown.get().close());
    }

    private Picture profiles(String name, Records records) {
        ProfilesViewModel model = new ProfilesViewModel(
                records.profiles(),
                new ProfilesViewModel.Acts() {
                    @Override
                    public void open(Profile profile) {}

                    @Override
                    public void edit(Profile profile) {}

                    @Override
                    public void add() {}
                },
                work,
                screen);
        return new Picture(
                name,
                () -> {
                    ProfilesPage page = new ProfilesPage(words, model, clock);
                    page.shown();
                    return (Parent) page.content();
                },
                () -> model.loadedProperty().get(),
                () -> {});
    }

    private Picture unlock(String name, Records records) {
        UnlockViewModel model = new UnlockViewModel(records.vault(), words, work, screen);
        return new Picture(
                name,
                () -> {
                    UnlockPane pane = new UnlockPane(words, model, () -> {}, () -> {});
                    pane.setMaxSize(Region.USE_PREF_SIZE, Region.USE_PREF_SIZE);
                    pane.begin();
                    return new StackPane(pane);
                },
                () -> model.modeProperty().get() != UnlockViewModel.Mode.UNKNOWN,
                () -> {});
    }
}
