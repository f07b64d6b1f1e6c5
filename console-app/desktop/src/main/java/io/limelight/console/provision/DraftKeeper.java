package io.limelight.console.provision;

import io.limelight.console.problem.ProblemException;
import io.limelight.console.records.DraftStore;
import java.time.Instant;
import java.util.UUID;

/** The one draft that is being worked on, and the revision it has in the store. May be used from any thread. */
final class DraftKeeper {
    private final DraftStore store;
    private final String kind;
    private final long profile;
    private DraftStore.Draft now;

    DraftKeeper(DraftStore store, String kind, long profile) {
        this.store = store;
        this.kind = kind;
        this.profile = profile;
        this.now = fresh();
    }

    private DraftStore.Draft fresh() {
        return new DraftStore.Draft(kind + "-" + UUID.randomUUID(), kind, profile, "", "", 0, Instant.EPOCH);
    }

    /** Works on another one from here on. */
    synchronized void begin() {
        now = fresh();
    }

    /** Goes on with one that is kept. */
    synchronized void resume(DraftStore.Draft other) {
        now = other;
    }

    /** Which one. */
    synchronized String id() {
        return now.id();
    }

    /**
     * Keeps it, unless another one is being worked on by now or nothing changed.
     *
     * @return false if another console changed or removed it meanwhile; then this becomes a draft of its own
     */
    synchronized boolean keep(String id, String name, String text) throws ProblemException {
        if (!now.id().equals(id) || now.text().equals(text)) {
            return true;
        }
        DraftStore.Draft next = new DraftStore.Draft(id, kind, profile, name, text, now.revision(), now.changed());
        var stored = store.put(next);
        if (stored.isPresent()) {
            now = stored.get();
            return true;
        }
        now = fresh();
        now = store.put(new DraftStore.Draft(now.id(), kind, profile, name, text, 0, now.changed()))
                .orElse(now);
        return false;
    }

    /** Forgets it: it was done. */
    synchronized void remove() throws ProblemException {
        String id = now.id();
        now = fresh();
        store.remove(id);
    }
}
