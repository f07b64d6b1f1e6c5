package io.limelight.console.work;

/**
 * The thread that draws. Whatever waits for a network, a disk or a lock says {@link #refuse} first: one blocked call there and the
 * window is frozen. Told by its name, so that services need no toolkit to ask.
 */
public final class ScreenThread {
    private static final String NAME = "JavaFX Application Thread";

    private ScreenThread() {}

    /** Throws on the screen's thread: a fault of the program, found by its tests. */
    public static void refuse(String doing) {
        if (Thread.currentThread().getName().equals(NAME)) {
            throw new IllegalStateException(doing + " on the screen's thread would freeze the window");
        }
    }
}
