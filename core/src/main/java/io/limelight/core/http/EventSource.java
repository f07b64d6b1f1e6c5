package io.limelight.core.http;

import java.io.IOException;

/** Gives one reader its events, one after the other, for as long as it is there. */
@FunctionalInterface
public interface EventSource {
    /**
     * Sends events until there are no more; returning ends the answer. Runs on the virtual thread of the request and may
     * block. Waits should not be longer than the listener's idle time: {@link Sink#ping} in between.
     *
     * @throws IOException from the sink, when the reader has left or does not read
     */
    void sendTo(Sink sink) throws IOException;

    /** One reader. A call returns when the bytes have been handed to the network, so that a slow reader slows its source. */
    interface Sink {
        /**
         * Sends an event.
         *
         * @param id the cursor after it, without line breaks; empty for an event that moves no cursor
         * @param event its kind, without line breaks
         * @param data one line or several
         */
        void send(String id, String event, String data) throws IOException;

        /** Shows that the source is alive, and finds out whether the reader is. */
        void ping() throws IOException;
    }
}
