package io.limelight.console.tray;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.console.fleet.FakeFleet;
import io.limelight.console.fleet.MachineState;
import io.limelight.console.fleet.Staleness;
import io.limelight.console.tray.TrayViewModel.Presence;
import io.limelight.console.words.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class TrayTest {
    private static final Words WORDS = Words.english();

    private final List<String> seen = new ArrayList<>();
    private final List<Consumer<Optional<DesktopTray>>> opening = new ArrayList<>();
    private final AtomicReference<DesktopTray.Acts> menu = new AtomicReference<>();
    private final List<String> acts = new ArrayList<>();
    private final List<Runnable> screen = new ArrayList<>();
    private final TrayViewModel model = new TrayViewModel(
            (given, then) -> {
                menu.set(given);
                opening.add(then);
            },
            new DesktopTray.Acts(() -> acts.add("open"), () -> acts.add("quiet"), () -> acts.add("quit")),
            "dc-east",
            WORDS,
            Runnable::run,
            screen::add);

    private final DesktopTray tray = new DesktopTray() {
        @Override
        public void show(TrayFace face, String tooltip) {
            seen.add(face + " " + tooltip);
        }

        @Override
        public void say(String title, String text, boolean urgent) {
            seen.add("said " + text + (urgent ? "!" : ""));
        }

        @Override
        public void quiet(boolean now) {
            seen.add("quiet " + now);
        }

        @Override
        public void close() {
            seen.add("closed");
        }
    };

    private void settle() {
        List<Runnable> due = List.copyOf(screen);
        screen.clear();
        due.forEach(Runnable::run);
    }

    private void opens(Optional<DesktopTray> opened) {
        opening.removeFirst().accept(opened);
        settle();
    }

    private static TrayStatus failed(int machines) {
        return new TrayStatus(TrayFace.FAILED, machines, 1, 4);
    }

    @Test
    void nothingOfADesktopIsTouchedBeforeItIsSwitchedOn() {
        model.told(failed(2));
        model.say("web-07 failed", true);
        assertThat(opening).isEmpty();
        assertThat(seen).isEmpty();
        assertThat(model.presenceProperty().get()).isEqualTo(Presence.UNKNOWN);
    }

    @Test
    void itShowsHowTheFleetStandsAndSaysWhatHappens() {
        model.told(failed(2));
        model.on(true);
        opens(Optional.of(tray));
        model.told(failed(2));
        model.told(new TrayStatus(TrayFace.TRUSTED, 0, 0, 7));
        model.say("web-07 failed", true);
        assertThat(seen)
                .containsExactly(
                        "quiet false",
                        "FAILED dc-east: 2 failed, 1 stale, 4 trusted",
                        "TRUSTED dc-east: 0 failed, 0 stale, 7 trusted",
                        "said web-07 failed!");
        assertThat(model.presenceProperty().get()).isEqualTo(Presence.THERE);
    }

    @Test
    void whoIsNotToBeDisturbedIsNot() {
        model.on(true);
        opens(Optional.of(tray));
        model.quiet(true);
        seen.clear();
        model.say("web-07 failed", true);
        assertThat(seen).isEmpty();
    }

    @Test
    void aDesktopWithoutOneIsSaidToHaveNone() {
        model.on(true);
        opens(Optional.empty());
        assertThat(model.presenceProperty().get()).isEqualTo(Presence.NONE);
        model.say("x", true);
        model.on(false);
        assertThat(model.presenceProperty().get()).isEqualTo(Presence.UNKNOWN);
    }

    @Test
    void whatOpensAfterItWasSwitchedOffIsClosedAtOnce() {
        model.on(true);
        model.on(false);
        opens(Optional.of(tray));
        assertThat(seen).containsExactly("closed");
        model.on(true);
        opens(Optional.of(tray));
        model.close();
        assertThat(seen.getLast()).isEqualTo("closed");
    }

    @Test
    void itsMenuHandsToTheScreensThreadAndWaitsForNobody() {
        model.on(true);
        menu.get().open().run();
        menu.get().quiet().run();
        menu.get().quit().run();
        assertThat(acts).isEmpty();
        settle();
        assertThat(acts).containsExactly("open", "quiet", "quit");
    }

    @Test
    void theFaceIsThatOfTheWorstAndSilenceIsNone() {
        FakeFleet fleet = new FakeFleet();
        assertThat(status(fleet)).isEqualTo(TrayStatus.NOTHING);
        fleet.tell(FakeFleet.trusted("a"), FakeFleet.trusted("b"));
        assertThat(status(fleet).face()).isEqualTo(TrayFace.TRUSTED);
        fleet.tell(
                FakeFleet.trusted("a"), FakeFleet.machine("b", MachineState.TRUSTED, FakeFleet.NOW.minusSeconds(9999)));
        assertThat(status(fleet).face()).isEqualTo(TrayFace.STALE);
        fleet.tell(FakeFleet.trusted("a"), FakeFleet.failed("b", "ima.x", "x"));
        assertThat(status(fleet)).isEqualTo(new TrayStatus(TrayFace.FAILED, 1, 0, 1));
    }

    private static TrayStatus status(FakeFleet fleet) {
        return TrayStatus.of(fleet.latest(), Staleness.USUAL, FakeFleet.NOW);
    }

    @Test
    void aTooltipFitsEveryDesktop() {
        assertThat(failed(1).text(WORDS, "x".repeat(500))).hasSize(120);
    }

    @Test
    void itIsNeverOpenedWhereThereIsNoScreen() {
        List<Optional<DesktopTray>> got = new ArrayList<>();
        AwtTray.open(WORDS, new DesktopTray.Acts(() -> {}, () -> {}, () -> {}), got::add);
        assertThat(got).containsExactly(Optional.empty());
    }
}
