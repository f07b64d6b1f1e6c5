package io.limelight.console.fleet;

import io.limelight.core.api.OperationalState;

/**
 * What a verifier's state means for people.
 *
 * @param state before time is taken into account
 * @param reason why it is stale; {@link StaleReason#NONE} otherwise
 */
record Standing(MachineState state, StaleReason reason) {
    private static final Standing WAITING = new Standing(MachineState.WAITING, StaleReason.NONE);
    private static final Standing PROVING = new Standing(MachineState.PROVING, StaleReason.NONE);
    private static final Standing TRUSTED = new Standing(MachineState.TRUSTED, StaleReason.NONE);
    private static final Standing FAILED = new Standing(MachineState.FAILED, StaleReason.NONE);

    /** Registered, and nobody watches it. */
    static Standing waiting() {
        return WAITING;
    }

    /**
     * Of a watched machine. Limelight's words say nothing that its number does not say too, so both servers are read by the number;
     * only a word that contradicts it counts, and only to the worse. A number nobody knows is no verdict.
     *
     * @param operationalState as on Keylime's wire
     * @param word of Limelight's list; empty from Keylime
     * @param passes how many attestations passed
     */
    static Standing of(int operationalState, String word, long passes) {
        Standing byNumber = OperationalState.of(operationalState)
                .map(state -> of(state, passes))
                .orElse(PROVING);
        return byNumber.equals(TRUSTED) && !word.isEmpty() ? byWord(word) : byNumber;
    }

    private static Standing of(OperationalState state, long passes) {
        return switch (state) {
            // A reactivated machine too: what it passed before says nothing about now.
            case REGISTERED, START -> PROVING;
            case SAVED -> stale(StaleReason.PAUSED);
            case GET_QUOTE, PROVIDE_V -> passes > 0 ? TRUSTED : PROVING;
            case GET_QUOTE_RETRY, PROVIDE_V_RETRY -> stale(StaleReason.NOT_ANSWERING);
            case FAILED -> stale(StaleReason.GIVEN_UP);
            case TERMINATED, TENANT_FAILED -> stale(StaleReason.STOPPED);
            case INVALID_QUOTE -> FAILED;
        };
    }

    private static Standing byWord(String word) {
        return switch (word) {
            case "trusted" -> TRUSTED;
            case "not_answering" -> stale(StaleReason.NOT_ANSWERING);
            case "failed" -> FAILED;
            case "given_up" -> stale(StaleReason.GIVEN_UP);
            case "paused" -> stale(StaleReason.PAUSED);
            case "stopped", "being_deleted" -> stale(StaleReason.STOPPED);
            default -> PROVING;
        };
    }

    private static Standing stale(StaleReason reason) {
        return new Standing(MachineState.STALE, reason);
    }
}
