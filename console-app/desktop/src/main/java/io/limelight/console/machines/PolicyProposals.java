package io.limelight.console.machines;

import java.util.List;

/** Opens what machines are judged by, with a change that would pass what failed. */
@FunctionalInterface
public interface PolicyProposals {
    /**
     * Opens.
     *
     * @param policy name of the runtime policy
     * @param rows of the IMA list that failed
     */
    void propose(String policy, List<String> rows);
}
