package io.limelight.console.work;

/** How far work is. Called by the work, from any thread. */
public interface Progress {
    /** A step begins; a sentence or an order, translated. */
    void step(String title);

    /** How much is done; a total of zero or less says that nobody knows. */
    void done(long done, long total);
}
