package io.limelight.core.tpm;

/**
 * Bytes or text that are not the TPM structure they claim to be.
 *
 * <p>The message is one sentence for people: which structure, at which byte (or character) counted from its start,
 * and what was wrong there. It never holds more than short, harmless parts of the input.
 */
public final class TpmFormatException extends Exception {
    private final String structure;
    private final int offset;
    private final String problem;

    /**
     * @param structure the structure's name in the TCG specification, or the name of the text form
     * @param offset bytes (characters for text forms) from its start; the length means "at the end"
     * @param problem what is wrong, as the end of the sentence "STRUCTURE at byte N: …"
     */
    public TpmFormatException(String structure, int offset, String problem) {
        super(structure + " at byte " + offset + ": " + problem);
        this.structure = structure;
        this.offset = offset;
        this.problem = problem;
    }

    /** Name of the structure that could not be read. */
    public String structure() {
        return structure;
    }

    /** Where, counted from the start of that structure. */
    public int offset() {
        return offset;
    }

    /** The message, without a full stop: "STRUCTURE at byte N: …". */
    public String sentence() {
        return structure + " at byte " + offset + ": " + problem;
    }
}
