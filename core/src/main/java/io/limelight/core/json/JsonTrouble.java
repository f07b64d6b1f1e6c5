package io.limelight.core.json;

import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;

/** What is wrong with a text that is no JSON, without what only the parser's developers understand. */
public final class JsonTrouble {
    /** Where an object began, in the words of a parser that was told to keep its input to itself. */
    private static final Pattern SOURCE =
            Pattern.compile("\\s*(?:\\((?:for|start marker)\\b[^\\[]*)?\\[Source:.*", Pattern.DOTALL);

    /** Switches of the parser, which no reader of the message can reach. */
    private static final Pattern SWITCH =
            Pattern.compile(":? ?(?:\\(?enable|, from|use) `[A-Za-z_.]+(?:\\(\\))?`(?: to allow\\)?)?");

    private JsonTrouble() {}

    /** The end of a sentence, without a full stop. */
    public static String of(JacksonException e) {
        String message = String.valueOf(e.getOriginalMessage());
        return SWITCH.matcher(SOURCE.matcher(message).replaceFirst("")).replaceAll("");
    }
}
