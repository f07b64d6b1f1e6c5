package io.limelight.console.overview;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that asks for a person.
 *
 * @param rank the smaller the more urgent
 * @param look what kind of thing it is
 * @param title key of words, and its arguments
 * @param titleArguments for the title
 * @param detail key of words; empty: none
 * @param detailArguments for the detail
 * @param since when it began; null: unknown
 * @param verb key of words: what the button says; empty: no button
 * @param filter the machines it is about, as typed into their filter, or the policy; empty: it is about none
 */
public record Attention(
        int rank,
        Look look,
        String title,
        List<Object> titleArguments,
        String detail,
        List<Object> detailArguments,
        @Nullable Instant since,
        String verb,
        String filter) {
    /** Copies. */
    public Attention {
        titleArguments = List.copyOf(titleArguments);
        detailArguments = List.copyOf(detailArguments);
    }

    /** How it is drawn. */
    public enum Look {
        /** As failed machines. */
        FAILED,
        /** As revoked ones. */
        REVOKED,
        /** As stale ones. */
        STALE,
        /** As waiting ones. */
        WAITING,
        /** A triangle. */
        WARNING
    }
}
