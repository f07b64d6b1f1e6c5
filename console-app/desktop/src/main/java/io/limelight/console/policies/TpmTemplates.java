package io.limelight.console.policies;

import io.limelight.console.problem.ProblemException;
import io.limelight.console.records.DraftStore;
import io.limelight.console.records.DraftStore.Draft;
import io.limelight.console.work.ScreenThread;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * TPM policies of this console, by name: on the wire they have none. Nothing is written over what somebody else wrote meanwhile, in another
 * window of the console for example. Everything here blocks.
 */
public final class TpmTemplates {
    private static final String KIND = "tpm-policy";

    private final DraftStore store;
    private final long profile;

    /** On a store. */
    public TpmTemplates(DraftStore store, long profile) {
        this.store = store;
        this.profile = profile;
    }

    /**
     * One of them.
     *
     * @param name what people call it here
     * @param text JSON, as it travels
     */
    public record Template(String name, String text) {
        /** What it says; empty where it cannot be read. */
        public Optional<PcrContent> content() {
            return PcrContent.of(text);
        }
    }

    /** What came of a change. */
    public enum Ending {
        /** It is done. */
        DONE,
        /** There is another one of the new name. */
        TAKEN,
        /** What was to be changed is not what it was. */
        CHANGED
    }

    private String id(String name) {
        return KIND + "." + profile + "." + name;
    }

    /** All of them, by name. */
    public List<Template> all() throws ProblemException {
        ScreenThread.refuse("reading TPM policies");
        return store.all(KIND, profile).stream()
                .map(TpmTemplates::template)
                .sorted(Comparator.comparing(Template::name))
                .toList();
    }

    private static Template template(Draft draft) {
        return new Template(draft.name(), draft.text());
    }

    /**
     * Puts one in the place of another.
     *
     * @param before what is there now; empty: a new one is made
     * @param after what shall be there; empty: nothing
     */
    public Ending replace(Optional<Template> before, Optional<Template> after) throws ProblemException {
        ScreenThread.refuse("storing a TPM policy");
        Optional<Draft> there = before.isEmpty()
                ? Optional.empty()
                : store.find(id(before.get().name()))
                        .filter(draft -> template(draft).equals(before.get()));
        if (before.isPresent() && there.isEmpty()) {
            return Ending.CHANGED;
        }
        boolean stays = before.isPresent()
                && after.isPresent()
                && before.get().name().equals(after.get().name());
        if (after.isPresent()) {
            Template next = after.get();
            long revision = stays ? there.orElseThrow().revision() : 0;
            Draft draft = new Draft(id(next.name()), KIND, profile, next.name(), next.text(), revision, Instant.EPOCH);
            if (store.put(draft).isEmpty()) {
                return stays ? Ending.CHANGED : Ending.TAKEN;
            }
        }
        // The new one is there before the old one goes: a power cut between the two leaves both.
        if (there.isPresent() && !stays) {
            store.remove(there.get().id());
        }
        return Ending.DONE;
    }
}
