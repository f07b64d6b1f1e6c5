package io.limelight.verifier.state;

import org.jspecify.annotations.Nullable;

/** A revocation key as it lies in the database: sealed, so no secret, and no part of what the API tells either. */
public final class SealedRevocationKey {
    private final String owner;
    private final byte @Nullable [] sealed;

    /**
     * As stored.
     *
     * @param owner id of the agent it is bound to
     * @param sealed null if the agent has none
     */
    SealedRevocationKey(String owner, byte @Nullable [] sealed) {
        this.owner = owner;
        this.sealed = sealed;
    }

    String owner() {
        return owner;
    }

    byte @Nullable [] sealed() {
        return sealed;
    }
}
