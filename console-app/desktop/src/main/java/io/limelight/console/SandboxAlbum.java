package io.limelight.console;

import io.limelight.console.fleet.FailureSummary.Pointer;
import io.limelight.console.fleet.Machine;
import io.limelight.console.fleet.MachineState;
import io.limelight.console.machines.DetailViewModel.Tab;
import io.limelight.console.pictures.Picture;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.records.Records;
import io.limelight.console.sandbox.SandboxSession;
import io.limelight.console.settings.SettingsViewModel;
import io.limelight.console.shell.Remembered;
import io.limelight.console.shell.Shell;
import io.limelight.console.theme.Theme;
import io.limelight.console.words.Words;
import io.limelight.console.work.Progress;
import io.limelight.console.work.Tasks;
import io.limelight.core.api.AgentId;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javafx.application.Platform;
import javafx.scene.layout.StackPane;

/**
 * Pictures of the real console watching a real sandbox, in which one machine runs a script that nobody approved: nothing in them is
 * invented. Closing it ends the sandbox.
 */
final class SandboxAlbum implements AutoCloseable {
    /** What there will be, known before a sandbox is started. */
    static final List<String> NAMES = List.of(
            "overview",
            "machines",
            "machines-checked",
            "machine-failed",
            "machine-timeline",
            "machine-evidence",
            "machine-evidence-row",
            "machine-identity",
            "machine-policy",
            "machine-payload",
            "machine-notes",
            "machine-raw",
            "machine-trusted",
            "sandbox",
            "palette-machine",
            "connection-examined");

    private static final int MACHINES = 3;
    private static final int PATIENCE_SECONDS = 60;

    private final SandboxSession session;
    private final ConsoleWiring wiring;
    private final ExecutorService work = Executors.newVirtualThreadPerTaskExecutor();
    private final AgentId broken;
    private final AgentId whole;

    /** Starts a sandbox; takes about half a minute. Not on the screen's thread. */
    SandboxAlbum(Words words, InstantSource clock, Progress progress) throws ProblemException, CancelledException {
        SecureRandom random = new SecureRandom();
        session = SandboxSession.start(MACHINES, words, random, progress, new Cancellation());
        List<AgentId> ids = List.copyOf(session.machines().keySet());
        whole = ids.getFirst();
        broken = ids.get(1);
        Records records = Records.inMemory(words, random, clock);
        SettingsViewModel settings = new SettingsViewModel(records.remembered(), work, Platform::runLater);
        wiring = onScreen(() -> new ConsoleWiring(
                new Shell.Parts(
                        words,
                        new Theme(Theme.Choice.LIGHT),
                        new Tasks(clock, work, words),
                        clock,
                        work,
                        Platform::runLater,
                        offered()),
                records,
                settings,
                Map.of(),
                Path.of("/"),
                java.util.Optional.empty()));
        CountDownLatch shown = new CountDownLatch(1);
        onScreen(() -> {
            wiring.onShow(_ -> shown.countDown());
            wiring.openSandbox(session);
            return true;
        });
        try {
            if (!shown.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the sandbox was not opened within " + PATIENCE_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException();
        }
        session.breakMachine(broken);
    }

    /** Pictures are of the pages, not of what is offered once. */
    private static Remembered offered() {
        Remembered remembered = Remembered.inMemory();
        remembered.put(TourDesk.OFFERED, "offered");
        return remembered;
    }

    private static <T> T onScreen(java.util.concurrent.Callable<T> question) {
        java.util.concurrent.FutureTask<T> task = new java.util.concurrent.FutureTask<>(question);
        Platform.runLater(task);
        try {
            return task.get();
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** All of them, in an order in which one leads to the next. */
    List<Picture> pictures() {
        List<Picture> pictures = new ArrayList<>();
        pictures.add(picture("overview", () -> page("overview"), this::failureTold));
        pictures.add(picture(
                "machines",
                () -> {
                    page("machines");
                    desk().machinesPage().model().lookedProperty().set(null);
                    desk().machinesPage().model().checkShown(false);
                },
                this::failureSeen));
        pictures.add(
                picture("machines-checked", () -> desk().machinesPage().model().checkShown(true), () -> true));
        pictures.add(picture(
                "machine-failed",
                () -> {
                    desk().machinesPage().model().checkShown(false);
                    tab(broken, Tab.VERDICT);
                },
                () -> failureSeen() && detailHas(Tab.TIMELINE)));
        for (Tab tab : List.of(Tab.TIMELINE, Tab.EVIDENCE)) {
            pictures.add(picture("machine-" + tab.key(), () -> tab(broken, tab), () -> detailHas(tab)));
        }
        pictures.add(picture("machine-evidence-row", this::pointAtTheScript, () -> detailHas(Tab.EVIDENCE)));
        for (Tab tab : List.of(Tab.IDENTITY, Tab.POLICY, Tab.PAYLOAD, Tab.NOTES, Tab.RAW)) {
            pictures.add(picture("machine-" + tab.key(), () -> tab(broken, tab), () -> detailHas(tab)));
        }
        pictures.add(picture("machine-trusted", () -> tab(whole, Tab.VERDICT), () -> detailHas(Tab.TIMELINE)));
        pictures.add(picture("sandbox", () -> page("sandbox"), () -> true));
        pictures.add(new Picture(
                "palette-machine",
                () -> {
                    desk().shell().openPalette("machine");
                    return scene();
                },
                () -> true,
                () -> desk().shell().closePalette()));
        pictures.add(picture(
                "connection-examined",
                () -> {
                    page("connect");
                    desk().diagnose();
                },
                () -> desk().examined()));
        return pictures;
    }

    private FleetDesk desk() {
        return wiring.desk().orElseThrow(() -> new IllegalStateException("the sandbox is not open"));
    }

    private Picture picture(String name, Runnable arrange, BooleanSupplier ready) {
        return new Picture(
                name,
                () -> {
                    arrange.run();
                    return scene();
                },
                ready,
                () -> {});
    }

    /** A scene of its own for each picture, and the one shell in it. */
    private StackPane scene() {
        return new StackPane(desk().shell());
    }

    private void page(String key) {
        desk().model().pageProperty().set(key);
    }

    private void tab(AgentId id, Tab tab) {
        page("machines");
        desk().machinesPage().showMachine(id);
        desk().machinesPage().detail().tabProperty().set(tab);
    }

    private void pointAtTheScript() {
        tab(broken, Tab.VERDICT);
        // The timeline's failure says where in the evidence it is seen, the list's does not.
        desk().machinesPage().detail().failures().stream()
                .flatMap(failure -> failure.pointers().stream())
                .filter(Pointer.ImaEntry.class::isInstance)
                .findFirst()
                .ifPresent(desk().machinesPage().detail()::point);
    }

    private boolean failureTold() {
        Machine machine = desk().fleet().latest().byId().get(broken);
        return machine != null && machine.standing() == MachineState.FAILED && machine.failure() != null;
    }

    private boolean failureSeen() {
        return failureTold() && desk().machinesPage().model().rows().size() == MACHINES;
    }

    private boolean detailHas(Tab tab) {
        var detail = desk().machinesPage().detail();
        return switch (tab) {
            case VERDICT, TIMELINE -> !detail.timeline().stateProperty().get().loading();
            case EVIDENCE -> detail.evidence().stateProperty().get().value() != null;
            case IDENTITY -> detail.identity().stateProperty().get().value() != null;
            case PAYLOAD -> detail.payload().stateProperty().get().value() != null;
            case RAW -> detail.raw().stateProperty().get().value() != null;
            case POLICY, NOTES -> true;
        };
    }

    @Override
    public void close() {
        onScreen(() -> {
            wiring.close();
            return true;
        });
        session.close();
        work.shutdownNow();
    }
}
