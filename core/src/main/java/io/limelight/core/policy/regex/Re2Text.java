package io.limelight.core.policy.regex;

import java.util.List;
import java.util.Optional;

/**
 * Writes an expression for RE2/J where that has a linear equivalent. Look-around, back references, atomic parts and Unicode word
 * boundaries have none. Valid for texts without line feeds only: there {@code $} is the very end.
 */
final class Re2Text {
    /** RE2's own limit. */
    private static final int MAX_COUNT = 1000;

    /** {@code str.isspace}. */
    private static final String SPACES =
            "\\t-\\r\\x{1c}-\\x{20}\\x{85}\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}";

    private final StringBuilder out = new StringBuilder();

    private Re2Text() {}

    /** Empty if it has no equivalent. */
    static Optional<String> of(Rx rx) {
        Re2Text text = new Re2Text();
        return text.write(rx) ? Optional.of(text.out.toString()) : Optional.empty();
    }

    private boolean write(Rx rx) {
        return switch (rx) {
            case Rx.Literal literal -> {
                out.append(literal.ignoreCase() ? "(?i:" : "");
                character(literal.codePoint());
                out.append(literal.ignoreCase() ? ")" : "");
                yield true;
            }
            case Rx.Any any -> {
                out.append(any.lineFeedToo() ? "(?s:.)" : "(?-s:.)");
                yield true;
            }
            case Rx.OneOf oneOf -> set(oneOf.set());
            case Rx.At at -> place(at.place());
            case Rx.Concat concat -> all(concat.parts(), "");
            case Rx.Alternatives alternatives -> {
                out.append("(?:");
                boolean done = all(alternatives.choices(), "|");
                out.append(')');
                yield done;
            }
            case Rx.Group group -> {
                out.append("(?:");
                boolean done = write(group.body());
                out.append(')');
                yield done;
            }
            case Rx.Repeat repeat -> repeat(repeat);
            case Rx.BackReference b -> false;
            case Rx.Look l -> false;
            case Rx.Atomic a -> false;
            case Rx.Conditional c -> false;
        };
    }

    private boolean all(List<Rx> parts, String between) {
        boolean first = true;
        for (Rx part : parts) {
            out.append(first ? "" : between);
            first = false;
            if (!write(part)) {
                return false;
            }
        }
        return true;
    }

    private boolean repeat(Rx.Repeat repeat) {
        if (repeat.mode() == Rx.Mode.POSSESSIVE || repeat.min() > MAX_COUNT || repeat.max() > MAX_COUNT) {
            return false;
        }
        out.append("(?:");
        if (!write(repeat.body())) {
            return false;
        }
        out.append("){").append(repeat.min()).append(',');
        if (repeat.max() >= 0) {
            out.append(repeat.max());
        }
        out.append('}');
        return true;
    }

    private boolean place(Rx.Place place) {
        String written = switch (place) {
            case START, LINE_START -> "\\A";
            case END, LINE_END, ABSOLUTE_END -> "\\z";
            case ASCII_WORD_BOUNDARY -> "\\b";
            case NO_ASCII_WORD_BOUNDARY -> "\\B";
            case WORD_BOUNDARY, NO_WORD_BOUNDARY -> "";
        };
        out.append(written);
        return !written.isEmpty();
    }

    private boolean set(CharSet set) {
        out.append(set.ignoreCase() ? "(?i:" : "");
        out.append(set.negated() ? "[^" : "[");
        for (CharSet.Item item : set.items()) {
            switch (item) {
                case CharSet.Item.Range range -> {
                    character(range.low());
                    if (range.high() > range.low()) {
                        out.append('-');
                        character(range.high());
                    }
                }
                case CharSet.Item.Category category -> {
                    if (!category(category, set)) {
                        return false;
                    }
                }
            }
        }
        out.append(set.ignoreCase() ? "])" : "]");
        return true;
    }

    private boolean category(CharSet.Item.Category category, CharSet set) {
        boolean negated = category.negated();
        if (negated && category.kind() != 'd') {
            // No union with a complement in RE2: only where it is the whole set, which is then the other way round.
            if (set.items().size() != 1) {
                return false;
            }
            out.setLength(out.length() - (set.negated() ? 2 : 1));
            out.append(set.negated() ? "[" : "[^");
        }
        switch (category.kind()) {
            case 'd' -> out.append(category.ascii() ? (negated ? "\\D" : "\\d") : (negated ? "\\P{Nd}" : "\\p{Nd}"));
            case 's' -> out.append(category.ascii() ? "\\t-\\r\\x{20}" : SPACES);
            default -> out.append(category.ascii() ? "0-9A-Za-z_" : "\\p{L}\\p{N}_");
        }
        return true;
    }

    private void character(int c) {
        out.append("\\x{").append(Integer.toHexString(c)).append('}');
    }
}
