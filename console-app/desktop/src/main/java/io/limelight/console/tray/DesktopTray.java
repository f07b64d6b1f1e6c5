package io.limelight.console.tray;

/** A place in the desktop's tray. Nothing of it waits for the tray's own thread. */
public interface DesktopTray extends AutoCloseable {
    /**
     * What its menu does; called on whatever thread the desktop has.
     *
     * @param open brings the window to the front
     * @param quiet switches "do not disturb"
     * @param quit closes the console
     */
    record Acts(Runnable open, Runnable quiet, Runnable quit) {}

    /** Shows how the fleet stands. */
    void show(TrayFace face, String tooltip);

    /** Says something, as the desktop says things. */
    void say(String title, String text, boolean urgent);

    /** Whether "do not disturb" has its tick. */
    void quiet(boolean now);

    /** Takes it away. */
    @Override
    void close();
}
