package io.limelight.core.api;

/** What a verifier stores by name. */
public enum PolicyKind {
    /** Runtime (IMA) policies. */
    RUNTIME("allowlists", PolicyNames.RUNTIME_KEY, "runtime policy", "runtime policies"),
    /** Reference states of measured boot. */
    MEASURED_BOOT("mbpolicies", PolicyNames.MEASURED_BOOT_KEY, "measured boot policy", "measured boot policies");

    private final String segment;
    private final String listKey;
    private final String noun;
    private final String plural;

    PolicyKind(String segment, String listKey, String noun, String plural) {
        this.segment = segment;
        this.listKey = listKey;
        this.noun = noun;
        this.plural = plural;
    }

    /** Its part of an address. */
    public String segment() {
        return segment;
    }

    /** The member of a list's results that holds the names. */
    public String listKey() {
        return listKey;
    }

    /** One, for people. */
    public String noun() {
        return noun;
    }

    /** Several, for people. */
    public String plural() {
        return plural;
    }
}
