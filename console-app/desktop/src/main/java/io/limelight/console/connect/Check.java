package io.limelight.console.connect;

/** Steps of the doctor, in the order of the wire. */
public enum Check {
    /** The name leads to an address. */
    NAME(true),
    /** Somebody listens. */
    PORT(true),
    /** It speaks TLS. */
    TLS(true),
    /** Its certificate is vouched for by the CA of the profile. */
    CHAIN(true),
    /** Its certificate names the host; Keylime's need not. */
    SAN(false),
    /** The own key can be read and belongs to the own certificate. */
    CLIENT_KEY(true),
    /** The server accepts it. */
    CLIENT_ACCEPTED(true),
    /** There is a version of the API that both speak. */
    VERSION(true),
    /** It asks machines (pull), or waits for them (push), which is not spoken yet. */
    MODE(true),
    /** What the own certificate may do. */
    ROLE(false);

    private final boolean needed;

    Check(boolean needed) {
        this.needed = needed;
    }

    /** Whether a connection is of no use without it. */
    public boolean needed() {
        return needed;
    }

    /** Names keys of words: {@code client-key}. */
    public String key() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
}
