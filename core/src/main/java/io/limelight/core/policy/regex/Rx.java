package io.limelight.core.policy.regex;

import java.util.List;

/** An expression as a tree. */
sealed interface Rx {
    /** How a repetition takes its share. */
    enum Mode {
        GREEDY,
        LAZY,
        POSSESSIVE
    }

    /** Places between characters. */
    enum Place {
        /** {@code \A}, {@code ^}. */
        START,
        /** {@code ^} under {@code (?m)}. */
        LINE_START,
        /** {@code $}: the end, also before a last line feed. */
        END,
        /** {@code $} under {@code (?m)}. */
        LINE_END,
        /** {@code \Z}. */
        ABSOLUTE_END,
        WORD_BOUNDARY,
        NO_WORD_BOUNDARY,
        ASCII_WORD_BOUNDARY,
        NO_ASCII_WORD_BOUNDARY
    }

    record Literal(int codePoint, boolean ignoreCase) implements Rx {}

    record Any(boolean lineFeedToo) implements Rx {}

    record OneOf(CharSet set) implements Rx {}

    record At(Place place) implements Rx {}

    record Concat(List<Rx> parts) implements Rx {
        public Concat {
            parts = List.copyOf(parts);
        }
    }

    record Alternatives(List<Rx> choices) implements Rx {
        public Alternatives {
            choices = List.copyOf(choices);
        }
    }

    /** {@code max} −1 for no upper bound. */
    record Repeat(Rx body, int min, int max, Mode mode) implements Rx {}

    /** {@code index} 0 for one that captures nothing. */
    record Group(int index, Rx body) implements Rx {}

    record BackReference(int group, boolean ignoreCase) implements Rx {}

    /** {@code width}: how far a look-behind looks back. */
    record Look(Rx body, boolean behind, boolean negated, int width) implements Rx {}

    record Atomic(Rx body) implements Rx {}

    record Conditional(int group, Rx yes, Rx no) implements Rx {}
}
