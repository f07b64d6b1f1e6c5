package io.limelight.verifier.attest;

import io.limelight.core.api.AgentId;
import io.limelight.core.failure.Failure;
import io.limelight.core.failure.Severity;
import io.limelight.verifier.state.Lease;
import io.limelight.verifier.state.NewNotice;
import io.limelight.verifier.state.StoredNotice;
import java.util.Optional;

/**
 * How others are told of a failure. A notice is made before the verdict is committed, stored with it, and on its way only
 * after that; nothing here waits for a receiver.
 */
public interface Notices {
    /** Nobody is told of anything. */
    Notices NONE = new Notices() {
        @Override
        public Optional<NewNotice> of(
                Lease lease, AgentId id, String type, Failure failure, Severity severity, boolean raises) {
            return Optional.empty();
        }

        @Override
        public void stored(StoredNotice notice) {
            // Nobody is told.
        }
    };

    /**
     * Makes a notice.
     *
     * @param lease of the run that found the failure
     * @param type {@link io.limelight.core.revocation.RevocationNotice#REVOCATION} or
     *     {@link io.limelight.core.revocation.RevocationNotice#COMM_ERROR}
     * @param raises whether a later failure has to be more severe to be told of
     * @return empty if the lease has ended
     */
    Optional<NewNotice> of(Lease lease, AgentId id, String type, Failure failure, Severity severity, boolean raises);

    /** The notice was committed with its verdict. Returns at once. */
    void stored(StoredNotice notice);
}
