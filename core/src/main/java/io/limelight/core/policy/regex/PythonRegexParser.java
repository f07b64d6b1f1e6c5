package io.limelight.core.policy.regex;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads what Python 3.11's {@code re.compile(text)} reads, for text patterns, and refuses what it refuses: that a brace may be a
 * literal, that {@code [[]} is a set of one character, that unknown letter escapes and flags in the middle are errors.
 *
 * <p>What is read becomes a tree ({@link Rx}) in which flags are already applied; which engine can run it is decided from the
 * tree. Nesting is bounded, so that recursion is.
 */
final class PythonRegexParser {
    private static final int MAX_DEPTH = 100;
    /** Python's MAXREPEAT on 64-bit machines. */
    private static final long MAX_REPEAT = 4_294_967_295L;
    /** No count above this can be told from it within any text that is judged. */
    private static final int COUNT_CAP = 1_000_000;

    private static final String SIMPLE_ESCAPES = "abfnrtv\\";
    private static final String SIMPLE_VALUES = "\u0007\b\f\n\r\t\u000b\\";

    private record Flags(boolean ignoreCase, boolean multiline, boolean dotAll, boolean verbose, boolean ascii) {
        static final Flags NONE = new Flags(false, false, false, false, false);
    }

    /** One alternative at the top: the tree and where it starts, in code points. */
    record Branch(Rx rx, int start) {}

    private final int[] text;
    private int at;
    private int depth;
    private int groups = 1;
    private final Map<String, Integer> names = new HashMap<>();
    private final Set<Integer> open = new HashSet<>();
    private final Map<Integer, Width> widths = new HashMap<>();
    private int conditionalUpTo;
    private Flags global = Flags.NONE;

    private PythonRegexParser(String pattern) {
        this.text = pattern.codePoints().toArray();
    }

    /** The alternatives at the top, in order; at least one. */
    static List<Branch> parse(String pattern) throws PythonRegexException {
        PythonRegexParser parser = new PythonRegexParser(pattern);
        parser.globalFlags();
        List<Branch> branches = new ArrayList<>();
        do {
            int start = parser.at;
            branches.add(new Branch(parser.sequence(parser.global), start));
        } while (parser.take('|'));
        if (parser.at < parser.text.length) {
            throw PythonRegexException.invalid("unbalanced parenthesis", parser.at);
        }
        if (parser.conditionalUpTo >= parser.groups) {
            throw PythonRegexException.invalid("invalid group reference " + parser.conditionalUpTo, parser.at);
        }
        return branches;
    }

    private PythonRegexException error(String message) {
        return PythonRegexException.invalid(message, at);
    }

    private boolean ended() {
        return at >= text.length;
    }

    private int peek() {
        return at < text.length ? text[at] : -1;
    }

    private int next() throws PythonRegexException {
        if (ended()) {
            throw error("unexpected end of pattern");
        }
        return text[at++];
    }

    private boolean take(int c) {
        if (peek() == c) {
            at++;
            return true;
        }
        return false;
    }

    private boolean lookingAt(String what) {
        if (text.length - at < what.length()) {
            return false;
        }
        for (int i = 0; i < what.length(); i++) {
            if (text[at + i] != what.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** {@code (?i)} and its like, which may stand at the very start only. */
    private void globalFlags() throws PythonRegexException {
        while (lookingAt("(?")) {
            int i = at + 2;
            while (i < text.length && "aiLmsux".indexOf(text[i]) >= 0) {
                i++;
            }
            if (i == at + 2 || i >= text.length || text[i] != ')') {
                return;
            }
            at += 2;
            Flags flags = global;
            while (peek() != ')') {
                flags = with(flags, next(), true);
            }
            at++;
            global = flags;
        }
    }

    private Flags with(Flags f, int letter, boolean on) throws PythonRegexException {
        return switch (letter) {
            case 'i' -> new Flags(on, f.multiline, f.dotAll, f.verbose, f.ascii);
            case 'm' -> new Flags(f.ignoreCase, on, f.dotAll, f.verbose, f.ascii);
            case 's' -> new Flags(f.ignoreCase, f.multiline, on, f.verbose, f.ascii);
            case 'x' -> new Flags(f.ignoreCase, f.multiline, f.dotAll, on, f.ascii);
            case 'a' -> ascii(f, on, true);
            case 'u' -> ascii(f, on, false);
            case 'L' -> throw error("cannot use LOCALE flag with a str pattern");
            default -> throw error("unknown flag");
        };
    }

    private Flags ascii(Flags f, boolean on, boolean ascii) throws PythonRegexException {
        if (!on) {
            throw error("bad inline flags: cannot turn off flags 'a', 'u' and 'L'");
        }
        return new Flags(f.ignoreCase, f.multiline, f.dotAll, f.verbose, ascii);
    }

    private Rx alternatives(Flags flags) throws PythonRegexException {
        List<Rx> choices = new ArrayList<>();
        do {
            choices.add(sequence(flags));
        } while (take('|'));
        return choices.size() == 1 ? choices.getFirst() : new Rx.Alternatives(choices);
    }

    private Rx sequence(Flags flags) throws PythonRegexException {
        List<Rx> parts = new ArrayList<>();
        while (!ended() && peek() != '|' && peek() != ')') {
            if (flags.verbose && skipVerbose()) {
                continue;
            }
            int c = next();
            if (c == '*' || c == '+' || c == '?') {
                repeat(parts, c == '+' ? 1 : 0, c == '?' ? 1 : -1);
            } else if (c == '{') {
                counted(parts, flags);
            } else {
                Rx part = atom(c, flags);
                if (part != null) {
                    parts.add(part);
                }
            }
        }
        return parts.size() == 1 ? parts.getFirst() : new Rx.Concat(parts);
    }

    private boolean skipVerbose() {
        int c = peek();
        if (c == ' ' || (c >= '\t' && c <= '\r')) {
            at++;
            return true;
        }
        if (c != '#') {
            return false;
        }
        while (!ended() && text[at] != '\n') {
            at++;
        }
        return true;
    }

    private void counted(List<Rx> parts, Flags flags) throws PythonRegexException {
        if (peek() == '}') {
            parts.add(new Rx.Literal('{', flags.ignoreCase));
            return;
        }
        int back = at;
        long min = digits();
        long max = min;
        if (take(',')) {
            max = digits();
        } else if (min < 0) {
            max = -2;
        }
        if (max == -2 || !take('}')) {
            at = back;
            parts.add(new Rx.Literal('{', flags.ignoreCase));
            return;
        }
        if (min >= MAX_REPEAT || max >= MAX_REPEAT) {
            throw error("the repetition number is too large");
        }
        long least = Math.max(min, 0);
        if (max >= 0 && max < least) {
            throw error("min repeat greater than max repeat");
        }
        repeat(parts, (int) Math.min(least, COUNT_CAP), (int) Math.min(max, COUNT_CAP));
    }

    /** −1 where no digit stands. */
    private long digits() {
        long value = -1;
        while (peek() >= '0' && peek() <= '9') {
            value = Math.min(MAX_REPEAT, Math.max(value, 0) * 10 + (text[at++] - '0'));
        }
        return value;
    }

    private void repeat(List<Rx> parts, int min, int max) throws PythonRegexException {
        if (parts.isEmpty() || parts.getLast() instanceof Rx.At) {
            throw error("nothing to repeat");
        }
        if (parts.getLast() instanceof Rx.Repeat) {
            throw error("multiple repeat");
        }
        Rx.Mode mode = take('?') ? Rx.Mode.LAZY : take('+') ? Rx.Mode.POSSESSIVE : Rx.Mode.GREEDY;
        parts.add(new Rx.Repeat(parts.removeLast(), min, max, mode));
    }

    /** Null for what matches nothing and cannot be repeated: a comment. */
    private @Nullable Rx atom(int c, Flags flags) throws PythonRegexException {
        return switch (c) {
            case '.' -> new Rx.Any(flags.dotAll);
            case '^' -> new Rx.At(flags.multiline ? Rx.Place.LINE_START : Rx.Place.START);
            case '$' -> new Rx.At(flags.multiline ? Rx.Place.LINE_END : Rx.Place.END);
            case '[' -> new Rx.OneOf(set(flags));
            case '\\' -> escape(flags);
            case '(' -> group(flags);
            default -> new Rx.Literal(c, flags.ignoreCase);
        };
    }

    private @Nullable Rx group(Flags flags) throws PythonRegexException {
        if (++depth > MAX_DEPTH) {
            throw PythonRegexException.tooLarge("groups are nested more than " + MAX_DEPTH + " deep");
        }
        try {
            return take('?') ? extension(flags) : capture(flags, null);
        } finally {
            depth--;
        }
    }

    private Rx capture(Flags flags, @Nullable String name) throws PythonRegexException {
        int index = groups++;
        if (name != null && names.put(name, index) != null) {
            throw error("redefinition of group name '" + name + "'");
        }
        open.add(index);
        Rx body = alternatives(flags);
        close();
        open.remove(index);
        widths.put(index, Width.of(body, widths));
        return new Rx.Group(index, body);
    }

    private void close() throws PythonRegexException {
        if (!take(')')) {
            throw error("missing ), unterminated subpattern");
        }
    }

    private @Nullable Rx extension(Flags flags) throws PythonRegexException {
        int c = next();
        return switch (c) {
            case ':' -> new Rx.Group(0, closed(flags));
            case '>' -> new Rx.Atomic(closed(flags));
            case '#' -> comment();
            case '=' -> new Rx.Look(closed(flags), false, false, 0);
            case '!' -> new Rx.Look(closed(flags), false, true, 0);
            case 'P' -> named(flags);
            case '(' -> conditional(flags);
            case '<' -> behind(flags);
            default -> {
                at--;
                yield scopedFlags(flags);
            }
        };
    }

    private Rx closed(Flags flags) throws PythonRegexException {
        Rx body = alternatives(flags);
        close();
        return body;
    }

    private @Nullable Rx comment() throws PythonRegexException {
        while (next() != ')') {
            // up to its end
        }
        return null;
    }

    private Rx behind(Flags flags) throws PythonRegexException {
        int c = next();
        if (c != '=' && c != '!') {
            throw error("unknown extension ?<");
        }
        Rx body = closed(flags);
        Width width = Width.of(body, widths);
        if (width.least() != width.most() || width.most() >= Width.MANY) {
            throw error("look-behind requires fixed-width pattern");
        }
        return new Rx.Look(body, true, c == '!', width.least());
    }

    private Rx named(Flags flags) throws PythonRegexException {
        if (take('<')) {
            return capture(flags, name('>'));
        }
        if (take('=')) {
            String name = name(')');
            Integer index = names.get(name);
            if (index == null) {
                throw error("unknown group name '" + name + "'");
            }
            return reference(index, flags);
        }
        throw error("unknown extension ?P");
    }

    private String name(int end) throws PythonRegexException {
        StringBuilder name = new StringBuilder();
        for (int c = next(); c != end; c = next()) {
            boolean fits = c == '_' || (name.isEmpty() ? Character.isLetter(c) : Character.isLetterOrDigit(c));
            if (!fits) {
                throw error("bad character in group name");
            }
            name.appendCodePoint(c);
        }
        if (name.isEmpty()) {
            throw error("missing group name");
        }
        return name.toString();
    }

    private Rx reference(int index, Flags flags) throws PythonRegexException {
        if (index >= groups) {
            throw error("invalid group reference " + index);
        }
        if (open.contains(index)) {
            throw error("cannot refer to an open group");
        }
        return new Rx.BackReference(index, flags.ignoreCase);
    }

    private Rx conditional(Flags flags) throws PythonRegexException {
        int index;
        if (peek() >= '0' && peek() <= '9') {
            long number = digits();
            if (number < 1 || number > COUNT_CAP || !take(')')) {
                throw error("bad group number");
            }
            index = (int) number;
            conditionalUpTo = Math.max(conditionalUpTo, index);
        } else {
            String name = name(')');
            Integer known = names.get(name);
            if (known == null) {
                throw error("unknown group name '" + name + "'");
            }
            index = known;
        }
        Rx yes = sequence(flags);
        Rx no = take('|') ? sequence(flags) : new Rx.Concat(List.of());
        if (peek() == '|') {
            throw error("conditional backref with more than two branches");
        }
        close();
        return new Rx.Conditional(index, yes, no);
    }

    private Rx scopedFlags(Flags flags) throws PythonRegexException {
        Flags scoped = flags;
        int first = at;
        while (peek() != ':' && peek() != '-') {
            if (peek() == ')' && at > first) {
                throw error("global flags not at the start of the expression");
            }
            scoped = with(scoped, next(), true);
        }
        if (take('-')) {
            if (peek() == ':') {
                throw error("missing flag");
            }
            while (peek() != ':') {
                scoped = with(scoped, next(), false);
            }
        }
        at++;
        return new Rx.Group(0, closed(scoped));
    }

    private Rx escape(Flags flags) throws PythonRegexException {
        int c = next();
        return switch (c) {
            case 'A' -> new Rx.At(Rx.Place.START);
            case 'Z' -> new Rx.At(Rx.Place.ABSOLUTE_END);
            case 'b' -> new Rx.At(flags.ascii ? Rx.Place.ASCII_WORD_BOUNDARY : Rx.Place.WORD_BOUNDARY);
            case 'B' -> new Rx.At(flags.ascii ? Rx.Place.NO_ASCII_WORD_BOUNDARY : Rx.Place.NO_WORD_BOUNDARY);
            case 'd', 'D', 's', 'S', 'w', 'W' ->
                new Rx.OneOf(new CharSet(false, flags.ignoreCase, List.of(category(c, flags))));
            case '0' -> new Rx.Literal(octal(0, 2), flags.ignoreCase);
            case '1', '2', '3', '4', '5', '6', '7', '8', '9' -> numbered(c, flags);
            default -> new Rx.Literal(literalEscape(c), flags.ignoreCase);
        };
    }

    /** {@code \1} to {@code \99} are groups; three octal digits are a character. */
    private Rx numbered(int first, Flags flags) throws PythonRegexException {
        int number = first - '0';
        if (peek() >= '0' && peek() <= '9') {
            if (first <= '7' && isOctal(at) && isOctal(at + 1)) {
                int value = octal(number, 2);
                if (value > 0xff) {
                    throw error("octal escape value outside of range 0-0o377");
                }
                return new Rx.Literal(value, flags.ignoreCase);
            }
            number = number * 10 + (next() - '0');
        }
        return reference(number, flags);
    }

    private boolean isOctal(int index) {
        return index < text.length && text[index] >= '0' && text[index] <= '7';
    }

    private int octal(int start, int atMost) {
        int value = start;
        for (int i = 0; i < atMost && isOctal(at); i++) {
            value = value * 8 + (text[at++] - '0');
        }
        return value;
    }

    private static CharSet.Item.Category category(int c, Flags flags) {
        return new CharSet.Item.Category((char) Character.toLowerCase(c), Character.isUpperCase(c), flags.ascii);
    }

    private int literalEscape(int c) throws PythonRegexException {
        int simple = SIMPLE_ESCAPES.indexOf(c);
        if (simple >= 0) {
            return SIMPLE_VALUES.charAt(simple);
        }
        return switch (c) {
            case 'x' -> hex(2);
            case 'u' -> hex(4);
            case 'U' -> hex(8);
            case 'N' -> characterName();
            default -> {
                if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
                    throw error("bad escape \\" + (char) c);
                }
                yield c;
            }
        };
    }

    private int hex(int count) throws PythonRegexException {
        long value = 0;
        for (int i = 0; i < count; i++) {
            int digit = Character.digit(next(), 16);
            if (digit < 0) {
                throw error("incomplete escape");
            }
            value = value * 16 + digit;
        }
        if (value > Character.MAX_CODE_POINT) {
            throw error("bad escape");
        }
        return (int) value;
    }

    private int characterName() throws PythonRegexException {
        if (!take('{')) {
            throw error("missing {");
        }
        StringBuilder name = new StringBuilder();
        for (int c = next(); c != '}'; c = next()) {
            name.appendCodePoint(c);
        }
        try {
            return Character.codePointOf(name.toString());
        } catch (IllegalArgumentException e) {
            throw error("undefined character name");
        }
    }

    private CharSet set(Flags flags) throws PythonRegexException {
        boolean negated = take('^');
        List<CharSet.Item> items = new ArrayList<>();
        boolean first = true;
        while (first || peek() != ']') {
            first = false;
            CharSet.Item low = member(flags);
            if (peek() != '-' || at + 1 >= text.length || text[at + 1] == ']') {
                items.add(low);
                continue;
            }
            at++;
            CharSet.Item high = member(flags);
            if (!(low instanceof CharSet.Item.Range from && high instanceof CharSet.Item.Range to)
                    || to.low() < from.low()) {
                throw error("bad character range");
            }
            items.add(new CharSet.Item.Range(from.low(), to.low()));
        }
        at++;
        return new CharSet(negated, flags.ignoreCase, items);
    }

    private CharSet.Item member(Flags flags) throws PythonRegexException {
        if (ended()) {
            throw error("unterminated character set");
        }
        int c = next();
        if (c != '\\') {
            return new CharSet.Item.Range(c, c);
        }
        int escaped = next();
        if ("dDsSwW".indexOf(escaped) >= 0) {
            return category(escaped, flags);
        }
        int value;
        if (escaped == 'b') {
            value = '\b';
        } else if (escaped >= '0' && escaped <= '7') {
            value = octal(escaped - '0', 2);
            if (value > 0xff) {
                throw error("octal escape value outside of range 0-0o377");
            }
        } else if (escaped == '8' || escaped == '9') {
            throw error("bad escape");
        } else {
            value = literalEscape(escaped);
        }
        return new CharSet.Item.Range(value, value);
    }
}
