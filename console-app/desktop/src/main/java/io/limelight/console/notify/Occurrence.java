package io.limelight.console.notify;

import java.util.Locale;

/**
 * Something that happened once.
 *
 * @param kind what
 * @param key the same for the same occurrence, told how often so ever
 * @param name of what it happened to, for people
 * @param id of what it happened to, on the wire
 */
public record Occurrence(Kind kind, String key, String name, String id) {
    /** What happened; the order is that of urgency. */
    public enum Kind {
        /** A machine failed its policy. */
        FAILED,
        /** A machine's certificate was revoked. */
        REVOKED,
        /** A machine's last pass is too old. Beyond the window only: it comes and goes. */
        STALE,
        /** The CRL is older than it promised to be. */
        CRL_OVERDUE,
        /** A certificate ends soon. */
        EXPIRING;

        /** Names keys of words: {@code crl-overdue}. */
        public String key() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /** Whether the window says it. */
        boolean inWindow() {
            return this != STALE;
        }
    }
}
