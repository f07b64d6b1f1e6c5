package io.limelight.console.revocations;

import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The list of revoked certificates of the fleet's CA.
 *
 * @param number its own
 * @param issued when
 * @param next until when it is valid
 * @param overdue whether that has passed
 * @param entries all, the oldest first
 * @param notifiers certificates of those who sign notices; none: this CA has no notifier yet
 * @param published whether this console publishes it
 */
public record CrlFacts(
        BigInteger number,
        Instant issued,
        Instant next,
        boolean overdue,
        List<Entry> entries,
        List<X509Certificate> notifiers,
        boolean published) {
    private static final Comparator<Entry> ORDER =
            Comparator.comparing(Entry::at).thenComparing(Entry::serial);

    /** Sorts. */
    public CrlFacts {
        entries = entries.stream().sorted(ORDER).toList();
        notifiers = List.copyOf(notifiers);
    }

    /**
     * A certificate that nobody is to trust.
     *
     * @param serial its number
     * @param at since when
     * @param name of whom, as people call it; may be empty
     */
    public record Entry(BigInteger serial, Instant at, String name) {}

    /**
     * What one revocation changed.
     *
     * @param before entries before it
     * @param after entries with it
     * @param entry the one that came
     * @param older those before it, the latest last
     */
    public record Change(int before, int after, Entry entry, List<Entry> older) {}

    /** What that certificate's revocation changed; empty: it is not on the list. */
    public Optional<Change> change(BigInteger serial) {
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).serial().equals(serial)) {
                return Optional.of(new Change(i, i + 1, entries.get(i), entries.subList(0, i)));
            }
        }
        return Optional.empty();
    }
}
