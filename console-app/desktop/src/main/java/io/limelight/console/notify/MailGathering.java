package io.limelight.console.notify;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * When the next mail goes, and what is in it: what comes within a quarter of a minute is one mail, mails are a minute apart, and after ten
 * within an hour the next waits for its turn. Nothing is left out; what waits goes together.
 */
final class MailGathering {
    static final Duration TOGETHER = Duration.ofSeconds(15);
    static final Duration APART = Duration.ofMinutes(1);
    static final int MOST = 10;
    static final Duration WITHIN = Duration.ofHours(1);

    private final Deque<Instant> sent = new ArrayDeque<>();
    private final List<Notice> waiting = new ArrayList<>();

    /** Adds; says whether somebody waits already. */
    boolean add(Notice notice) {
        waiting.add(notice);
        return waiting.size() > 1;
    }

    /**
     * How long what waits has to.
     *
     * @param atOnce whether it waits for its turn alone, not for what may come with it
     */
    Duration wait(Instant now, boolean atOnce) {
        forget(now);
        Instant due = atOnce ? now : now.plus(TOGETHER);
        if (!sent.isEmpty() && sent.getLast().plus(APART).isAfter(due)) {
            due = sent.getLast().plus(APART);
        }
        if (sent.size() >= MOST && sent.getFirst().plus(WITHIN).isAfter(due)) {
            due = sent.getFirst().plus(WITHIN);
        }
        return Duration.between(now, due);
    }

    /** All that waits. */
    List<Notice> take(Instant now) {
        List<Notice> all = List.copyOf(waiting);
        waiting.clear();
        if (!all.isEmpty()) {
            forget(now);
            sent.addLast(now);
        }
        return all;
    }

    /** A clock that was set back must not hold mails for ever. */
    private void forget(Instant now) {
        sent.removeIf(at -> !at.isAfter(now.minus(WITHIN)) || at.isAfter(now));
    }
}
