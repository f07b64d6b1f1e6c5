package io.limelight.console.fleet;

/** What can be done to a machine without more to say. */
public enum MachineAct {
    /** Keylime's reactivate: asked again after a failure. */
    REACTIVATE,
    /** Keylime's stop. */
    STOP,
    /** Not asked, nobody told (Limelight's verifier). */
    PAUSE,
    /** Asked again (Limelight's verifier). */
    RESUME,
    /** Asked now (Limelight's verifier). */
    ATTEST,
    /** No longer watched: deleted at the verifier. */
    DELETE,
    /** Its registration is forgotten: deleted at the registrar. */
    FORGET;

    /** Only our verifier can. */
    public boolean limelightOnly() {
        return this == PAUSE || this == RESUME || this == ATTEST;
    }

    /** Names keys of words: {@code pause}. */
    public String key() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
