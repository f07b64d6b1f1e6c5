package io.limelight.console.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes of a new list what it was before wherever it says the same, so that whoever draws it can skip what did not change. */
final class Settling {
    /** Ages are whole seconds, and an answer takes its time. */
    private static final Duration SAME = Duration.ofSeconds(2);

    private static final int MOST_NAMES = 10_000;

    private final Map<String, String> names = new HashMap<>();

    /** One object for a name that many machines have. */
    String name(String name) {
        String known = names.get(name);
        if (known == null) {
            if (names.size() < MOST_NAMES) {
                names.put(name, name);
            }
            return name;
        }
        return known;
    }

    /** The time of before if the new one is the same but for rounding. */
    static @Nullable Instant time(@Nullable Instant before, @Nullable Instant now) {
        return before != null
                        && now != null
                        && Duration.between(before, now).abs().compareTo(SAME) <= 0
                ? before
                : now;
    }

    /** Whether it is the very same list, which is told without looking at 100,000 machines. */
    @SuppressWarnings("ReferenceEquality")
    static boolean very(List<Machine> one, List<Machine> other) {
        return one == other;
    }

    /** The machine of before if it is as it was. */
    static Machine machine(@Nullable Machine before, Machine now) {
        return before != null && before.equals(now) ? before : now;
    }

    /** The list of before if every machine is the very one; otherwise the new one, which nobody changes any more. */
    static List<Machine> list(List<Machine> before, List<Machine> now) {
        if (before.size() == now.size() && allVery(before, now)) {
            return before;
        }
        return Collections.unmodifiableList(now);
    }

    @SuppressWarnings("ReferenceEquality")
    private static boolean allVery(List<Machine> before, List<Machine> now) {
        for (int i = 0; i < now.size(); i++) {
            if (before.get(i) != now.get(i)) {
                return false;
            }
        }
        return true;
    }
}
