package io.limelight.core.api;

import java.io.IOException;

/**
 * A request to a service did not give what was asked for. The message is made of sentences for people: what was being
 * done, with whom, why it failed, and what to look at next. Which kind it is decides whether trying again can help.
 */
public abstract sealed class ApiException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Endpoint endpoint;

    private ApiException(Endpoint endpoint, String message) {
        super(message);
        this.endpoint = endpoint;
    }

    private ApiException(Endpoint endpoint, String message, Throwable cause) {
        super(message, cause);
        this.endpoint = endpoint;
    }

    /** Who was asked. */
    public Endpoint endpoint() {
        return endpoint;
    }

    /** True if the same request may succeed a little later. */
    public abstract boolean retryable();

    /** True if the request may have reached the service and taken effect there. */
    public abstract boolean mayHaveArrived();

    /** No connection, or it broke. */
    public static final class Unreachable extends ApiException {
        private static final long serialVersionUID = 1L;
        private final boolean sent;

        Unreachable(Endpoint endpoint, String message, boolean sent, IOException cause) {
            super(endpoint, message, cause);
            this.sent = sent;
        }

        @Override
        public boolean retryable() {
            return true;
        }

        @Override
        public boolean mayHaveArrived() {
            return sent;
        }
    }

    /** No answer, or not all of it, in time. */
    public static final class TimedOut extends ApiException {
        private static final long serialVersionUID = 1L;
        private final boolean sent;

        TimedOut(Endpoint endpoint, String message, boolean sent, IOException cause) {
            super(endpoint, message, cause);
            this.sent = sent;
        }

        @Override
        public boolean retryable() {
            return true;
        }

        @Override
        public boolean mayHaveArrived() {
            return sent;
        }
    }

    /** TLS: one side does not trust the other, or they do not speak the same TLS at all. */
    public static final class Untrusted extends ApiException {
        private static final long serialVersionUID = 1L;

        /** Who refused whom. */
        public enum Who {
            /** We do not accept the certificate of the service. */
            WE_REFUSED,
            /** The service does not accept our certificate, or wants one. */
            THEY_REFUSED,
            /** The handshake failed otherwise; often one side does not speak TLS. */
            NEITHER
        }

        private final Who who;

        Untrusted(Endpoint endpoint, String message, Who who, IOException cause) {
            super(endpoint, message, cause);
            this.who = who;
        }

        /** Who refused whom. */
        public Who who() {
            return who;
        }

        @Override
        public boolean retryable() {
            return false;
        }

        @Override
        public boolean mayHaveArrived() {
            return false;
        }
    }

    /** The service answered with an error. */
    public static final class Refused extends ApiException {
        private static final long serialVersionUID = 1L;
        private final int status;
        private final String reason;

        Refused(Endpoint endpoint, String message, int status, String reason) {
            super(endpoint, message);
            this.status = status;
            this.reason = reason;
        }

        /** The HTTP status. */
        public int status() {
            return status;
        }

        /** What the service said about it, harmless to print; empty if nothing. */
        public String reason() {
            return reason;
        }

        /** True if what was asked for does not exist. */
        public boolean notFound() {
            return status == 404;
        }

        /** True for 408 and 5xx except 501, which say "not now". */
        @Override
        public boolean retryable() {
            return status == 408 || status == 429 || (status >= 500 && status != 501);
        }

        @Override
        public boolean mayHaveArrived() {
            return true;
        }
    }

    /** The answer is not one this API gives: not JSON, too large, compressed, a redirect, members missing. */
    public static final class BadAnswer extends ApiException {
        private static final long serialVersionUID = 1L;

        BadAnswer(Endpoint endpoint, String message) {
            super(endpoint, message);
        }

        BadAnswer(Endpoint endpoint, String message, Throwable cause) {
            super(endpoint, message, cause);
        }

        @Override
        public boolean retryable() {
            return false;
        }

        @Override
        public boolean mayHaveArrived() {
            return true;
        }
    }

    /** The caller cancelled the work or interrupted the thread. */
    public static final class Stopped extends ApiException {
        private static final long serialVersionUID = 1L;
        private final boolean sent;

        Stopped(Endpoint endpoint, boolean sent) {
            super(endpoint, "Cancelled.");
            this.sent = sent;
        }

        @Override
        public boolean retryable() {
            return false;
        }

        @Override
        public boolean mayHaveArrived() {
            return sent;
        }
    }
}
