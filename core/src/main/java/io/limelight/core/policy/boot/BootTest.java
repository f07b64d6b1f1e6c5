package io.limelight.core.policy.boot;

import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.uefi.BootLog;
import java.util.List;

/** A policy with its reference state, ready to judge any number of logs; immutable. */
@FunctionalInterface
public interface BootTest {
    /**
     * Judges a log whose digests of one bank are known to be what the TPM measured.
     *
     * @param log the log; {@code bank} is one of its banks
     * @param bank the only bank whose digests may be believed
     * @return why it is rejected, the most important reason first; empty if it is accepted
     */
    List<BootFinding> judge(BootLog log, HashAlgorithm bank);
}
