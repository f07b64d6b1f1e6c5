package io.limelight.core.failure;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One thing that went wrong in an attestation, as data: it is made where it is found and travels unchanged through
 * log, API, command line and screen.
 *
 * <p>How severe it is depends on the administrator's rules and is not part of it: see {@link SeverityPolicy}.
 *
 * @param id event id, {@code component.type[.sub…]}, exactly as Keylime spells it (see {@link EventComponent}):
 *     administrators match it by regular expressions
 * @param sentence what happened, for people
 * @param likelyCauses why that usually happens, most likely first, for people; may be empty
 * @param context details for machines: JSON values (strings, numbers, lists of them) by name, in order
 * @param recoverable true if checking went on after it; an irrecoverable failure cut the checks short and always has
 *     the highest severity
 */
public record Failure(
        String id, String sentence, List<String> likelyCauses, Map<String, Object> context, boolean recoverable) {
    /** Copies list and map; the map keeps its order. */
    public Failure {
        if (id.isEmpty()) {
            throw new IllegalArgumentException("a failure needs an id");
        }
        likelyCauses = List.copyOf(likelyCauses);
        context = Collections.unmodifiableMap(new LinkedHashMap<>(context));
    }

    /** A failure after which checking went on. */
    public static Failure recoverable(
            String id, String sentence, List<String> likelyCauses, Map<String, Object> context) {
        return new Failure(id, sentence, likelyCauses, context, true);
    }

    /** A failure that ends the appraisal. */
    public static Failure irrecoverable(
            String id, String sentence, List<String> likelyCauses, Map<String, Object> context) {
        return new Failure(id, sentence, likelyCauses, context, false);
    }
}
