package io.limelight.console.machines.filter;

import io.limelight.console.fleet.FailureSummary;
import io.limelight.console.fleet.Machine;
import io.limelight.console.fleet.MachineState;
import io.limelight.console.machines.filter.Condition.Asks;
import io.limelight.console.machines.filter.Condition.Wrong;
import io.limelight.console.machines.filter.MachineFilter.Term;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The keys of {@code key:value}, each with its own meaning. What is offered for completion comes from here too. */
public enum FilterKey {
    /** {@code state:failed}, {@code state:failed,stale}. */
    STATE,
    /** Age of the last pass: {@code age:>1h}, {@code age:<30s}, {@code age:never}. */
    AGE,
    /** Part of a runtime or boot policy's name; {@code policy:none}. */
    POLICY,
    /** A tag, whole; {@code tag:none}. */
    TAG,
    /** Part of an alias. */
    ALIAS,
    /** Beginning of an id. */
    ID,
    /** Addresses of a network: {@code cidr:10.0.0.0/8}, {@code cidr:fd00::/8}, one address. */
    CIDR,
    /** Part of the last failure's id or sentence. */
    FAILURE;

    private static final String NONE = "none";

    /** As typed: {@code state}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether a text is a key, whatever its case. */
    public static boolean known(String text) {
        return of(text).isPresent();
    }

    static Optional<FilterKey> of(String text) {
        return Stream.of(values())
                .filter(key -> key.text().equalsIgnoreCase(text))
                .findFirst();
    }

    static Condition condition(Term term) {
        Optional<FilterKey> key = of(term.key());
        if (key.isEmpty()) {
            return text(term);
        }
        if (term.value().isEmpty()) {
            return new Wrong(
                    "machines.filter.no-value",
                    key.get().text() + ":" + key.get().example());
        }
        return key.get().condition(term.value());
    }

    /** A value of this key, to show what is meant. */
    public String example() {
        return switch (this) {
            case STATE -> "failed,stale";
            case AGE -> ">1h";
            case POLICY -> "web";
            case TAG -> "dc-east";
            case ALIAS -> "web-07";
            case ID -> "d432fbb3";
            case CIDR -> "10.0.0.0/8";
            case FAILURE -> "ima";
        };
    }

    private Condition condition(String value) {
        return switch (this) {
            case STATE -> states(value);
            case AGE -> age(value);
            case POLICY -> policy(value);
            case TAG -> tag(value);
            case ALIAS -> new Asks(contains(value, facts -> facts.labels().alias()));
            case ID -> id(value);
            case CIDR -> cidr(value);
            case FAILURE -> failure(value);
        };
    }

    /** A word without a key; one that looks like {@code key:value} with a key nobody knows is most likely mistyped. */
    private static Condition text(Term term) {
        int colon = term.value().indexOf(':');
        if (colon > 0 && !term.text().contains("\"")) {
            String before = term.value().substring(0, colon);
            boolean word = before.chars().allMatch(Character::isLetter);
            boolean address = before.length() <= 4 && before.chars().allMatch(c -> Character.digit(c, 16) >= 0);
            if (word && !address) {
                return new Wrong("machines.filter.unknown-key", keys());
            }
        }
        String wanted = Folded.of(term.value());
        return new Asks(facts -> {
            Machine machine = facts.machine();
            return Folded.contains(machine.id().value(), wanted)
                    || Folded.contains(machine.address(), wanted)
                    || Folded.contains(facts.labels().alias(), wanted)
                    || Folded.contains(machine.runtimePolicy(), wanted)
                    || Folded.contains(machine.bootPolicy(), wanted)
                    || facts.labels().tags().stream().anyMatch(tag -> Folded.contains(tag, wanted));
        });
    }

    /** Every key, as typed. */
    public static String keys() {
        return Stream.of(values()).map(key -> key.text() + ":").collect(Collectors.joining(" "));
    }

    private static Condition states(String value) {
        Set<MachineState> wanted = EnumSet.noneOf(MachineState.class);
        for (String word : value.split(",", -1)) {
            Optional<MachineState> state = Stream.of(MachineState.values())
                    .filter(one -> one.key().equalsIgnoreCase(word.strip()))
                    .findFirst();
            if (state.isEmpty()) {
                return new Wrong(
                        "machines.filter.unknown-state",
                        Stream.of(MachineState.values()).map(MachineState::key).collect(Collectors.joining(", ")));
            }
            wanted.add(state.get());
        }
        return new Asks(facts -> wanted.contains(facts.state()));
    }

    private static Condition age(String value) {
        if (value.equalsIgnoreCase("never")) {
            return new Asks(facts -> facts.machine().lastPass() == null);
        }
        boolean older = value.startsWith(">");
        boolean younger = value.startsWith("<");
        Optional<Duration> length = older || younger ? Lengths.read(value.substring(1)) : Optional.empty();
        if (length.isEmpty()) {
            return new Wrong("machines.filter.bad-age", "age:>90s, age:<5m, age:>1h, age:>2d, age:never");
        }
        Duration limit = length.get();
        return new Asks(facts -> {
            Instant passed = facts.machine().lastPass();
            if (passed == null) {
                return false;
            }
            int compared = Duration.between(passed, facts.now()).compareTo(limit);
            return older ? compared > 0 : compared < 0;
        });
    }

    private static Condition policy(String value) {
        if (value.equalsIgnoreCase(NONE)) {
            return new Asks(facts -> facts.machine().runtimePolicy().isEmpty()
                    && facts.machine().bootPolicy().isEmpty());
        }
        String wanted = Folded.of(value);
        return new Asks(facts -> Folded.contains(facts.machine().runtimePolicy(), wanted)
                || Folded.contains(facts.machine().bootPolicy(), wanted));
    }

    private static Condition tag(String value) {
        if (value.equalsIgnoreCase(NONE)) {
            return new Asks(facts -> facts.labels().tags().isEmpty());
        }
        String wanted = Folded.of(value);
        return new Asks(facts ->
                facts.labels().tags().stream().anyMatch(tag -> Folded.of(tag).equals(wanted)));
    }

    private static Predicate<MachineFacts> contains(String value, Function<MachineFacts, String> where) {
        String wanted = Folded.of(value);
        return facts -> Folded.contains(where.apply(facts), wanted);
    }

    private static Condition id(String value) {
        String wanted = value.toLowerCase(Locale.ROOT);
        return new Asks(facts -> facts.machine().id().value().regionMatches(true, 0, wanted, 0, wanted.length()));
    }

    private static Condition cidr(String value) {
        Optional<Network> network = Network.read(value);
        if (network.isEmpty()) {
            return new Wrong("machines.filter.bad-network", "cidr:10.0.0.0/8, cidr:192.168.1.7, cidr:fd00::/8");
        }
        return new Asks(facts -> network.get().holds(facts.machine().address()));
    }

    private static Condition failure(String value) {
        String wanted = Folded.of(value);
        return new Asks(facts -> {
            FailureSummary failure = facts.machine().failure();
            return failure != null
                    && (Folded.contains(failure.id(), wanted) || Folded.contains(failure.sentence(), wanted));
        });
    }
}
