package io.limelight.console.notify;

import io.limelight.console.words.Words;
import java.time.Instant;
import java.util.List;

/**
 * Occurrences of one kind that came together.
 *
 * @param at when
 * @param about them, the first first
 */
public record Notice(Instant at, List<Occurrence> about) {
    /** Copies. */
    public Notice {
        about = List.copyOf(about);
    }

    /** What happened. */
    public Occurrence.Kind kind() {
        return about.getFirst().kind();
    }

    /** One sentence: of one by its name, of more by their number. */
    public String text(Words words) {
        return about.size() == 1
                ? words.of("notify." + kind().key() + ".one", about.getFirst().name())
                : words.of("notify." + kind().key() + ".many", about.size());
    }

    /** Who, in a line. */
    public String names(Words words) {
        List<String> names = about.stream().map(Occurrence::name).limit(3).toList();
        return about.size() <= 3
                ? String.join(", ", names)
                : words.of("notify.names", String.join(", ", names), about.size() - 3);
    }
}
