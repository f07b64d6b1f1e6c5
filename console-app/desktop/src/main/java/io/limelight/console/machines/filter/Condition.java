package io.limelight.console.machines.filter;

import java.util.function.Predicate;

/** What a word of a filter comes to. */
sealed interface Condition {
    /**
     * A question about a machine.
     *
     * @param predicate the question
     */
    record Asks(Predicate<MachineFacts> predicate) implements Condition {}

    /**
     * Nobody can tell what is meant.
     *
     * @param reason key of words
     * @param expected what would be right
     */
    record Wrong(String reason, String expected) implements Condition {}
}
