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
        /** Too many machines failed at once, and nobody is told before somebody decides. */
        BRAKE_HELD,
        /** A machine failed its policy. */
        FAILED,
        /** A machine's certificate was revoked. */
        REVOKED,
        /** A machine's last pass is too old. Beyond the window only: it comes and goes. */
        STALE,
        /** The CRL is older than it promised to be. */
        CRL_OVERDUE,
        /** A certificate ends soon. */
        EXPIRING,
        /** Notices that were held are sent. */
        BRAKE_RELEASED,
        /** Notices that were held will never be sent. */
        BRAKE_DISCARDED,
        /** Notices are no longer held. */
        BRAKE_ENDED;

        /** Names keys of words: {@code crl-overdue}. */
        public String key() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /** Whether it is about the brake, which the revocation board shows. */
        public boolean ofBrake() {
            return switch (this) {
                case BRAKE_HELD, BRAKE_RELEASED, BRAKE_DISCARDED, BRAKE_ENDED -> true;
                case FAILED, REVOKED, STALE, CRL_OVERDUE, EXPIRING -> false;
            };
        }

        /** Whether it cannot wait. */
        public boolean urgent() {
            return this == FAILED || this == REVOKED || this == BRAKE_HELD;
        }

        /** Whether the window says it. */
        public boolean inWindow() {
            return this != STALE;
        }
    }
}
