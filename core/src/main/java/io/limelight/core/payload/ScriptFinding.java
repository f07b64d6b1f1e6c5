package io.limelight.core.payload;

/**
 * Something to know about a script, or about an action, before it is sent.
 *
 * @param line from 1; 0: of the whole file
 * @param severity how bad it is
 * @param code can be searched: {@code crlf}
 * @param sentence what is so
 * @param advice what to do
 */
public record ScriptFinding(int line, Severity severity, String code, String sentence, String advice) {
    /** How bad it is. */
    public enum Severity {
        /** It will not do what it is meant to. */
        ERROR,
        /** It may not. */
        WARNING,
        /** To know. */
        HINT
    }
}
