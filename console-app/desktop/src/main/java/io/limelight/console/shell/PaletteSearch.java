package io.limelight.console.shell;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Finds what somebody means who types a few letters. Knows no toolkit. */
final class PaletteSearch {
    private static final int MOST = 60;
    private static final int MOST_OF_A_KIND = 12;
    private static final Pattern MARKS = Pattern.compile("\\p{M}+");

    private final Supplier<List<PaletteEntry>> actionsAndPages;
    private final Function<String, List<PaletteEntry>> machines;

    PaletteSearch(Supplier<List<PaletteEntry>> actionsAndPages, Function<String, List<PaletteEntry>> machines) {
        this.actionsAndPages = actionsAndPages;
        this.machines = machines;
    }

    /** What a text may mean: the best of each kind, kinds in the order of their best. {@code >} asks for actions, {@code @} for machines. */
    List<PaletteEntry> find(String typed) {
        String text = typed.strip();
        boolean actionsOnly = text.startsWith(">");
        boolean machinesOnly = text.startsWith("@");
        String query = actionsOnly || machinesOnly ? text.substring(1).strip() : text;
        List<String> parts = parts(query);
        List<Scored> found = new ArrayList<>();
        if (!machinesOnly) {
            for (PaletteEntry entry : actionsAndPages.get()) {
                if (!actionsOnly || entry.kind() == PaletteEntry.Kind.ACTION) {
                    score(found, entry, parts);
                }
            }
        }
        if (!actionsOnly && (machinesOnly || !query.isEmpty())) {
            for (PaletteEntry entry : machines.apply(query)) {
                score(found, entry, parts);
            }
        }
        List<PaletteEntry> result = new ArrayList<>();
        kinds(found)
                .forEach(kind -> found.stream()
                        .filter(each -> each.entry().kind() == kind)
                        .sorted(Comparator.comparingInt(Scored::score))
                        .limit(MOST_OF_A_KIND)
                        .forEach(each -> result.add(each.entry())));
        return result.subList(0, Math.min(MOST, result.size()));
    }

    private static List<PaletteEntry.Kind> kinds(List<Scored> found) {
        return found.stream()
                .sorted(Comparator.comparingInt(Scored::score)
                        .thenComparing(each -> each.entry().kind()))
                .map(each -> each.entry().kind())
                .distinct()
                .toList();
    }

    private record Scored(PaletteEntry entry, int score) {}

    private static void score(List<Scored> found, PaletteEntry entry, List<String> parts) {
        String title = folded(entry.title());
        String detail = folded(entry.detail());
        int score = 0;
        for (String part : parts) {
            int at = title.indexOf(part);
            if (at == 0) {
                score += 0;
            } else if (at > 0) {
                score += Character.isLetterOrDigit(title.charAt(at - 1)) ? 3 : 1;
            } else if (detail.contains(part)) {
                score += 5;
            } else {
                return;
            }
        }
        found.add(new Scored(entry, score));
    }

    static List<String> parts(String query) {
        return query.isBlank() ? List.of() : List.of(folded(query).strip().split("\\s+"));
    }

    /** Small letters without accents. */
    static String folded(String text) {
        return MARKS.matcher(Normalizer.normalize(text, Normalizer.Form.NFD))
                .replaceAll("")
                .toLowerCase(Locale.ROOT);
    }
}
