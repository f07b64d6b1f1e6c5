package io.limelight.console.revocations;

import java.util.List;
import java.util.OptionalLong;

/**
 * What is known of revocations at one moment.
 *
 * @param channels in the order of {@link Channel.Kind}
 * @param notices the newest first
 * @param next older ones are before this; empty: there are none
 * @param brake whether notices are held
 * @param mayAct whether this side may do more than read
 * @param recordedHere whether the list is this console's own, since the verifier keeps none
 */
public record Board(
        List<Channel> channels,
        List<Notice> notices,
        OptionalLong next,
        Brake brake,
        boolean mayAct,
        boolean recordedHere) {
    /** Copies. */
    public Board {
        channels = List.copyOf(channels);
        notices = List.copyOf(notices);
    }

    /**
     * Older notices.
     *
     * @param notices the newest first
     * @param next still older ones are before this; empty: there are none
     */
    public record Older(List<Notice> notices, OptionalLong next) {
        /** Copies. */
        public Older {
            notices = List.copyOf(notices);
        }
    }
}
