package io.limelight.console.tray;

import io.limelight.console.words.Words;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import org.jspecify.annotations.Nullable;

/**
 * The tray of an open fleet. Off until it is switched on; nothing of a desktop is touched before. Used on the screen's thread; a tray is
 * opened off it.
 */
public final class TrayViewModel implements AutoCloseable {
    private final Opener opener;
    private final DesktopTray.Acts acts;
    private final String profile;
    private final Words words;
    private final Executor work;
    private final Executor screen;
    private final ReadOnlyObjectWrapper<Presence> presence = new ReadOnlyObjectWrapper<>(Presence.UNKNOWN);
    private @Nullable DesktopTray tray;
    private TrayStatus status = TrayStatus.NOTHING;
    private boolean quiet;
    private boolean on;
    private long asked;

    /** Whether the desktop has one. */
    public enum Presence {
        /** Nobody wanted it yet. */
        UNKNOWN,
        /** It is shown. */
        THERE,
        /** The desktop has none. */
        NONE
    }

    /** Opens a tray; blocks. */
    @FunctionalInterface
    public interface Opener {
        /** Opens; {@code then} may be called on any thread, once. */
        void open(DesktopTray.Acts acts, Consumer<Optional<DesktopTray>> then);
    }

    /**
     * Off.
     *
     * @param acts of its menu, on the screen's thread
     * @param profile for people
     */
    public TrayViewModel(
            Opener opener, DesktopTray.Acts acts, String profile, Words words, Executor work, Executor screen) {
        this.opener = opener;
        this.acts = new DesktopTray.Acts(
                () -> screen.execute(acts.open()),
                () -> screen.execute(acts.quiet()),
                () -> screen.execute(acts.quit()));
        this.profile = profile;
        this.words = words;
        this.work = work;
        this.screen = screen;
    }

    /** Switches it on or off. */
    public void on(boolean now) {
        if (now == on) {
            return;
        }
        on = now;
        asked++;
        if (!now) {
            presence.set(Presence.UNKNOWN);
            drop();
            return;
        }
        long mine = asked;
        work.execute(() -> opener.open(acts, opened -> screen.execute(() -> opened(mine, opened))));
    }

    private void opened(long mine, Optional<DesktopTray> opened) {
        if (mine != asked) {
            // Switched off meanwhile.
            opened.ifPresent(DesktopTray::close);
            return;
        }
        presence.set(opened.isPresent() ? Presence.THERE : Presence.NONE);
        opened.ifPresent(there -> {
            tray = there;
            there.quiet(quiet);
            there.show(status.face(), status.text(words, profile));
        });
    }

    private void drop() {
        DesktopTray open = tray;
        tray = null;
        if (open != null) {
            open.close();
        }
    }

    /** How the fleet stands now. */
    public void told(TrayStatus now) {
        if (!now.equals(status)) {
            status = now;
            if (tray != null) {
                tray.show(now.face(), now.text(words, profile));
            }
        }
    }

    /** Says something, unless nobody is to be disturbed. */
    public void say(String text, boolean urgent) {
        if (tray != null && !quiet) {
            tray.say(words.of("tray.title-of", profile), text, urgent);
        }
    }

    /** Whether nobody is to be disturbed. */
    public void quiet(boolean now) {
        quiet = now;
        if (tray != null) {
            tray.quiet(now);
        }
    }

    /** Whether there is one. */
    public ReadOnlyObjectProperty<Presence> presenceProperty() {
        return presence.getReadOnlyProperty();
    }

    @Override
    public void close() {
        on(false);
    }
}
