package io.limelight.console.machines;

import io.limelight.console.fleet.MachineState;
import io.limelight.console.machines.filter.MachineFacts;
import java.text.Collator;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The columns of the table and how each one sorts. Equal rows are in the order of their ids, so that nothing jumps about. */
public enum MachineColumn {
    /** The word for how it stands; the most urgent first. */
    STATE,
    /** Age of the last pass; the oldest first, never before all. */
    AGE,
    /** Alias, else id. */
    MACHINE,
    /** Where its agent listens. */
    ADDRESS,
    /** Names of its policies. */
    POLICY,
    /** What people wrote. */
    TAGS,
    /** How many attestations it passed. */
    ATTESTATIONS;

    /** Names keys of words and style classes. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Puts rows into the order of this column. What counts is worked out once for each row and not for each comparison, of which there
     * are seventeen times as many.
     */
    List<MachineFacts> sorted(List<MachineFacts> rows, boolean descending, Locale locale) {
        Comparator<Keyed> order = switch (this) {
            case STATE, AGE, ATTESTATIONS -> Comparator.comparingLong(Keyed::number);
            case MACHINE -> Comparator.comparing(Keyed::text, names(locale));
            case ADDRESS -> Comparator.comparing(Keyed::text, AddressOrder.INSTANCE);
            case POLICY, TAGS -> Comparator.comparing(Keyed::text);
        };
        Comparator<Keyed> whole = order.thenComparing(Keyed::id);
        Keyed[] keyed = new Keyed[rows.size()];
        for (int i = 0; i < keyed.length; i++) {
            MachineFacts row = rows.get(i);
            keyed[i] = new Keyed(number(row), text(row), row.machine().id().value(), row);
        }
        Arrays.sort(keyed, descending ? whole.reversed() : whole);
        List<MachineFacts> sorted = new ArrayList<>(keyed.length);
        for (Keyed row : keyed) {
            sorted.add(row.row());
        }
        return sorted;
    }

    private record Keyed(long number, String text, String id, MachineFacts row) {}

    private long number(MachineFacts row) {
        return switch (this) {
            case STATE -> ((long) urgency(row.state()) << 52) + passed(row);
            case AGE -> passed(row);
            case ATTESTATIONS -> row.machine().attestations();
            case MACHINE, ADDRESS, POLICY, TAGS -> 0;
        };
    }

    /** As the states are declared, the most urgent first. */
    private static int urgency(MachineState state) {
        return URGENCY.getOrDefault(state, 0);
    }

    private static final Map<MachineState, Integer> URGENCY = new EnumMap<>(MachineState.class);

    static {
        for (MachineState state : MachineState.values()) {
            URGENCY.put(state, URGENCY.size());
        }
    }

    /** Milliseconds of the last pass; never is before all. Fewer than 52 bits until the year 144,000. */
    private static long passed(MachineFacts row) {
        Instant passed = row.machine().lastPass();
        return passed == null ? 0 : Math.clamp(passed.toEpochMilli(), 1, (1L << 52) - 1);
    }

    private String text(MachineFacts row) {
        return switch (this) {
            case MACHINE -> shownName(row);
            case ADDRESS -> row.machine().address();
            case POLICY ->
                row.machine().runtimePolicy() + "\u0000" + row.machine().bootPolicy();
            case TAGS -> String.join(" ", row.labels().tags());
            case STATE, AGE, ATTESTATIONS -> "";
        };
    }

    static String shownName(MachineFacts facts) {
        String alias = facts.labels().alias();
        return alias.isEmpty() ? facts.machine().id().value() : alias;
    }

    /** As the language has it; plain ASCII without a collator, which takes a hundred times as long for a UUID. */
    private static Comparator<String> names(Locale locale) {
        Collator collator = Collator.getInstance(locale);
        return (one, other) -> ascii(one) && ascii(other)
                ? String.CASE_INSENSITIVE_ORDER.compare(one, other)
                : collator.compare(one, other);
    }

    private static boolean ascii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0x7f) {
                return false;
            }
        }
        return true;
    }
}
