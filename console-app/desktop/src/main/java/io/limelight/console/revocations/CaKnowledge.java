package io.limelight.console.revocations;

import java.util.Optional;

/** What the fleet's CA folder tells about revocations, where there is one. */
public interface CaKnowledge {
    /** No folder. */
    CaKnowledge NONE = new CaKnowledge() {
        @Override
        public Optional<CrlFacts> crl() {
            return Optional.empty();
        }

        @Override
        public Holding hasPackage(String machine) {
            return Holding.UNKNOWN;
        }
    };

    /** Its CRL as it stands now; blocks for a look at a file. */
    Optional<CrlFacts> crl();

    /** Whether a machine has a certificate of this CA, and with it the notifier's. Never blocks. */
    Holding hasPackage(String machine);

    /** Whether it has. */
    enum Holding {
        YES,
        NO,
        /** Nothing is known of certificates. */
        UNKNOWN
    }
}
