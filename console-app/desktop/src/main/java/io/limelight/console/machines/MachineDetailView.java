package io.limelight.console.machines;

import io.limelight.console.advice.AdviceWays;
import io.limelight.console.fleet.Machine;
import io.limelight.console.fleet.MachineAct;
import io.limelight.console.fleet.MachineState;
import io.limelight.console.kit.AgeLabel;
import io.limelight.console.kit.Clip;
import io.limelight.console.kit.DetailPane;
import io.limelight.console.kit.StateBadge;
import io.limelight.console.machines.DetailViewModel.Tab;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import io.limelight.core.api.AgentId;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Menu;
import javafx.scene.control.MenuButton;
import javafx.scene.control.MenuItem;
import javafx.scene.control.SeparatorMenuItem;
import javafx.scene.layout.Region;
import org.jspecify.annotations.Nullable;

/** One machine, seen closely: header with verdict and age, a tab for each kind of knowledge, the verbs that fit its state. */
public final class MachineDetailView {
    private final DetailViewModel model;
    private final Words words;
    private final Supplier<CommandLines> commands;
    private final DetailPane pane;
    private final IdentityView identity;
    private final VerdictView verdict;
    private final StateBadge badge;
    private final AgeLabel age;
    private @Nullable Consumer<AgentId> provisioning;
    private @Nullable Consumer<AgentId> reenrolling;

    /** Parts, wired. */
    public MachineDetailView(
            DetailViewModel model,
            Words words,
            InstantSource clock,
            Runnable labelsWritten,
            Supplier<CommandLines> commands) {
        this.model = model;
        this.words = words;
        this.commands = commands;
        this.identity = new IdentityView(model, words);
        this.verdict = new VerdictView(model, words);
        this.pane = new DetailPane(words);
        this.badge = StateBadge.pill(words);
        this.age = new AgeLabel(clock, words).ago();
        pane.setId("machine-detail");
        pane.setBadges(badge, age);
        pane.setBesideSubtitle(Clip.button(words, words.of("machines.id"), this::idText));
        pane.addTab(Tab.VERDICT.key(), words.of("machines.tab.verdict"), verdict.node());
        pane.addTab(Tab.TIMELINE.key(), words.of("machines.tab.timeline"), new TimelineView(model, words).node());
        pane.addFullTab(Tab.EVIDENCE.key(), words.of("machines.tab.evidence"), new EvidenceView(model, words).node());
        pane.addTab(Tab.IDENTITY.key(), words.of("machines.tab.identity"), identity.node());
        pane.addTab(Tab.POLICY.key(), words.of("machines.tab.policy"), new PolicyView(model, words).node());
        pane.addTab(Tab.PAYLOAD.key(), words.of("machines.tab.payload"), new PayloadView(model, words).node());
        pane.addTab(Tab.NOTES.key(), words.of("machines.tab.notes"), new NotesView(model, words, labelsWritten).node());
        pane.addFullTab(Tab.RAW.key(), words.of("machines.tab.raw"), new RawView(model, words).node());
        pane.selectedTabProperty().subscribe(id -> {
            if (!id.isEmpty()) {
                model.tabProperty().set(Tab.valueOf(id.toUpperCase(Locale.ROOT)));
            }
        });
        model.tabProperty().subscribe(tab -> pane.selectTab(tab.key()));
        model.machineProperty().subscribe(_ -> draw());
        model.labelsProperty().subscribe(_ -> draw());
        model.goneProperty().subscribe(_ -> draw());
        model.acting().stateProperty().subscribe(_ -> drawVerbs());
    }

    /** What the profile's CA knows of machines. */
    public void certificates(MachineCertificates known) {
        identity.certificates(known);
    }

    /** Where a change of a policy is proposed that would pass what failed. */
    public void proposals(PolicyProposals open) {
        verdict.proposals(open);
    }

    /** Where what is advised about a failure is done. */
    public void advice(AdviceWays open) {
        verdict.advice(open);
    }

    Region node() {
        return pane;
    }

    void onProvision(Consumer<AgentId> open) {
        provisioning = open;
        drawVerbs();
    }

    void onReenrol(Consumer<AgentId> open) {
        reenrolling = open;
        drawVerbs();
    }

    void onClose(Runnable action) {
        pane.onClose(action);
    }

    private String idText() {
        AgentId id = model.idProperty().get();
        return id == null ? "" : id.value();
    }

    private void draw() {
        String alias = model.labelsProperty().get().alias();
        pane.titleProperty().set(alias.isEmpty() ? idText() : alias);
        pane.subtitleProperty().set(idText());
        badge.setState(model.state().orElse(null));
        Machine machine = model.machineProperty().get();
        age.setInstant(machine == null ? null : machine.lastPass());
        drawVerbs();
    }

    private void drawVerbs() {
        List<Node> verbs = new ArrayList<>();
        MachineState state = model.state().orElse(null);
        if (state != null) {
            (state == MachineState.REVOKED && reenrolling != null ? reenrolButton(true) : provisionButton(state))
                    .ifPresent(verbs::add);
            for (MachineAct act : primary(state)) {
                if (model.makesSense(act)) {
                    Button button = new Button(words.of("machines.act." + act.key() + ".one"));
                    button.setId("verb-" + act.key());
                    if (verbs.isEmpty()) {
                        button.getStyleClass().add("accent");
                    }
                    button.setDisable(model.acting().stateProperty().get().loading());
                    button.setOnAction(_ -> model.act(act));
                    verbs.add(button);
                }
            }
            if (state == MachineState.FAILED) {
                reenrolButton(false).ifPresent(verbs::add);
            }
            verbs.add(more());
        }
        pane.setVerbs(verbs);
    }

    /** Opens the wizard: enrol what waits, send to what is trusted, enrol what was revoked anew. */
    private Optional<Button> provisionButton(MachineState state) {
        Consumer<AgentId> open = provisioning;
        AgentId id = model.idProperty().get();
        if (open == null || id == null) {
            return Optional.empty();
        }
        String key = switch (state) {
            case WAITING -> "machines.provision.enrol";
            case TRUSTED -> "machines.provision.send";
            case REVOKED -> "machines.provision.again";
            case PROVING, STALE, FAILED -> "";
        };
        if (key.isEmpty()) {
            return Optional.empty();
        }
        Button button = new Button(words.of(key), Glyph.UPLOAD.icon("button-size"));
        button.setId("verb-provision");
        button.getStyleClass().add("accent");
        button.setOnAction(_ -> open.accept(id));
        return Optional.of(button);
    }

    /** The way back: the verb of what was revoked, one of several of what failed. */
    private Optional<Button> reenrolButton(boolean primary) {
        Consumer<AgentId> open = reenrolling;
        AgentId id = model.idProperty().get();
        if (open == null || id == null) {
            return Optional.empty();
        }
        Button button = new Button(words.of("machines.provision.again"), Glyph.REFRESH.icon("button-size"));
        button.setId("verb-reenrol");
        if (primary) {
            button.getStyleClass().add("accent");
        }
        button.setOnAction(_ -> open.accept(id));
        return Optional.of(button);
    }

    /** The verbs of a state, the first one in the accent colour. */
    private static List<MachineAct> primary(MachineState state) {
        return switch (state) {
            case FAILED -> List.of(MachineAct.REACTIVATE);
            case STALE -> List.of(MachineAct.RESUME, MachineAct.REACTIVATE);
            case PROVING, TRUSTED -> List.of(MachineAct.ATTEST, MachineAct.PAUSE);
            case REVOKED, WAITING -> List.of();
        };
    }

    private MenuButton more() {
        MenuButton more = new MenuButton(words.of("machines.more"), Glyph.MORE.icon("button-size"));
        more.setId("verb-more");
        for (MachineAct act : List.of(
                MachineAct.ATTEST, MachineAct.PAUSE, MachineAct.RESUME, MachineAct.STOP, MachineAct.REACTIVATE)) {
            if (model.makesSense(act)) {
                MenuItem item = new MenuItem(words.of("machines.act." + act.key() + ".one"));
                item.setOnAction(_ -> model.act(act));
                more.getItems().add(item);
            }
        }
        more.getItems().add(new SeparatorMenuItem());
        Menu copy = new Menu(words.of("machines.copy-command"));
        for (MachineAct act : MachineAct.values()) {
            if (model.makesSense(act)) {
                copy.getItems().add(commandMenu(act, more));
            }
        }
        more.getItems().add(copy);
        return more;
    }

    private Menu commandMenu(MachineAct act, Node beside) {
        Menu menu = new Menu(words.of("machines.act." + act.key() + ".one"));
        @Nullable AgentId id = model.idProperty().get();
        if (id != null) {
            for (CommandLines.Way way : commands.get().of(act, id)) {
                MenuItem item = new MenuItem(words.of(way.name()));
                item.setOnAction(_ -> Clip.copy(words, beside, way.command()));
                menu.getItems().add(item);
            }
        }
        return menu;
    }
}
