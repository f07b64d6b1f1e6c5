package io.limelight.console.machines.filter;

import io.limelight.console.machines.filter.MachineFilter.Invalid;
import io.limelight.console.machines.filter.MachineFilter.Term;
import io.limelight.console.machines.filter.MachineFilter.Valid;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/** Reads {@link MachineFilter}s. */
final class FilterParser {
    /** More than anybody types; what is pasted must not make every row slow. */
    private static final int LONGEST = 1000;

    private static final int MOST_WORDS = 30;

    private final String typed;
    private int at;

    FilterParser(String typed) {
        this.typed = typed;
    }

    MachineFilter parse() {
        if (typed.length() > LONGEST) {
            return new Invalid(typed.substring(0, 20) + "…", "machines.filter.too-long", String.valueOf(LONGEST));
        }
        List<Term> terms = new ArrayList<>();
        Predicate<MachineFacts> all = facts -> true;
        while (true) {
            while (at < typed.length() && Character.isWhitespace(typed.charAt(at))) {
                at++;
            }
            if (at == typed.length()) {
                return new Valid(List.copyOf(terms), all);
            }
            if (terms.size() == MOST_WORDS) {
                return new Invalid(typed.substring(at), "machines.filter.too-many", String.valueOf(MOST_WORDS));
            }
            int from = at;
            Optional<Term> term = term();
            if (term.isEmpty()) {
                return new Invalid(typed.substring(from), "machines.filter.open-quote", "\"");
            }
            Condition condition = FilterKey.condition(term.get());
            if (condition instanceof Condition.Wrong wrong) {
                return new Invalid(term.get().text(), wrong.reason(), wrong.expected());
            }
            if (condition instanceof Condition.Asks asks) {
                all = all.and(term.get().negated() ? asks.predicate().negate() : asks.predicate());
                terms.add(term.get());
            }
        }
    }

    /** The next word; empty if its quote never ends. */
    private Optional<Term> term() {
        int from = at;
        boolean negated = typed.charAt(at) == '-' && at + 1 < typed.length() && !blank(at + 1);
        if (negated) {
            at++;
        }
        String key = "";
        StringBuilder value = new StringBuilder();
        boolean quoted = false;
        while (at < typed.length() && (quoted || !blank(at))) {
            char c = typed.charAt(at++);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == ':' && !quoted && key.isEmpty() && FilterKey.known(value.toString())) {
                key = value.toString().toLowerCase(Locale.ROOT);
                value.setLength(0);
            } else {
                value.append(c);
            }
        }
        return quoted
                ? Optional.empty()
                : Optional.of(new Term(typed.substring(from, at), key, value.toString(), negated));
    }

    private boolean blank(int index) {
        return Character.isWhitespace(typed.charAt(index));
    }
}
