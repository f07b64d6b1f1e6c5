package io.limelight.core.policy.regex;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * An expression as instructions for a backtracking machine, for what no linear engine can run: look-around, back references,
 * atomic parts, conditionals.
 *
 * <p>Every instruction costs one step of a {@link StepBudget}, also the ones that read no character, so nothing an expression
 * does is free; the stack of choices lies on the heap and grows by at most two entries a step. Recursion happens only into
 * look-around and atomic parts and is as deep as they are nested in the text.
 */
final class Program {
    private static final int MAX_SIZE = 50_000;

    private enum Op {
        CHAR,
        CHAR_IGNORING_CASE,
        ANY,
        ANY_WITH_LINE_FEED,
        SET,
        PLACE,
        /** Go on at x; if that fails, at y. */
        SPLIT,
        JUMP,
        SAVE,
        /** Leaves the loop (to y) if register x says that its body took nothing. */
        LOOP_MOVED,
        BACK_REFERENCE,
        BACK_REFERENCE_IGNORING_CASE,
        /** Part up to its MATCH; x: where to go on, y: 0 atomic, 1 ahead, 2 not ahead, 3+2w behind, 4+2w not behind. */
        PART,
        /** Goes on at y unless group x has matched. */
        IF_GROUP,
        MATCH
    }

    private final List<Op> ops = new ArrayList<>();
    private int[] x = new int[64];
    private int[] y = new int[64];
    private final List<CharSet> sets = new ArrayList<>();
    private final List<Rx.Place> places = new ArrayList<>();
    private int registers;
    private boolean whole;

    private Program() {}

    /**
     * @param groups the highest group in the whole expression
     * @param whole whether a match must end at the end of the text
     */
    static Program of(Rx rx, int groups, boolean whole) throws PythonRegexException {
        Program program = new Program();
        program.registers = 2 * (groups + 1);
        program.whole = whole;
        program.compile(rx);
        program.emit(Op.MATCH, 1, 0);
        return program;
    }

    private int emit(Op op, int first, int second) throws PythonRegexException {
        int at = ops.size();
        if (at >= MAX_SIZE) {
            throw PythonRegexException.tooLarge("repetitions make it more than " + MAX_SIZE + " instructions long");
        }
        if (at == x.length) {
            x = Arrays.copyOf(x, 2 * at);
            y = Arrays.copyOf(y, 2 * at);
        }
        ops.add(op);
        x[at] = first;
        y[at] = second;
        return at;
    }

    private void compile(Rx rx) throws PythonRegexException {
        switch (rx) {
            case Rx.Literal l -> emit(l.ignoreCase() ? Op.CHAR_IGNORING_CASE : Op.CHAR, l.codePoint(), 0);
            case Rx.Any a -> emit(a.lineFeedToo() ? Op.ANY_WITH_LINE_FEED : Op.ANY, 0, 0);
            case Rx.OneOf o -> {
                sets.add(o.set());
                emit(Op.SET, sets.size() - 1, 0);
            }
            case Rx.At a -> {
                places.add(a.place());
                emit(Op.PLACE, places.size() - 1, 0);
            }
            case Rx.Concat c -> {
                for (Rx part : c.parts()) {
                    compile(part);
                }
            }
            case Rx.Alternatives a -> alternatives(a.choices());
            case Rx.Group g -> {
                if (g.index() > 0) {
                    emit(Op.SAVE, 2 * g.index(), 0);
                }
                compile(g.body());
                if (g.index() > 0) {
                    emit(Op.SAVE, 2 * g.index() + 1, 0);
                }
            }
            case Rx.Repeat r -> repeat(r);
            case Rx.BackReference b ->
                emit(b.ignoreCase() ? Op.BACK_REFERENCE_IGNORING_CASE : Op.BACK_REFERENCE, b.group(), 0);
            case Rx.Look l -> {
                int kind = l.behind() ? 3 + 2 * l.width() : 1;
                part(l.body(), l.negated() ? kind + 1 : kind);
            }
            case Rx.Atomic a -> part(a.body(), 0);
            case Rx.Conditional c -> {
                int test = emit(Op.IF_GROUP, c.group(), 0);
                compile(c.yes());
                int jump = emit(Op.JUMP, 0, 0);
                y[test] = ops.size();
                compile(c.no());
                x[jump] = ops.size();
            }
        }
    }

    private void part(Rx body, int kind) throws PythonRegexException {
        int part = emit(Op.PART, 0, kind);
        compile(body);
        emit(Op.MATCH, 0, 0);
        x[part] = ops.size();
    }

    private void alternatives(List<Rx> choices) throws PythonRegexException {
        List<Integer> jumps = new ArrayList<>();
        for (int i = 0; i < choices.size(); i++) {
            if (i == choices.size() - 1) {
                compile(choices.get(i));
                break;
            }
            int split = emit(Op.SPLIT, ops.size() + 1, 0);
            compile(choices.get(i));
            jumps.add(emit(Op.JUMP, 0, 0));
            y[split] = ops.size();
        }
        for (int jump : jumps) {
            x[jump] = ops.size();
        }
    }

    private void repeat(Rx.Repeat repeat) throws PythonRegexException {
        if (repeat.mode() == Rx.Mode.POSSESSIVE) {
            part(new Rx.Repeat(repeat.body(), repeat.min(), repeat.max(), Rx.Mode.GREEDY), 0);
            return;
        }
        boolean lazy = repeat.mode() == Rx.Mode.LAZY;
        for (int i = 0; i < repeat.min(); i++) {
            copy(repeat.body());
        }
        if (repeat.max() < 0) {
            int register = registers++;
            int split = emit(Op.SPLIT, 0, 0);
            int body = emit(Op.SAVE, register, 0);
            compile(repeat.body());
            int check = emit(Op.LOOP_MOVED, register, 0);
            emit(Op.JUMP, split, 0);
            choose(split, body, ops.size(), lazy);
            y[check] = ops.size();
            return;
        }
        List<Integer> splits = new ArrayList<>();
        for (int i = repeat.min(); i < repeat.max(); i++) {
            splits.add(emit(Op.SPLIT, 0, 0));
            copy(repeat.body());
        }
        for (int split : splits) {
            choose(split, split + 1, ops.size(), lazy);
        }
    }

    /** One of many copies: an instruction at least, so that the bound on instructions bounds the copying too. */
    private void copy(Rx body) throws PythonRegexException {
        int before = ops.size();
        compile(body);
        if (ops.size() == before) {
            emit(Op.JUMP, ops.size() + 1, 0);
        }
    }

    private void choose(int split, int body, int exit, boolean lazy) {
        x[split] = lazy ? exit : body;
        y[split] = lazy ? body : exit;
    }

    int size() {
        return ops.size();
    }

    /** Empty if the budget does not suffice to know. */
    Optional<Boolean> matchesAtStart(String text, StepBudget budget) {
        Machine machine = new Machine(text.codePoints().toArray(), budget);
        try {
            return Optional.of(machine.run(0, 0) >= 0);
        } catch (Exhausted e) {
            return Optional.empty();
        }
    }

    private static final class Exhausted extends RuntimeException {
        Exhausted() {
            super(null, null, false, false);
        }
    }

    private final class Machine {
        private final int[] text;
        private final StepBudget budget;
        private final int[] register;
        /** Pairs: a choice (instruction, place) or, with a negative first, the old value of a register. */
        private int[] stack = new int[64];

        private int top;

        Machine(int[] text, StepBudget budget) {
            this.text = text;
            this.budget = budget;
            this.register = new int[registers];
            Arrays.fill(register, -1);
        }

        private void push(int first, int second) {
            if (top + 2 > stack.length) {
                stack = Arrays.copyOf(stack, 2 * stack.length);
            }
            stack[top++] = first;
            stack[top++] = second;
        }

        /** Back to the last choice above {@code base}; false if there is none. */
        private boolean backtrack(int base) {
            while (top > base) {
                top -= 2;
                if (stack[top] >= 0) {
                    return true;
                }
                register[-1 - stack[top]] = stack[top + 1];
            }
            return false;
        }

        /** Forgets the choices above {@code base}, not the old values. */
        private void commit(int base) {
            int kept = base;
            for (int i = base; i < top; i += 2) {
                if (stack[i] < 0) {
                    stack[kept] = stack[i];
                    stack[kept + 1] = stack[i + 1];
                    kept += 2;
                }
            }
            top = kept;
        }

        /** Where the match ends, −1 if there is none. */
        int run(int start, int from) {
            int base = top;
            int pc = start;
            int at = from;
            while (true) {
                if (!budget.step()) {
                    throw new Exhausted();
                }
                boolean fine = true;
                switch (ops.get(pc)) {
                    case CHAR -> fine = at < text.length && text[at++] == x[pc++];
                    case CHAR_IGNORING_CASE -> fine = at < text.length && sameIgnoringCase(text[at++], x[pc++]);
                    case ANY -> {
                        fine = at < text.length && text[at++] != '\n';
                        pc++;
                    }
                    case ANY_WITH_LINE_FEED -> {
                        fine = at++ < text.length;
                        pc++;
                    }
                    case SET -> fine = at < text.length && sets.get(x[pc++]).contains(text[at++]);
                    case PLACE -> fine = isAt(places.get(x[pc++]), at);
                    case SPLIT -> {
                        push(y[pc], at);
                        pc = x[pc];
                    }
                    case JUMP -> pc = x[pc];
                    case SAVE -> {
                        push(-1 - x[pc], register[x[pc]]);
                        register[x[pc++]] = at;
                    }
                    case LOOP_MOVED -> pc = register[x[pc]] == at ? y[pc] : pc + 1;
                    case BACK_REFERENCE, BACK_REFERENCE_IGNORING_CASE -> {
                        int length = repeated(x[pc], at, ops.get(pc) == Op.BACK_REFERENCE_IGNORING_CASE);
                        fine = length >= 0;
                        at += Math.max(length, 0);
                        pc++;
                    }
                    case PART -> {
                        int kind = y[pc];
                        int end = part(pc + 1, at, kind);
                        fine = end >= 0;
                        at = kind == 0 ? end : at;
                        pc = x[pc];
                    }
                    case IF_GROUP -> pc = register[2 * x[pc] + 1] >= 0 ? pc + 1 : y[pc];
                    case MATCH -> {
                        if (x[pc] == 0 || !whole || at == text.length) {
                            return at;
                        }
                        fine = false;
                    }
                }
                if (!fine) {
                    if (!backtrack(base)) {
                        return -1;
                    }
                    pc = stack[top];
                    at = stack[top + 1];
                }
            }
        }

        private int part(int pc, int at, int kind) {
            int base = top;
            int from = kind < 3 ? at : at - (kind - 3) / 2;
            boolean negated = kind > 0 && kind % 2 == 0;
            int end = from < 0 ? -1 : run(pc, from);
            if (negated) {
                while (backtrack(base)) {
                    // undoes what the part captured
                }
                return end < 0 ? at : -1;
            }
            if (end >= 0) {
                commit(base);
            }
            return end;
        }

        private int repeated(int group, int at, boolean ignoringCase) {
            int from = register[2 * group];
            int to = register[2 * group + 1];
            if (from < 0 || to < from || to - from > text.length - at) {
                return -1;
            }
            for (int i = 0; i < to - from; i++) {
                if (!budget.step()) {
                    throw new Exhausted();
                }
                int a = text[from + i];
                int b = text[at + i];
                if (a != b && !(ignoringCase && sameIgnoringCase(a, b))) {
                    return -1;
                }
            }
            return to - from;
        }

        private boolean isAt(Rx.Place place, int at) {
            return switch (place) {
                case START -> at == 0;
                case LINE_START -> at == 0 || text[at - 1] == '\n';
                case END -> at == text.length || (at == text.length - 1 && text[at] == '\n');
                case LINE_END -> at == text.length || text[at] == '\n';
                case ABSOLUTE_END -> at == text.length;
                case WORD_BOUNDARY -> isBoundary(at, false);
                case NO_WORD_BOUNDARY -> text.length > 0 && !isBoundary(at, false);
                case ASCII_WORD_BOUNDARY -> isBoundary(at, true);
                case NO_ASCII_WORD_BOUNDARY -> text.length > 0 && !isBoundary(at, true);
            };
        }

        private boolean isBoundary(int at, boolean ascii) {
            boolean before = at > 0 && CharSet.isOf('w', ascii, text[at - 1]);
            boolean after = at < text.length && CharSet.isOf('w', ascii, text[at]);
            return before != after;
        }
    }

    static boolean sameIgnoringCase(int a, int b) {
        return a == b
                || Character.toLowerCase(Character.toUpperCase(a)) == Character.toLowerCase(Character.toUpperCase(b));
    }
}
