package io.limelight.console.revocations;

import java.math.BigInteger;

/** The way from a revocation to the certificate in the CA room. On the screen's thread. */
public interface CertificateDoor {
    /** There is no CA room. */
    CertificateDoor NONE = new CertificateDoor() {
        @Override
        public boolean has(BigInteger serial) {
            return false;
        }

        @Override
        public void open(BigInteger serial) {
            throw new IllegalStateException("there is no CA room");
        }
    };

    /** Whether the CA that is open issued it, or has it on its list. */
    boolean has(BigInteger serial);

    /** Shows it. */
    void open(BigInteger serial);
}
