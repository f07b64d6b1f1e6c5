package io.limelight.verifier.state;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that readers of the event stream are told.
 *
 * @param sequence later events have higher ones
 * @param at when
 * @param kind what happened
 * @param body a JSON object
 * @param msg text of the notice it is about, where that may be known
 * @param signature signature of that text
 */
public record StoredEvent(
        long sequence,
        Instant at,
        String kind,
        String body,
        @Nullable String msg,
        @Nullable String signature) {}
