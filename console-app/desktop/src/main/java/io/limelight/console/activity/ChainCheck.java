package io.limelight.console.activity;

import io.limelight.console.problem.ProblemException;
import io.limelight.console.records.ActivityChain;
import io.limelight.console.records.ActivityRow;
import io.limelight.console.records.ActivityStore;
import io.limelight.console.work.ScreenThread;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Verifies a record from its first row to its last, against its signed head, and against heads that were exported. */
public final class ChainCheck {
    private static final int MOST_FAULTS = 100;

    private final ActivityStore store;
    private final long profile;

    /** Of a profile's record. */
    public ChainCheck(ActivityStore store, long profile) {
        this.store = store;
        this.profile = profile;
    }

    /** What is wrong with a row. */
    public enum Kind {
        /** Its texts are not those that were hashed. */
        ALTERED,
        /** It does not go on from the row before: one of the two was made anew. */
        UNLINKED,
        /** Rows before it are missing. */
        MISSING,
        /** The record ends before what was signed or exported. */
        TRUNCATED,
        /** The signed head names another hash for it: it and what leads to it were made anew. */
        NOT_AS_SIGNED,
        /** The signature of the head is none. */
        BAD_SIGNATURE,
        /** The head was signed by a key that is not the vault's. */
        FOREIGN_KEY;

        /** Names keys of words: {@code not-as-signed}. */
        public String key() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * Something that is wrong.
     *
     * @param sequence of the row where it shows
     * @param at when the head was signed, of faults that a head shows; else empty
     */
    public record Fault(Kind kind, long sequence, String at) {}

    /**
     * What was found.
     *
     * @param rows how many were looked at
     * @param faults the first hundred; none: nothing was changed as far as the chain tells
     * @param signedTo the last row that a genuine head vouches for; 0: none
     * @param exportedTo the last row that an exported head vouches for; 0: none
     * @param keyKnown whether the key was compared with the vault's
     */
    public record Found(long rows, List<Fault> faults, long signedTo, long exportedTo, boolean keyKnown) {
        /** Copies. */
        public Found {
            faults = List.copyOf(faults);
        }

        /** Nothing is wrong. */
        public boolean sound() {
            return faults.isEmpty();
        }
    }

    /**
     * Verifies; blocks for as long as it takes to read everything.
     *
     * @param key public key as the vault has it, hex; empty: the vault is locked
     * @param exported heads that were exported before
     */
    public Found run(Optional<String> key, List<SignedHead> exported, Cancellation cancellation)
            throws ProblemException, CancelledException {
        ScreenThread.refuse("verifying the record");
        List<Fault> faults = new ArrayList<>();
        List<SignedHead> heads = new ArrayList<>();
        long signedTo = 0;
        long exportedTo = 0;
        Optional<SignedHead> own = store.head(profile).map(head -> SignedHead.of(profile, head));
        if (own.isPresent() && usable(own.get(), key, faults)) {
            heads.add(own.get());
            signedTo = own.get().sequence();
        }
        for (SignedHead head : exported) {
            if (head.profile() == profile && usable(head, key, faults)) {
                heads.add(head);
                exportedTo = Math.max(exportedTo, head.sequence());
            }
        }
        Map<Long, List<SignedHead>> due = new HashMap<>();
        heads.forEach(head ->
                due.computeIfAbsent(head.sequence(), _ -> new ArrayList<>()).add(head));
        long rows = 0;
        long last = 0;
        String previous = ActivityChain.NOTHING;
        while (true) {
            List<ActivityRow> page = store.after(profile, last);
            if (page.isEmpty()) {
                break;
            }
            for (ActivityRow row : page) {
                cancellation.throwIfCancelled();
                rows++;
                row(row, last, previous, faults);
                for (SignedHead head : due.getOrDefault(row.sequence(), List.of())) {
                    if (!head.hash().equals(row.hash())) {
                        add(faults, new Fault(Kind.NOT_AS_SIGNED, row.sequence(), head.at()));
                    }
                }
                last = row.sequence();
                previous = row.hash();
            }
        }
        for (SignedHead head : heads) {
            if (head.sequence() > last) {
                add(faults, new Fault(Kind.TRUNCATED, last, head.at()));
                break;
            }
        }
        return new Found(rows, faults, signedTo, exportedTo, key.isPresent());
    }

    private static void row(ActivityRow row, long last, String previous, List<Fault> faults) {
        if (row.sequence() != last + 1) {
            add(faults, new Fault(Kind.MISSING, row.sequence(), ""));
        } else if (!row.previous().equals(previous)) {
            add(faults, new Fault(Kind.UNLINKED, row.sequence(), ""));
        }
        if (!ActivityChain.hash(row).equals(row.hash())) {
            add(faults, new Fault(Kind.ALTERED, row.sequence(), ""));
        }
    }

    private static boolean usable(SignedHead head, Optional<String> key, List<Fault> faults) {
        if (!head.genuine()) {
            add(faults, new Fault(Kind.BAD_SIGNATURE, head.sequence(), head.at()));
            return false;
        }
        if (key.isPresent() && !key.get().equals(head.publicKey())) {
            add(faults, new Fault(Kind.FOREIGN_KEY, head.sequence(), head.at()));
            return false;
        }
        return true;
    }

    private static void add(List<Fault> faults, Fault fault) {
        if (faults.size() < MOST_FAULTS) {
            faults.add(fault);
        }
    }
}
