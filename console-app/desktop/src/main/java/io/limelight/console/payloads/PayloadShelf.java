package io.limelight.console.payloads;

import io.limelight.console.problem.ProblemException;
import io.limelight.console.records.DraftStore;
import io.limelight.console.records.DraftStore.Draft;
import io.limelight.console.work.ScreenThread;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The payloads a person has: those that were saved and those that are not done yet, kept between starts of the console. */
public final class PayloadShelf implements PayloadLibrary {
    private static final String KIND = "payload";
    private static final String TEMPLATE = "payload-template";
    private static final int MOST = 500;

    private final DraftStore store;

    /** On a store. */
    public PayloadShelf(DraftStore store) {
        this.store = store;
    }

    /**
     * One of them.
     *
     * @param id its own
     * @param revision of what is stored; 0 for one that never was
     * @param draft what it is
     * @param favourite whether it comes first
     * @param changed when it was stored
     */
    public record Kept(String id, long revision, PayloadDraft draft, boolean favourite, Instant changed) {}

    /** A new one, not stored yet. */
    public static Kept fresh(PayloadDraft draft) {
        return new Kept(UUID.randomUUID().toString(), 0, draft, false, Instant.EPOCH);
    }

    /** All that can be read, favourites first, then the latest. */
    public List<Kept> kept() throws ProblemException {
        ScreenThread.refuse("reading payloads");
        return read(KIND);
    }

    /** Templates of the person's own. */
    public List<Kept> templates() throws ProblemException {
        ScreenThread.refuse("reading templates");
        return read(TEMPLATE);
    }

    private List<Kept> read(String kind) throws ProblemException {
        List<Kept> all = new ArrayList<>();
        for (Draft draft : store.all(kind, 0)) {
            Optional<PayloadText.Kept> text = PayloadText.read(draft.text());
            if (text.isPresent() && all.size() < MOST) {
                all.add(new Kept(
                        draft.id(),
                        draft.revision(),
                        text.get().draft(),
                        text.get().favourite(),
                        draft.changed()));
            }
        }
        all.sort(Comparator.comparing((Kept kept) -> !kept.favourite()));
        return all;
    }

    /**
     * Stores one.
     *
     * @return as it is stored: under another id where another console changed this one meanwhile, so that neither is lost
     */
    public Kept keep(Kept kept) throws ProblemException {
        ScreenThread.refuse("storing a payload");
        return put(KIND, kept);
    }

    /** Stores what somebody may begin from. */
    public Kept keepTemplate(PayloadDraft draft) throws ProblemException {
        ScreenThread.refuse("storing a template");
        return put(TEMPLATE, fresh(draft.at(Optional.empty())));
    }

    private Kept put(String kind, Kept kept) throws ProblemException {
        String text = PayloadText.of(new PayloadText.Kept(kept.draft(), kept.favourite()));
        Optional<Draft> stored =
                store.put(new Draft(kept.id(), kind, 0, kept.draft().name(), text, kept.revision(), Instant.EPOCH));
        if (stored.isEmpty()) {
            stored = store.put(new Draft(
                    UUID.randomUUID().toString(), kind, 0, kept.draft().name(), text, 0, Instant.EPOCH));
        }
        Draft now = stored.orElseThrow(() -> new IllegalStateException("a new id that is taken"));
        return new Kept(now.id(), now.revision(), kept.draft(), kept.favourite(), now.changed());
    }

    /** Forgets one; its files stay where they are. */
    public void forget(Kept kept) throws ProblemException {
        ScreenThread.refuse("forgetting a payload");
        store.remove(kept.id());
    }

    @Override
    public List<SavedPayload> all() throws ProblemException {
        List<SavedPayload> all = new ArrayList<>();
        for (Kept kept : kept()) {
            kept.draft()
                    .place()
                    .filter(Files::exists)
                    .ifPresent(place -> all.add(new SavedPayload(
                            kept.draft().name(), place, kept.draft().mode())));
        }
        return all;
    }
}
