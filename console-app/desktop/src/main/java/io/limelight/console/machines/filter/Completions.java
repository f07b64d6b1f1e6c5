package io.limelight.console.machines.filter;

import io.limelight.console.fleet.MachineState;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What could be meant by the word that is being typed. */
public final class Completions {
    private static final int MOST = 8;

    private Completions() {}

    /**
     * Whole filters that begin with what is typed so far.
     *
     * @param typed the filter up to now
     * @param policies names in use
     * @param tags names in use
     */
    public static List<String> of(String typed, Collection<String> policies, Collection<String> tags) {
        int blank = typed.lastIndexOf(' ') + 1;
        String before = typed.substring(0, blank);
        String word = typed.substring(blank);
        String minus = word.startsWith("-") ? "-" : "";
        String rest = word.substring(minus.length()).toLowerCase(Locale.ROOT);
        if (rest.isEmpty() || rest.contains("\"")) {
            return List.of();
        }
        Stream<String> words = Stream.of(FilterKey.values())
                .flatMap(key -> rest.contains(":")
                        ? values(key, policies, tags).map(value -> key.text() + ":" + quoted(value))
                        : Stream.of(key.text() + ":"));
        return words.filter(offered -> offered.toLowerCase(Locale.ROOT).startsWith(rest))
                .filter(offered -> !offered.equalsIgnoreCase(rest))
                .sorted()
                .limit(MOST)
                .map(offered -> before + minus + offered)
                .toList();
    }

    private static Stream<String> values(FilterKey key, Collection<String> policies, Collection<String> tags) {
        return switch (key) {
            case STATE -> Stream.of(MachineState.values()).map(MachineState::key);
            case AGE -> Stream.of(">1m", ">1h", ">1d", "<1m", "never");
            case POLICY -> Stream.concat(policies.stream(), Stream.of("none"));
            case TAG -> Stream.concat(tags.stream(), Stream.of("none"));
            case ALIAS, ID, CIDR, FAILURE -> Stream.empty();
        };
    }

    private static String quoted(String value) {
        return value.contains(" ") ? "\"" + value + "\"" : value;
    }
}
