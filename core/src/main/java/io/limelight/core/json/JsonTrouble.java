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

    /** A text of an unknown sender, of which so much is told as shows what it is. */
    private static final Pattern TOKEN = Pattern.compile("(Unrecognized token '.{24}).*(?=':)", Pattern.DOTALL);

    private JsonTrouble() {}

    /** The end of a sentence, without a full stop. */
    public static String of(JacksonException e) {
        String message = TOKEN.matcher(String.valueOf(e.getOriginalMessage())).replaceFirst("$1...");
        return SWITCH.matcher(SOURCE.matcher(message).replaceFirst("")).replaceAll("");
    }
}
