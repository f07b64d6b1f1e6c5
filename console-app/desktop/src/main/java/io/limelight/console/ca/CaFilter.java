package io.limelight.console.ca;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a list of certificates shows: words in names and serial numbers (decimal or hexadecimal), {@code badge:expiring,revoked},
 * {@code ends:<30d}. All of them must fit.
 *
 * @param words lower case
 * @param badges empty: any
 * @param within ends within that time
 * @param unknown the word that means nothing
 */
record CaFilter(List<String> words, Set<Badge> badges, Optional<Duration> within, Optional<String> unknown) {
    private static final int MOST_WORDS = 20;

    static CaFilter parse(String text) {
        List<String> words = new ArrayList<>();
        Set<Badge> badges = EnumSet.noneOf(Badge.class);
        Optional<Duration> within = Optional.empty();
        Optional<String> unknown = Optional.empty();
        for (String word : Stream.of(text.strip().toLowerCase(Locale.ROOT).split("\\s+", -1))
                .filter(each -> !each.isEmpty())
                .limit(MOST_WORDS)
                .toList()) {
            if (word.startsWith("badge:")) {
                for (String name : word.substring("badge:".length()).split(",", -1)) {
                    Optional<Badge> badge = Badge.named(name);
                    badge.ifPresent(badges::add);
                    if (badge.isEmpty()) {
                        unknown = Optional.of(word);
                    }
                }
            } else if (word.matches("ends:<\\d{1,5}d")) {
                within = Optional.of(Duration.ofDays(Long.parseLong(word.substring(6, word.length() - 1))));
            } else if (word.matches("[a-z]+:.*") && !word.matches("([0-9a-f]{2}:)+[0-9a-f]{0,2}")) {
                unknown = Optional.of(word);
            } else {
                words.add(word);
            }
        }
        return new CaFilter(words, badges, within, unknown);
    }

    boolean empty() {
        return words.isEmpty() && badges.isEmpty() && within.isEmpty();
    }

    boolean fits(CaRow row, Instant now) {
        if (!badges.isEmpty() && !badges.contains(row.badge())) {
            return false;
        }
        if (within.isPresent()
                && (row.ends().isEmpty()
                        || row.ends().get().isBefore(now)
                        || !now.plus(within.get()).isAfter(row.ends().get()))) {
            return false;
        }
        return words.stream().allMatch(word -> named(row, word));
    }

    private static boolean named(CaRow row, String word) {
        String hex = row.serial().toString(16);
        String typed = word.replaceFirst("^0x", "").replace(":", "").replaceFirst("^0+(?=.)", "");
        return row.name().toLowerCase(Locale.ROOT).contains(word)
                || row.alias().toLowerCase(Locale.ROOT).contains(word)
                || row.serial().toString().equals(word)
                || hex.equals(typed);
    }

    static List<String> completions(String typed) {
        int space = typed.lastIndexOf(' ') + 1;
        String before = typed.substring(0, space);
        String word = typed.substring(space).toLowerCase(Locale.ROOT);
        return word.isEmpty()
                ? List.of()
                : Stream.concat(Stream.of(Badge.values()).map(badge -> "badge:" + badge.key()), Stream.of("ends:<30d"))
                        .filter(each -> each.startsWith(word) && !each.equals(word))
                        .map(each -> before + each)
                        .toList();
    }
}
