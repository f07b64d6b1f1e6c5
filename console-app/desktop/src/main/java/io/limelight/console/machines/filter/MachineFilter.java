package io.limelight.console.machines.filter;

import java.util.List;
import java.util.function.Predicate;

/**
 * A filter as typed: words that must all hold. A word without a key is looked for in alias, id, address, tags and policy names, whatever
 * its case and accents; {@code key:value} asks one thing ({@link FilterKey}); a leading {@code -} turns a word round; quotes hold blanks
 * together.
 *
 * <pre>state:failed age:&gt;1h policy:web tag:dc-east cidr:10.0.0.0/8 -tag:spare "rack 14"</pre>
 */
public sealed interface MachineFilter {
    /**
     * It can be used.
     *
     * @param terms its words
     * @param predicate all of them
     */
    record Valid(List<Term> terms, Predicate<MachineFacts> predicate) implements MachineFilter {
        /** Nothing is asked: every machine. */
        public boolean empty() {
            return terms.isEmpty();
        }
    }

    /**
     * It cannot.
     *
     * @param word the one that is wrong, as typed
     * @param reason key of words; its arguments are the word and what would be right
     * @param expected what would be right, as typed; may be empty
     */
    record Invalid(String word, String reason, String expected) implements MachineFilter {}

    /**
     * A word.
     *
     * @param text as typed, with its quotes: joined by blanks they are the filter again
     * @param key of {@code key:value}; empty for a plain word
     * @param value without quotes
     * @param negated with a leading minus
     */
    record Term(String text, String key, String value, boolean negated) {}

    /** Reads what was typed. */
    static MachineFilter parse(String typed) {
        return new FilterParser(typed).parse();
    }
}
