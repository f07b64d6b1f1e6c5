package io.limelight.verifier.policy;

/**
 * What a stored policy says now. All agents that are judged by it hold the same one, so an update reaches each of them at its
 * next attestation.
 *
 * @param <T> parsed and immutable
 */
public final class CurrentPolicy<T> {
    private volatile T value;

    CurrentPolicy(T value) {
        this.value = value;
    }

    /** What it says. */
    public T value() {
        return value;
    }

    void become(T next) {
        value = next;
    }
}
