package io.limelight.console.policies;

import java.time.LocalDate;
import java.util.Locale;
import java.util.Optional;

/**
 * One policy of the list.
 *
 * @param kind what it judges
 * @param name by which it is kept
 * @param machines how many are judged by it
 * @param passing how many of these are trusted now
 * @param facts what is known of its contents
 * @param draft whether it was changed here and is not on the verifier yet
 * @param stored whether the verifier has it; of a TPM policy: whether no template of this console does
 * @param until the last day of its update window; empty: it has none
 */
public record PolicyRow(
        Kind kind,
        String name,
        int machines,
        int passing,
        Facts facts,
        boolean draft,
        boolean stored,
        Optional<LocalDate> until) {
    /** One that is opened before the list knows it. */
    static PolicyRow named(String name, boolean draft) {
        return new PolicyRow(Kind.RUNTIME, name, 0, 0, Facts.UNREAD, draft, !draft, Optional.empty());
    }

    /** Whether it is a TPM policy that machines have and no template names; its name is its text then. */
    public boolean unnamed() {
        return kind == Kind.TPM && stored;
    }

    /** A template that is looked at before the list knows it. */
    static PolicyRow template(String name) {
        return new PolicyRow(Kind.TPM, name, 0, 0, Facts.JUDGES, false, false, Optional.empty());
    }

    /** What policies judge. */
    public enum Kind {
        /** What runs: IMA lists. */
        RUNTIME,
        /** How it booted. */
        BOOT,
        /** PCRs; templates of this console, since verifiers keep none by name. */
        TPM;

        /** Names keys of words. */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What was found when its contents were read. */
    public enum Facts {
        /** They were not read yet. */
        UNREAD,
        /** It judges. */
        JUDGES,
        /** It accepts everything. */
        ACCEPTS_ALL,
        /** It cannot be read. */
        BROKEN
    }

    /** Its own, for maps. */
    public String id() {
        return kind.key() + " " + name;
    }
}
