package io.limelight.console.problem;

import java.util.List;

/**
 * Something went wrong, for people. Holds no secret and no stack trace.
 *
 * @param code can be searched: {@code connect.refused}
 * @param whatHappened one sentence
 * @param likelyCauses sentences, the most likely first
 * @param whatToDo sentences
 * @param details technical, for support; several lines; may be empty
 */
public record Problem(
        String code, String whatHappened, List<String> likelyCauses, List<String> whatToDo, String details) {
    /** Copies. */
    public Problem {
        likelyCauses = List.copyOf(likelyCauses);
        whatToDo = List.copyOf(whatToDo);
    }
}
