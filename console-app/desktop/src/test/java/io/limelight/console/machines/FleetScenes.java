package io.limelight.console.machines;

import io.limelight.console.fleet.FailureSummary;
import io.limelight.console.fleet.FakeFleet;
import io.limelight.console.fleet.FleetSnapshot.Light;
import io.limelight.console.fleet.History;
import io.limelight.console.fleet.KeptEvidence;
import io.limelight.console.fleet.Machine;
import io.limelight.console.fleet.MachineAct;
import io.limelight.console.fleet.MachineState;
import io.limelight.console.fleet.Staleness;
import io.limelight.console.fleet.TimelinePage;
import io.limelight.console.fleet.TimelinePage.Happening;
import io.limelight.console.machines.DetailViewModel.Tab;
import io.limelight.console.overview.OverviewPage;
import io.limelight.console.overview.OverviewViewModel;
import io.limelight.console.pictures.Picture;
import io.limelight.console.shell.Page;
import io.limelight.console.shell.Remembered;
import io.limelight.console.words.Words;
import io.limelight.core.api.AgentId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import javafx.beans.property.SimpleDoubleProperty;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.layout.StackPane;

/** The overview and the machines of a fleet that does not exist, for tests that look at every page. */
public final class FleetScenes {
    static final AgentId BAD = AgentId.of("3f0d2c11-6f5d-4f0e-9d7c-2b1a00000007");

    private final Words words;
    private final double scale;

    private FleetScenes(Words words, double scale) {
        this.words = words;
        this.scale = scale;
    }

    /**
     * Every state of both pages.
     *
     * @param scale of the text
     */
    public static List<Picture> pictures(Words words, double scale) {
        FleetScenes scenes = new FleetScenes(words, scale);
        List<Picture> pictures = new ArrayList<>();
        pictures.add(scenes.overview("overview", FleetScenes::full));
        pictures.add(scenes.overview("overview-loading", _ -> {}));
        pictures.add(scenes.overview("overview-quiet", fleet -> fleet.tell(FakeFleet.trusted("m1"))));
        pictures.add(scenes.overview("overview-silent", fleet -> {
            fleet.verifier = Light.Status.DOWN;
            full(fleet);
        }));
        pictures.add(scenes.machines("machines", FleetScenes::full, _ -> {}));
        pictures.add(scenes.machines("machines-loading", _ -> {}, _ -> {}));
        pictures.add(scenes.machines("machines-empty", fleet -> fleet.tell(), _ -> {}));
        pictures.add(scenes.machines(
                "machines-silent",
                fleet -> {
                    fleet.verifier = Light.Status.DOWN;
                    full(fleet);
                },
                _ -> {}));
        pictures.add(scenes.machines(
                "machines-checked", FleetScenes::full, page -> page.model().checkShown(true)));
        pictures.add(scenes.machines("machines-filtered", FleetScenes::full, page -> page.showFilter("state:failed")));
        pictures.add(scenes.machines("machines-wrong-filter", FleetScenes::full, page -> page.showFilter("state:odd")));
        for (Tab tab : Tab.values()) {
            pictures.add(scenes.machines("machine-" + tab.key(), FleetScenes::full, page -> {
                page.showMachine(BAD);
                page.detail().tabProperty().set(tab);
            }));
        }
        pictures.add(scenes.preview());
        return pictures;
    }

    private static void full(FakeFleet fleet) {
        tell(fleet, new HashMap<>());
    }

    private Picture overview(String name, Consumer<FakeFleet> tale) {
        return new Picture(name, () -> {
            FakeFleet fleet = new FakeFleet();
            tale.accept(fleet);
            OverviewPage page = new OverviewPage(
                    new OverviewViewModel(
                            fleet,
                            AgentId::value,
                            () -> Staleness.USUAL,
                            () -> FakeFleet.NOW,
                            Runnable::run,
                            Runnable::run),
                    words,
                    () -> FakeFleet.NOW,
                    _ -> {},
                    () -> {});
            return shown(page);
        });
    }

    private static Parent shown(Page page) {
        page.shown();
        return new StackPane(page.content());
    }

    private Picture machines(String name, Consumer<FakeFleet> tale, Consumer<MachinesPage> arrange) {
        return new Picture(name, () -> {
            FakeFleet fleet = new FakeFleet();
            Map<AgentId, Labels> labels = new HashMap<>();
            tale.accept(fleet);
            MachinesPage page = page(fleet, labels, new Dialogs());
            Parent scene = shown(page);
            arrange.accept(page);
            return scene;
        });
    }

    private Picture preview() {
        return new Picture("machines-bulk-preview", () -> {
            FakeFleet fleet = new FakeFleet();
            full(fleet);
            Dialogs dialogs = new Dialogs();
            bulk(fleet, MachinesViewModelTest.book(new HashMap<>()), dialogs)
                    .open(MachineAct.DELETE, fleet.latest().machines(), new StackPane());
            return new StackPane(dialogs.shown.getFirst());
        });
    }

    private BulkDialogs bulk(FakeFleet fleet, LabelBook book, DialogHost host) {
        CommandLines commands = new CommandLines("verifier:8881", "registrar:8891");
        return new BulkDialogs(
                fleet,
                book,
                words,
                host,
                Runnable::run,
                Runnable::run,
                () -> commands,
                io.limelight.console.activity.ActLog.NONE);
    }

    private MachinesPage page(FakeFleet fleet, Map<AgentId, Labels> labels, DialogHost host) {
        LabelBook book = MachinesViewModelTest.book(labels);
        MachinesViewModel model =
                new MachinesViewModel(fleet, book, () -> FakeFleet.NOW, words.locale(), Runnable::run, Runnable::run);
        DetailViewModel detail = new DetailViewModel(
                fleet, book, () -> Staleness.USUAL, () -> FakeFleet.NOW, Runnable::run, Runnable::run);
        CommandLines commands = new CommandLines("verifier:8881", "registrar:8891");
        return new MachinesPage(
                words,
                () -> FakeFleet.NOW,
                model,
                detail,
                new MachineDetailView(detail, words, () -> FakeFleet.NOW, model::labelsChanged, () -> commands),
                new SavedViews(Map.of(), _ -> {}, _ -> null),
                bulk(fleet, book, host),
                new SimpleDoubleProperty(scale),
                Remembered.inMemory());
    }

    private static final class Dialogs implements DialogHost {
        private final List<Node> shown = new ArrayList<>();

        @Override
        public void show(String title, Node content, Node focus, Node opener) {
            shown.add(content);
        }

        @Override
        public void hide() {
            shown.clear();
        }
    }

    /** Tells of forty-five machines in all six states, of which {@link #BAD} has failed with everything there is to say about it. */
    static void tell(FakeFleet fleet, Map<AgentId, Labels> labels) {
        List<Machine> machines = new ArrayList<>();
        for (int i = 1; i <= 40; i++) {
            Machine machine = FakeFleet.trusted("3f0d2c11-6f5d-4f0e-9d7c-2b1a000001%02d".formatted(i));
            machines.add(machine);
            labels.put(machine.id(), new Labels("web-%02d".formatted(i), List.of("dc-east", "web"), ""));
        }
        machines.add(
                FakeFleet.failed(
                        BAD.value(),
                        "ima.validation.ima-ng.not_in_allowlist",
                        "The file /usr/local/bin/backup.sh (entry 2 of the IMA list, sha256:5f1e\u2026) is not in the runtime policy."));
        machines.add(FakeFleet.machine("waiting-1", MachineState.WAITING, null));
        machines.add(FakeFleet.machine("proving-1", MachineState.PROVING, null));
        machines.add(FakeFleet.machine("stale-1", MachineState.TRUSTED, FakeFleet.NOW.minusSeconds(3600)));
        machines.add(FakeFleet.machine("revoked-1", MachineState.REVOKED, FakeFleet.NOW.minusSeconds(86400)));
        FailureSummary failure = machines.get(40).failure();
        Instant now = FakeFleet.NOW;
        fleet.timelines.put(
                BAD,
                new TimelinePage(
                        List.of(
                                new Happening(
                                        3,
                                        now.minusSeconds(30),
                                        now.minusSeconds(2),
                                        4,
                                        "failed",
                                        List.of(failure),
                                        0,
                                        Map.of()),
                                new Happening(
                                        2,
                                        now.minusSeconds(600),
                                        now.minusSeconds(600),
                                        1,
                                        "passed",
                                        List.of(),
                                        0,
                                        Map.of()),
                                new Happening(
                                        1,
                                        now.minusSeconds(900),
                                        now.minusSeconds(900),
                                        1,
                                        "added",
                                        List.of(),
                                        0,
                                        Map.of())),
                        OptionalLong.empty(),
                        true));
        fleet.evidence = new KeptEvidence(
                now,
                KeptEvidence.Source.VERIFIER,
                "failed",
                "r",
                Optional.empty(),
                List.of(
                        "10 " + "ab".repeat(20) + " ima-ng sha256:" + "0f".repeat(32) + " boot_aggregate",
                        "10 " + "cd".repeat(20) + " ima-ng sha256:" + "5f".repeat(32) + " /usr/local/bin/backup.sh"),
                2,
                false,
                "",
                List.of());
        List<History.Step> steps = new ArrayList<>();
        for (int i = 0; i < 96; i++) {
            boolean gap = i > 50 && i < 57;
            steps.add(new History.Step(
                    now.minusSeconds(900L * (96 - i)), !gap, gap ? 0 : 1200 + i % 7, i % 30 == 0 ? 2 : 0));
        }
        fleet.history = Optional.of(new History(steps));
        fleet.tell(machines);
    }
}
