package io.limelight.core.uefi;

/**
 * Bytes that are no boot log. The message is one sentence for people: which event, at which byte of the log, and what is
 * wrong there; it holds no more than short, harmless parts of the input.
 */
public final class BootLogException extends Exception {
    private final int event;
    private final int offset;

    /**
     * @param event number of the event, 0 for the first
     * @param offset bytes from the start of the log
     * @param problem end of the sentence "Event N of the boot log (byte M) …"
     */
    BootLogException(int event, int offset, String problem) {
        super("Event " + event + " of the boot log (byte " + offset + ") " + problem);
        this.event = event;
        this.offset = offset;
    }

    /** Number of the event that could not be read, 0 for the first. */
    public int event() {
        return event;
    }

    /** Where in the log. */
    public int offset() {
        return offset;
    }

    /** The message, without a full stop. */
    public String sentence() {
        return String.valueOf(getMessage());
    }
}
