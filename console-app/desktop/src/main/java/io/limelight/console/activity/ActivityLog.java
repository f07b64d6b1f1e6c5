package io.limelight.console.activity;

import io.limelight.console.problem.Problem;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.records.ActivityRow;
import io.limelight.console.records.ActivityStore;
import io.limelight.console.work.ScreenThread;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The record of one profile: own acts, what the verifier told, and what the console says of itself. Blocks; may be used by any thread. */
public final class ActivityLog implements ActLog {
    /** Source of what this administrator did here. */
    public static final String OWN = "own";

    /** Source of what the verifier told. */
    public static final String VERIFIER = "verifier";

    /** Source of what the console says of itself: gaps, exports. */
    public static final String CONSOLE = "console";

    private static final String TOLD = "told";

    private final ActivityStore store;
    private final long profile;
    private final HeadSigner signer;
    private final InstantSource clock;
    private final ActivityFeed.OwnActs own = new ActivityFeed.OwnActs();
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private volatile @Nullable Problem trouble;

    /** Is told of rows as they are kept, and of what cannot be kept. */
    public interface Listener {
        /** A row more. */
        void kept(ActivityRow row);

        /** Something is not kept. */
        void trouble(Problem why);
    }

    /** Of a profile. */
    public ActivityLog(ActivityStore store, long profile, HeadSigner signer, InstantSource clock) {
        this.store = store;
        this.profile = profile;
        this.signer = signer;
        this.clock = clock;
    }

    @Override
    public void did(Act act) {
        ScreenThread.refuse("keeping what was done");
        Instant now = clock.instant();
        add(new ActivityStore.Entry(
                        now,
                        OWN,
                        act.kind(),
                        act.objects(),
                        act.outcome().name().toLowerCase(Locale.ROOT),
                        act.facts(),
                        ""))
                .ifPresent(row -> own.did(act.kind(), act.objects(), now, row.sequence()));
    }

    /** What was done here lately. */
    public ActivityFeed.OwnActs ownActs() {
        return own;
    }

    /**
     * Keeps what the verifier told.
     *
     * @param at when it happened, by its clock
     * @param origin names it among all it tells
     * @return whether it was not kept before
     */
    public boolean told(Instant at, String kind, List<String> objects, Map<String, String> facts, String origin) {
        return add(new ActivityStore.Entry(at, VERIFIER, kind, objects, TOLD, facts, origin))
                .isPresent();
    }

    /** Keeps what the console says of itself. */
    public void say(String kind, Map<String, String> facts) {
        add(new ActivityStore.Entry(clock.instant(), CONSOLE, kind, List.of(), TOLD, facts, ""));
    }

    private Optional<ActivityRow> add(ActivityStore.Entry entry) {
        try {
            Optional<ActivityRow> row = store.add(profile, entry);
            row.ifPresent(kept -> {
                sign();
                listeners.forEach(listener -> listener.kept(kept));
            });
            return row;
        } catch (ProblemException e) {
            fail(e.problem());
            return Optional.empty();
        }
    }

    private void fail(Problem why) {
        trouble = why;
        listeners.forEach(listener -> listener.trouble(why));
    }

    /** Signs the end, where that can be done; also after the vault was unlocked. */
    public void sign() {
        if (!signer.ready()) {
            return;
        }
        try {
            Optional<ActivityRow> last = store.last(profile);
            if (last.isPresent()) {
                Optional<SignedHead> head = signer.sign(
                        last.get().sequence(),
                        last.get().hash(),
                        clock.instant().toString());
                if (head.isPresent()) {
                    store.head(profile, head.get().kept());
                }
            }
        } catch (ProblemException e) {
            fail(e.problem());
        }
    }

    /** The end as it was signed last; empty: it never was. */
    public Optional<SignedHead> head() throws ProblemException {
        return store.head(profile).map(head -> SignedHead.of(profile, head));
    }

    /** Whose record. */
    public long profile() {
        return profile;
    }

    /** What signs. */
    HeadSigner signer() {
        return signer;
    }

    /** Rows. */
    ActivityStore store() {
        return store;
    }

    /** Why something was not kept; empty: everything was. */
    public Optional<Problem> trouble() {
        return Optional.ofNullable(trouble);
    }

    /** Tells {@code listener} until the result is run. */
    public Runnable subscribe(Listener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }
}
