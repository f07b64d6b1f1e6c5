package io.limelight.console.connect;

import java.util.List;

/**
 * What the doctor found.
 *
 * @param findings step by step
 * @param role what the own certificate may do at the verifier
 * @param complete false when it was cancelled
 */
public record Diagnosis(List<Finding> findings, Role role, boolean complete) {
    /** Copies. */
    public Diagnosis {
        findings = List.copyOf(findings);
    }

    /** What a client may do. */
    public enum Role {
        /** Read and act. */
        ADMINISTRATOR,
        /** Read. */
        OBSERVER,
        /** Keylime has no roles, or it did not come to that. */
        UNKNOWN;

        /** Names keys of words: {@code administrator}. */
        public String key() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** Whether everything that a connection needs was seen to be there. */
    public boolean usable() {
        return complete && findings.stream().noneMatch(finding -> finding.status() == Finding.Status.FAILED);
    }
}
