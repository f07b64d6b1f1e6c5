package io.limelight.console.activity;

import java.util.List;
import java.util.Map;

/** Where a page says what the administrator did. Called when an act has ended, from any thread but the screen's. */
@FunctionalInterface
public interface ActLog {
    /** Nobody keeps it: pictures and tests. */
    ActLog NONE = _ -> {};

    /** Keeps an act. Never fails the act: what cannot be kept is said by the log itself. */
    void did(Act act);

    /**
     * An act.
     *
     * @param kind stable and short, {@code group.verb}: {@code policy.assign}; names its words {@code activity.act.KIND}
     * @param objects what it was done to, by the ids of the wire: machines, policies, serials; nothing secret
     * @param outcome how it ended
     * @param facts what an auditor asks for, by short names: digests, reasons, counts; nothing secret
     */
    record Act(String kind, List<String> objects, Outcome outcome, Map<String, String> facts) {
        /** Copies what it is given. */
        public Act {
            objects = List.copyOf(objects);
            facts = Map.copyOf(facts);
        }
    }

    /** How an act ended. */
    enum Outcome {
        /** As asked. */
        DONE,
        /** For some of its objects. */
        PARTLY,
        /** Not, and nothing is changed as far as is known. */
        FAILED,
        /** Stopped by the administrator. */
        CANCELLED
    }
}
