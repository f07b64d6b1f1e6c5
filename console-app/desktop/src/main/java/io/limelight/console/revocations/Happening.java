package io.limelight.console.revocations;

import io.limelight.console.revocations.Notice.Outcome;
import io.limelight.console.revocations.NoticeDetail.Delivery;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What happened about a notice, step by step, as it was recorded.
 *
 * @param kind what
 * @param at when
 * @param since after the notice was made; null for the first
 * @param count of machines, where it is about several
 * @param good whether it went as it should
 */
record Happening(Kind kind, Instant at, @Nullable Duration since, long count, boolean good) {
    enum Kind {
        SIGNED,
        FIRST_TOLD,
        WEBHOOK,
        ZEROMQ,
        LAST_TOLD,
        ON_CRL;

        String key() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Those that are recorded; a certificate's revocation is recorded in whole seconds. */
    static List<Happening> of(NoticeDetail detail, Optional<CrlFacts.Change> change) {
        Instant issued = detail.notice().issued();
        if (issued == null) {
            return List.of();
        }
        List<Happening> all = new ArrayList<>();
        all.add(new Happening(Kind.SIGNED, issued, null, 0, detail.notice().signed()));
        List<Delivery> told = detail.deliveries().stream()
                .filter(each -> each.channel() == Channel.Kind.AGENT
                        && each.outcome() == Outcome.DELIVERED
                        && each.changed() != null)
                .sorted(Comparator.comparing(Happening::changed))
                .toList();
        if (!told.isEmpty()) {
            all.add(of(Kind.FIRST_TOLD, changed(told.getFirst()), issued, 1, true));
            if (told.size() > 1) {
                boolean everybody = detail.notice().told() == detail.notice().receivers();
                all.add(of(Kind.LAST_TOLD, changed(told.getLast()), issued, told.size(), everybody));
            }
        }
        for (Delivery each : detail.deliveries()) {
            if (each.channel() != Channel.Kind.AGENT && each.changed() != null) {
                Kind kind = each.channel() == Channel.Kind.WEBHOOK ? Kind.WEBHOOK : Kind.ZEROMQ;
                all.add(of(kind, changed(each), issued, 0, each.outcome() == Outcome.DELIVERED));
            }
        }
        change.ifPresent(now -> all.add(of(Kind.ON_CRL, now.entry().at(), issued, 0, true)));
        all.sort(Comparator.comparing(Happening::at).thenComparing(Happening::kind));
        return all;
    }

    private static Instant changed(Delivery delivery) {
        Instant changed = delivery.changed();
        return changed == null ? Instant.EPOCH : changed;
    }

    private static Happening of(Kind kind, Instant at, Instant issued, long count, boolean good) {
        return new Happening(kind, at, Duration.between(issued, at), count, good);
    }
}
