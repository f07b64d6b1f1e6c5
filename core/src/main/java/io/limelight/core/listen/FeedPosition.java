package io.limelight.core.listen;

import io.limelight.core.json.WireJson;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * How far a CA has read what its verifier says.
 *
 * @param since when it began to: a notice issued later was missed only because one of both was away, so it counts even when it
 *     has expired meanwhile
 * @param cursor of the last event it is done with; empty before the first
 * @param known number of the newest notice it is done with, 0 for none
 * @param held least number of a notice that the brake was seen to hold, 0 for none
 */
record FeedPosition(Instant since, Optional<String> cursor, long known, long held) {
    /** Nothing read. */
    static FeedPosition begin(Instant now) {
        return new FeedPosition(now, Optional.empty(), 0, 0);
    }

    /** Has to look at every notice again: the verifier has another database, or does not know the cursor. */
    FeedPosition lost() {
        return new FeedPosition(since, Optional.empty(), 0, 0);
    }

    FeedPosition at(String event) {
        return new FeedPosition(since, Optional.of(event), known, held);
    }

    FeedPosition done(long notice) {
        return new FeedPosition(since, cursor, Math.max(known, notice), held);
    }

    FeedPosition holding(long notice) {
        return notice <= 0 ? this : new FeedPosition(since, cursor, known, held == 0 ? notice : Math.min(held, notice));
    }

    FeedPosition holdingNone() {
        return new FeedPosition(since, cursor, known, 0);
    }

    /** Every notice up to this number is over: acted on, or never to be sent. */
    long settled() {
        return held == 0 ? known : Math.min(known, held - 1);
    }

    /** Whether the cursor is of the stream that this one is of: its first part names the database. */
    boolean sameStream(String other) {
        return cursor.isPresent() && stream(cursor.get()).equals(stream(other));
    }

    private static String stream(String cursor) {
        int dash = cursor.lastIndexOf('-');
        return dash < 0 ? cursor : cursor.substring(0, dash);
    }

    byte[] encoded() {
        ObjectNode json = WireJson.object().put("since", since.toString());
        cursor.ifPresent(event -> json.put("cursor", event));
        return WireJson.compact(json.put("notice", known).put("held", held));
    }

    /** Empty if the bytes are none of {@link #encoded}. */
    static Optional<FeedPosition> decoded(byte[] bytes) {
        try {
            ObjectNode json = WireJson.parseObject(bytes);
            Optional<Instant> since = WireJson.text(json, "since").map(Instant::parse);
            Optional<Long> known = WireJson.number(json, "notice").filter(number -> number >= 0);
            Optional<Long> held = WireJson.number(json, "held").filter(number -> number >= 0);
            return since.isEmpty() || known.isEmpty() || held.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new FeedPosition(
                            since.get(), WireJson.nonEmptyText(json, "cursor"), known.get(), held.get()));
        } catch (IOException | DateTimeException e) {
            return Optional.empty();
        }
    }
}
