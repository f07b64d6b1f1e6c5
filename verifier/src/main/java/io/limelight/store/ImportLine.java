package io.limelight.store;

/**
 * What becomes of one thing in a database of Keylime's.
 *
 * @param what it is: {@code agent d432…}
 * @param verdict whether it is taken
 * @param why a half sentence
 */
public record ImportLine(String what, Verdict verdict, String why) {
    /** Whether a thing is taken. */
    public enum Verdict {
        /** Yes. */
        TAKEN,
        /** It is here already, and stays as it is here. */
        KNOWN,
        /** It cannot be. */
        LEFT
    }
}
