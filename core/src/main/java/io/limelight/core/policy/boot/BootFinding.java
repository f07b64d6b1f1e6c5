package io.limelight.core.policy.boot;

import java.util.List;

/**
 * One reason why a policy rejects a log.
 *
 * @param sentence what is not as it should be, for people
 * @param likelyCauses why that usually happens, most likely first; may be empty
 * @param events numbers of the events it is about; may be empty
 */
public record BootFinding(String sentence, List<String> likelyCauses, List<Integer> events) {
    /** Copies the lists. */
    public BootFinding {
        likelyCauses = List.copyOf(likelyCauses);
        events = List.copyOf(events);
    }
}
