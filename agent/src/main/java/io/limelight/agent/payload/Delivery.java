package io.limelight.agent.payload;

import io.limelight.core.payload.BootstrapKey;

/**
 * What a pair of shares asks for, once they belong together.
 *
 * @param key a copy of K, closed by whoever takes this
 * @param content what it is to open
 */
record Delivery(BootstrapKey key, Content content) {
    /** What K is for. */
    sealed interface Content {
        /**
         * A payload came with U.
         *
         * @param container as it came
         * @param digest SHA-256 of it, hex
         */
        @SuppressWarnings("ArrayRecordComponent") // opened, never compared
        record Sent(byte[] container, String digest) implements Content {}

        /** The payload lies on this machine. */
        record Placed() implements Content {}

        /** No payload that this agent knows of: K is for others on this machine. */
        record KeyAlone() implements Content {}
    }

    /** Whether a payload is to be opened. */
    boolean isPayload() {
        return !(content instanceof Content.KeyAlone);
    }

    /** Whether it is this very container. */
    boolean brings(String digest) {
        return content instanceof Content.Sent sent && sent.digest().equals(digest);
    }
}
