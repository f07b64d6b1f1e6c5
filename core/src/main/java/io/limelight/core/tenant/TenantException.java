package io.limelight.core.tenant;

import io.limelight.core.api.ApiException;
import io.limelight.core.endorsement.EndorsementException;
import io.limelight.core.failure.Failure;
import io.limelight.core.task.CancelledException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An act that did not come to its end. The message is made of sentences for people; kind and {@link Aftermath} say the same
 * to programs.
 */
public final class TenantException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What went wrong. */
    public enum Kind {
        /** What was asked for cannot be done, or makes no sense; nobody was asked yet. */
        BAD_DRAFT,
        /** The payload or its keys cannot be used. */
        PAYLOAD,
        /** A policy, its signature, a key or a name of these cannot be used. */
        POLICY,
        /** Own certificates, keys or trusted CAs cannot be used. */
        SETUP,
        /** The registrar does not know the machine. */
        NOT_REGISTERED,
        /** Which machine is meant is not clear. */
        AMBIGUOUS,
        /** What the registrar has on record cannot be used. */
        BAD_RECORD,
        /** The machine speaks plain HTTP, which has not been allowed. */
        WITHOUT_TLS,
        /** A service runs in push mode. */
        PUSH_MODE,
        /** No API version in common. */
        NO_COMMON_VERSION,
        /** The machine did not prove its identity. */
        IDENTITY,
        /** The machine's EK is not accepted. */
        ENDORSEMENT,
        /** The verifier watches the machine already. */
        ALREADY_WATCHED,
        /** The verifier does not know the machine. */
        NOT_WATCHED,
        /** The verifier did what was asked, but it does not show. */
        NO_EFFECT,
        /** The machine has not proved that it has the key. */
        KEY_NOT_PROVEN,
        /** A request failed: see the cause, an {@link ApiException}. */
        REQUEST,
        /** Stopped by the one who started it. */
        CANCELLED
    }

    /** What an unfinished enrolment has left behind. */
    public enum Aftermath {
        /** Nothing was sent to machine or verifier. */
        NOTHING(""),
        /** An older enrolment was deleted, and no new one made. */
        DELETED("The machine is no longer watched: its former enrolment was deleted for the update."),
        /** The machine was sent the share U, which is worth nothing alone; the verifier knows nothing. */
        SHARE_SENT("The machine may hold the share U, which is worth nothing without V; nothing is enrolled."),
        /** The verifier may or may not have taken the machine. */
        UNKNOWN("Whether the verifier took the machine is not known; ask with -c cvstatus, and repeat with -c update."),
        /** The verifier has taken the machine; what has become of it since is not known. */
        ENROLLED("The machine is enrolled; ask with -c cvstatus whether the verifier watches it."),
        /** The verifier has been told to watch it no longer. */
        STOPPED("The verifier was told to stop watching the machine.");

        private final String sentence;

        Aftermath(String sentence) {
            this.sentence = sentence;
        }

        /** For people; empty if there is nothing to say. */
        public String sentence() {
            return sentence;
        }
    }

    private final Kind kind;
    private final Aftermath aftermath;
    private final transient List<Failure> failures;

    /** With sentences for people; nothing was left behind. */
    public TenantException(Kind kind, String sentences) {
        this(kind, sentences, Aftermath.NOTHING, List.of(), null);
    }

    TenantException(Kind kind, String sentences, @Nullable Throwable cause) {
        this(kind, sentences, Aftermath.NOTHING, List.of(), cause);
    }

    TenantException(
            Kind kind, String sentences, Aftermath aftermath, List<Failure> failures, @Nullable Throwable cause) {
        super(sentences, cause);
        this.kind = kind;
        this.aftermath = aftermath;
        this.failures = List.copyOf(failures);
    }

    static TenantException of(ApiException e) {
        return e instanceof ApiException.Stopped
                ? new TenantException(Kind.CANCELLED, "Cancelled.", e)
                : new TenantException(Kind.REQUEST, String.valueOf(e.getMessage()), e);
    }

    static TenantException of(CancelledException e) {
        return new TenantException(Kind.CANCELLED, "Cancelled.", e);
    }

    static TenantException of(EndorsementException e) {
        return new TenantException(Kind.ENDORSEMENT, String.valueOf(e.getMessage()), e);
    }

    /** The same, having left this behind. */
    TenantException leaving(Aftermath left) {
        return left == aftermath
                ? this
                : new TenantException(kind, String.valueOf(getMessage()), left, failures, getCause());
    }

    /** What went wrong. */
    public Kind kind() {
        return kind;
    }

    /** What it left behind. */
    public Aftermath aftermath() {
        return aftermath;
    }

    /** The failures of an identity quote; empty otherwise. */
    public List<Failure> failures() {
        return failures;
    }

    /** Message and what it left behind, as sentences. */
    public String sentences() {
        String message = String.valueOf(getMessage());
        return aftermath.sentence().isEmpty() ? message : message + " " + aftermath.sentence();
    }
}
