package io.limelight.verifier.policy;

/**
 * What a stored policy says now. All agents that are judged by it hold the same one, so an update reaches each of them at its
 * next attestation.
 *
 * @param <T> parsed and immutable
 */
public final class CurrentPolicy<T> {
    private final String name;
    private volatile T value;

    CurrentPolicy(String name, T value) {
        this.name = name;
        this.value = value;
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /** What it says. */
    public T value() {
        return value;
    }

    void become(T next) {
        value = next;
    }
}
