package io.limelight.console.machines;

import io.limelight.console.machines.filter.MachineFacts;
import java.text.Collator;
import java.time.Instant;
import java.util.Comparator;
import java.util.Locale;

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

    /** The order of this column. */
    Comparator<MachineFacts> order(Locale locale) {
        Comparator<MachineFacts> byId =
                Comparator.comparing(facts -> facts.machine().id().value());
        return switch (this) {
            case STATE ->
                Comparator.comparing(MachineFacts::state)
                        .thenComparing(facts -> facts.machine().lastPass(), PASSES)
                        .thenComparing(byId);
            case AGE ->
                Comparator.<MachineFacts, Instant>comparing(
                                facts -> facts.machine().lastPass(), PASSES)
                        .thenComparing(byId);
            case MACHINE -> {
                Comparator<String> names = names(locale);
                yield Comparator.comparing(MachineColumn::shownName, names).thenComparing(byId);
            }
            case ADDRESS ->
                Comparator.<MachineFacts, String>comparing(
                                facts -> facts.machine().address(), AddressOrder.INSTANCE)
                        .thenComparingInt(facts -> facts.machine().port())
                        .thenComparing(byId);
            case POLICY ->
                Comparator.<MachineFacts, String>comparing(
                                facts -> facts.machine().runtimePolicy())
                        .thenComparing(facts -> facts.machine().bootPolicy())
                        .thenComparing(byId);
            case TAGS ->
                Comparator.<MachineFacts, String>comparing(
                                facts -> String.join(" ", facts.labels().tags()))
                        .thenComparing(byId);
            case ATTESTATIONS ->
                Comparator.<MachineFacts>comparingLong(facts -> facts.machine().attestations())
                        .thenComparing(byId);
        };
    }

    private static final Comparator<Instant> PASSES = Comparator.nullsFirst(Comparator.naturalOrder());

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
