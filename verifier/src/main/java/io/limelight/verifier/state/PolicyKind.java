package io.limelight.verifier.state;

/** The kinds of policies that are stored by name. */
public enum PolicyKind {
    /** What a measurement list may hold: {@code /allowlists}. */
    RUNTIME("runtime", "runtime_policy", "Runtime policy"),
    /** What a boot log may say: {@code /mbpolicies}. */
    BOOT("boot", "boot_policy", "Measured boot policy");

    private final String stored;
    private final String agentColumn;
    private final String noun;

    PolicyKind(String stored, String agentColumn, String noun) {
        this.stored = stored;
        this.agentColumn = agentColumn;
        this.noun = noun;
    }

    /** Its name in the database. */
    String stored() {
        return stored;
    }

    /** The column that names an agent's policy of this kind. */
    String agentColumn() {
        return agentColumn;
    }

    /** As it begins a sentence. */
    public String noun() {
        return noun;
    }
}
