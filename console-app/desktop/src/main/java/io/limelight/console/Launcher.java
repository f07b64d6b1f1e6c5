package io.limelight.console;

/** Starts the console. Not an Application itself: on the class path JavaFX refuses a main class that is one. */
public final class Launcher {
    private Launcher() {}

    /** {@code limelight console} and {@code limelight screenshots}. */
    public static void main(String[] arguments) {
        System.err.println("limelight console: no window yet");
        System.exit(1);
    }
}
