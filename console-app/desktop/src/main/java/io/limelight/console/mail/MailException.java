package io.limelight.console.mail;

import java.io.Serial;
import java.util.List;
import java.util.Locale;

/** A mail was not taken by its server, or not for all it was for. */
public final class MailException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private final Reason reason;
    private final transient List<String> refused;

    /** Why. */
    public enum Reason {
        /** No such host. */
        HOST_UNKNOWN,
        /** Nothing listens there, or something in between does not let it through. */
        NOT_REACHABLE,
        /** It did not answer in time. */
        TIMED_OUT,
        /** Nobody vouches for its certificate, or the certificate is another host's. */
        NOT_TRUSTED,
        /** It has no TLS, or something in between took it away. */
        NO_TLS,
        /** User or password are not accepted. */
        LOGIN_REFUSED,
        /** It does not take mail from this sender. */
        SENDER_REFUSED,
        /** It does not take mail for some of the recipients; the others have it. */
        RECIPIENT_REFUSED,
        /** It was broken off here. */
        CANCELLED,
        /** Something else it said. */
        REFUSED;

        /** Names keys of words: {@code host-unknown}. */
        public String key() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * Why.
     *
     * @param message technical: what the server said, made harmless
     * @param refused recipients that do not have it, where it is about them
     */
    MailException(Reason reason, String message, List<String> refused, Throwable cause) {
        super(message, cause);
        this.reason = reason;
        this.refused = List.copyOf(refused);
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }

    /** Recipients that do not have it. */
    public List<String> refused() {
        return refused == null ? List.of() : refused;
    }
}
