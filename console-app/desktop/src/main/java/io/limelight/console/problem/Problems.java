package io.limelight.console.problem;

import io.limelight.console.words.Words;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes problems of words. For a code {@code records.damaged} the sentence is {@code records.damaged.what}, the causes are {@code
 * records.damaged.cause1} and so on, and what to do is {@code records.damaged.do1} and so on.
 */
public final class Problems {
    private static final int MOST = 9;

    private Problems() {}

    /**
     * A problem.
     *
     * @param details technical, without secrets; may be empty
     * @param arguments of every text
     */
    public static Problem of(Words words, String code, String details, Object... arguments) {
        return new Problem(
                code,
                words.of(code + ".what", arguments),
                texts(words, code + ".cause", arguments),
                texts(words, code + ".do", arguments),
                details);
    }

    /** The same, to be thrown. */
    public static ProblemException thrown(Words words, String code, @Nullable Throwable cause, Object... arguments) {
        return new ProblemException(
                of(words, code, cause == null ? "" : String.valueOf(cause.getMessage()), arguments), cause);
    }

    private static List<String> texts(Words words, String prefix, Object... arguments) {
        List<String> texts = new ArrayList<>();
        for (int i = 1; i <= MOST; i++) {
            String key = prefix + i;
            String text = words.of(key, arguments);
            if (text.equals(key)) {
                break;
            }
            texts.add(text);
        }
        return texts;
    }
}
