package io.limelight.console.fleet;

import java.util.List;
import java.util.Map;

/**
 * One thing that went wrong with a machine, in words.
 *
 * @param id event id as on Keylime's wire
 * @param severity label
 * @param sentence what happened; empty where the server (Keylime's) tells only the id
 * @param likelyCauses why that usually happens, most likely first
 * @param pointers where in the evidence it is seen
 * @param actions what can be done, most likely first
 * @param context details by name, printable and bounded
 */
public record FailureSummary(
        String id,
        String severity,
        String sentence,
        List<String> likelyCauses,
        List<Pointer> pointers,
        List<Action> actions,
        Map<String, String> context) {
    /** Copies. */
    public FailureSummary {
        likelyCauses = List.copyOf(likelyCauses);
        pointers = List.copyOf(pointers);
        actions = List.copyOf(actions);
        context = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(context));
    }

    /**
     * Something that can be done.
     *
     * @param id of {@link io.limelight.core.failure.NextStep}, or of a newer service's; empty: the service names none
     * @param sentence as the service says it
     */
    public record Action(String id, String sentence) {}

    /** A place in the evidence. */
    public sealed interface Pointer {
        /**
         * A row of the IMA list.
         *
         * @param entry counted from 1, as in sentences
         */
        record ImaEntry(long entry) implements Pointer {}

        /**
         * A PCR of the quote.
         *
         * @param pcr its number
         */
        record Pcr(int pcr) implements Pointer {}

        /**
         * An event of the boot log.
         *
         * @param event as {@code limelight policy} numbers them
         */
        record BootEvent(long event) implements Pointer {}
    }
}
