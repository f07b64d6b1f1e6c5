package io.limelight.console;

import io.limelight.console.keys.KeyAct;
import io.limelight.console.keys.KeyText;
import io.limelight.console.kit.ProblemHost;
import io.limelight.console.problem.Problem;
import io.limelight.console.profile.Profile;
import io.limelight.console.profile.ProfileSource;
import io.limelight.console.settings.SettingsViewModel;
import io.limelight.console.shell.Overlay;
import io.limelight.console.shell.Shell;
import io.limelight.console.shell.ShellAction;
import io.limelight.console.shell.ShellViewModel;
import io.limelight.console.support.RecentProblems;
import io.limelight.console.support.SupportFacts;
import io.limelight.console.support.SupportPane;
import io.limelight.console.support.SupportViewModel;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import java.io.File;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javafx.scene.Node;
import javafx.stage.FileChooser;

/** The support bundle of a window. */
final class SupportDesk {
    private final Shell.Parts parts;
    private final Shell shell;
    private final ShellViewModel model;
    private final Overlay overlay;
    private final Needs needs;

    /**
     * What a bundle is made of besides the window.
     *
     * @param settings how the console behaves
     * @param log its own; empty: there is none
     * @param recent what went wrong lately
     * @param profile whose fleet; empty: none is open
     * @param names what its machines and servers are called, by kind
     */
    record Needs(
            SettingsViewModel settings,
            Optional<Path> log,
            RecentProblems recent,
            Optional<Profile> profile,
            Supplier<Map<String, Set<String>>> names) {}

    private SupportDesk(Shell.Parts parts, Shell shell, ShellViewModel model, Overlay overlay, Needs needs) {
        this.parts = parts;
        this.shell = shell;
        this.model = model;
        this.overlay = overlay;
        this.needs = needs;
    }

    /** Gives a window the action, and what it shows of problems a way to it. */
    static void add(Shell.Parts parts, Shell shell, ShellViewModel model, Overlay overlay, Needs needs) {
        SupportDesk desk = new SupportDesk(parts, shell, model, overlay, needs);
        shell.add(
                new ShellAction(KeyAct.SUPPORT.key(), parts.words().of("support.action"), Glyph.LIFEBUOY, desk::open));
        ProblemHost.put(shell, new ProblemHost() {
            @Override
            public void shown(Problem problem) {
                needs.recent().shown(problem);
            }

            @Override
            public void support() {
                desk.open();
            }
        });
    }

    private void open() {
        Words words = parts.words();
        SupportFacts facts = facts();
        SupportViewModel bundle = new SupportViewModel(words, () -> facts, parts.clock(), parts.work(), parts.screen());
        SupportPane pane = new SupportPane(words, bundle, this::file, overlay::hide);
        overlay.show(words.of("support.title"), pane, pane.focus(), null);
    }

    /** Gathered on the screen's thread, from memory. */
    private SupportFacts facts() {
        Map<String, Set<String>> names = new LinkedHashMap<>();
        names.put("profile", new LinkedHashSet<>(model.profiles()));
        needs.profile()
                .ifPresent(profile -> names.computeIfAbsent("profile", _ -> new LinkedHashSet<>())
                        .add(profile.name()));
        names.putAll(needs.names().get());
        names.put("user", Set.of(System.getProperty("user.name", "")));
        return new SupportFacts(
                parts.clock().instant(),
                SystemFacts.versions(parts.words()),
                settings(),
                needs.profile().map(this::profile).orElse(Map.of()),
                needs.recent().all(),
                needs.log(),
                names);
    }

    private Map<String, String> settings() {
        SettingsViewModel settings = needs.settings();
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("theme", SettingsViewModel.key(settings.lookProperty().get()));
        facts.put("scale", String.valueOf(settings.scaleProperty().get()));
        facts.put("motion", SettingsViewModel.key(settings.motionProperty().get()));
        facts.put("language", SettingsViewModel.key(settings.languageProperty().get()));
        facts.put("refresh", SettingsViewModel.key(settings.paceProperty().get()));
        facts.put(
                "stale after",
                SettingsViewModel.key(settings.staleAfterProperty().get()));
        KeyText text = new KeyText(parts.words());
        for (KeyAct act : KeyAct.values()) {
            if (shell.keys().changed(act)) {
                facts.put("shortcut of " + act.key(), "[" + text.of(shell.keys(), act) + "]");
            }
        }
        return facts;
    }

    private Map<String, String> profile(Profile profile) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("name", profile.name());
        facts.put("environment", profile.environment().name());
        facts.put("where the client certificate is kept", profile.key().name());
        switch (profile.source()) {
            case ProfileSource.Typed typed -> {
                facts.put("verifier", typed.verifierHost() + " port " + typed.verifierPort());
                facts.put("registrar", typed.registrarHost() + " port " + typed.registrarPort());
                facts.put("tls folder", typed.tlsFolder().toString());
            }
            case ProfileSource.Configuration files -> {
                facts.put("tenant.conf", files.tenantConf().map(Path::toString).orElse("usual places"));
                facts.put("KEYLIME_DIR", files.workDir().map(Path::toString).orElse("usual"));
            }
        }
        facts.put(
                "lights",
                model.lamps().stream()
                        .map(lamp -> lamp.key() + " " + lamp.status()
                                + Optional.ofNullable(lamp.problem())
                                        .map(problem -> " (" + problem.code() + ")")
                                        .orElse(""))
                        .collect(Collectors.joining(", ")));
        return facts;
    }

    private Optional<Path> file(Node opener, String name) {
        FileChooser chooser = new FileChooser();
        chooser.setTitle(parts.words().of("support.choose"));
        chooser.setInitialFileName(name);
        File chosen = chooser.showSaveDialog(opener.getScene().getWindow());
        return Optional.ofNullable(chosen).map(File::toPath);
    }
}
