package io.limelight.console.kit;

import io.limelight.console.problem.Problem;

/**
 * A problem as text to send to somebody: ids, addresses, host names, digests and people's folders are replaced by numbered words, the
 * same one by the same number, so that it can still be followed.
 */
public final class SupportText {
    private SupportText() {}

    /** Of a problem. */
    public static String of(Problem problem) {
        StringBuilder text = new StringBuilder();
        text.append(problem.code()).append('\n').append(problem.whatHappened()).append('\n');
        problem.likelyCauses().forEach(cause -> text.append("? ").append(cause).append('\n'));
        problem.whatToDo().forEach(act -> text.append("> ").append(act).append('\n'));
        if (!problem.details().isBlank()) {
            text.append('\n').append(problem.details()).append('\n');
        }
        return mask(text.toString());
    }

    /** Masks a text. */
    public static String mask(String text) {
        return new Masker().mask(text);
    }
}
