package io.limelight.console.machines;

import io.limelight.core.api.AgentId;
import java.util.Optional;

/** The certificates that machines have from the profile's CA. Never blocks. */
public interface MachineCertificates {
    /**
     * The one a machine has.
     *
     * @param serial decimal
     * @param state translated: {@code Valid}
     * @param until translated
     * @param good whether it is valid and stays so for a while
     */
    record Held(String serial, String state, String until, boolean good) {}

    /** Empty where the CA gave it none, or is not known. */
    Optional<Held> of(AgentId id);

    /** Opens it in the CA room. */
    void show(AgentId id);

    /** Where there is no CA. */
    static MachineCertificates none() {
        return new MachineCertificates() {
            @Override
            public Optional<Held> of(AgentId id) {
                return Optional.empty();
            }

            @Override
            public void show(AgentId id) {}
        };
    }
}
