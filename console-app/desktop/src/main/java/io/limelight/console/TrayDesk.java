package io.limelight.console;

import io.limelight.console.fleet.FleetSnapshot;
import io.limelight.console.fleet.Staleness;
import io.limelight.console.machines.evidence.Printable;
import io.limelight.console.notify.Notice;
import io.limelight.console.settings.SettingsViewModel;
import io.limelight.console.shell.Shell;
import io.limelight.console.tray.AwtTray;
import io.limelight.console.tray.DesktopTray;
import io.limelight.console.tray.TrayStatus;
import io.limelight.console.tray.TrayViewModel;
import java.util.Optional;
import javafx.beans.property.BooleanProperty;
import javafx.stage.Stage;
import javafx.stage.Window;
import javafx.stage.WindowEvent;
import javafx.util.Subscription;

/** The tray of an open fleet, if settings say so. */
final class TrayDesk implements AutoCloseable {
    private static final int LONGEST_NAME = 60;

    private final Shell.Parts parts;
    private final Shell shell;
    private final TrayViewModel model;
    private final Subscription following;

    /**
     * Follows settings.
     *
     * @param quiet whether nobody is to be disturbed
     */
    TrayDesk(Shell.Parts parts, Shell shell, String profile, SettingsViewModel settings, BooleanProperty quiet) {
        this.parts = parts;
        this.shell = shell;
        model = new TrayViewModel(
                (acts, then) -> AwtTray.open(parts.words(), acts, then),
                new DesktopTray.Acts(this::front, () -> quiet.set(!quiet.get()), this::quit),
                Printable.text(profile, LONGEST_NAME),
                parts.words(),
                parts.work(),
                parts.screen());
        following = quiet.subscribe(now -> model.quiet(now))
                .and(model.presenceProperty()
                        .subscribe(now -> settings.noTrayProperty().set(now == TrayViewModel.Presence.NONE)))
                .and(settings.trayProperty().subscribe(now -> model.on(now == SettingsViewModel.Tray.ON)));
    }

    /** A newer list of machines. */
    void told(FleetSnapshot snapshot, Staleness staleness) {
        model.told(TrayStatus.of(snapshot, staleness, parts.clock().instant()));
    }

    /** Something that the window says: the desktop says it where nobody looks at the window. */
    void take(Notice notice) {
        if (notice.kind().inWindow() && window().filter(Window::isFocused).isEmpty()) {
            model.say(notice.text(parts.words()), notice.kind().urgent());
        }
    }

    private Optional<Window> window() {
        return Optional.ofNullable(shell.getScene()).map(scene -> scene.getWindow());
    }

    private void front() {
        window().ifPresent(window -> {
            if (window instanceof Stage stage) {
                stage.setIconified(false);
                stage.toFront();
            }
            window.requestFocus();
        });
    }

    private void quit() {
        window().ifPresent(window -> window.fireEvent(new WindowEvent(window, WindowEvent.WINDOW_CLOSE_REQUEST)));
    }

    @Override
    public void close() {
        following.unsubscribe();
        model.close();
    }
}
