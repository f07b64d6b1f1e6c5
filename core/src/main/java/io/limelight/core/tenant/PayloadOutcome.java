package io.limelight.core.tenant;

import io.limelight.core.json.WireJson;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What became of a payload, by the word of its machine.
 *
 * @param stage how far it is
 * @param runningSince since when its script runs
 * @param exit status of the script that ended
 * @param said why it failed, or what is worth knowing
 */
public record PayloadOutcome(Stage stage, Optional<String> runningSince, OptionalInt exit, Optional<String> said) {
    /** Of an agent that does not tell. */
    public static final PayloadOutcome NOT_REPORTED =
            new PayloadOutcome(Stage.NOT_REPORTED, Optional.empty(), OptionalInt.empty(), Optional.empty());

    private static final int SHOWN = 400;
    private static final Set<String> UNDER_WAY = Set.of("have_u", "have_v", "key_only", "unpacking");

    /** What a Limelight agent's {@code GET /limelight/v1/status} says. */
    static PayloadOutcome told(ObjectNode status) {
        String word = text(status, "payload_stage").orElse("");
        JsonNode exit = status.get("script_exit");
        Stage stage = switch (word) {
            case "running" -> Stage.RUNNING;
            case "done" -> Stage.DONE;
            case "failed", "no_match" -> Stage.FAILED;
            default -> UNDER_WAY.contains(word) ? Stage.OPENING : Stage.NOT_REPORTED;
        };
        return new PayloadOutcome(
                stage,
                text(status, "script_running_since"),
                exit != null && exit.isInt() ? OptionalInt.of(exit.asInt()) : OptionalInt.empty(),
                text(status, "payload_problem").or(() -> text(status, "payload_note")));
    }

    private static Optional<String> text(ObjectNode status, String member) {
        return WireJson.text(status, member)
                .map(text -> text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text)
                .map(text -> text.replaceAll("[\\p{Cntrl}\\p{Cf}]", "?"))
                .filter(text -> !text.isEmpty());
    }

    /** Whether the next look may show something else within moments. */
    boolean underWay() {
        return stage == Stage.OPENING || stage == Stage.RUNNING;
    }

    /** How far a payload is. */
    public enum Stage {
        /** Nobody tells. */
        NOT_REPORTED,
        /** Not opened yet. */
        OPENING,
        /** Its script runs. */
        RUNNING,
        /** Opened, and its script ended if there was one. */
        DONE,
        /** It could not be used. */
        FAILED
    }
}
