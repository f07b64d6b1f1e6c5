package io.limelight.console.advice;

/** A place of this console where something is done about a failure. */
public enum Door {
    /** What the machine proved, at the place the failure points at. */
    EVIDENCE("machines.tab.evidence"),
    /** The keys it registered. */
    IDENTITY("machines.tab.identity"),
    /** A change of its runtime policy that would pass what failed. */
    PROPOSE("machines.propose-change"),
    /** Its runtime policy, opened. */
    RUNTIME_POLICY("policies.title"),
    /** Its measured boot policy, opened. */
    BOOT_POLICY("policies.title"),
    /** TPM policies. */
    TPM_POLICY("policies.title"),
    /** The guided way back. */
    REENROL("revocations.reenrol"),
    /** Asking it again. */
    REACTIVATE("machines.act.reactivate.one");

    private final String nameKey;

    Door(String nameKey) {
        this.nameKey = nameKey;
    }

    /** Key of words: what is written on what a person presses, where it stands. */
    public String nameKey() {
        return nameKey;
    }
}
