package io.limelight.console.notify;

import io.limelight.console.kit.Ages;
import io.limelight.console.machines.evidence.Printable;
import io.limelight.console.mail.Mail;
import io.limelight.console.words.Words;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Notices as a mail: the most urgent in the subject, and who in the text. Names are of machines nobody trusts. */
final class MailText {
    private static final int NAMED = 50;
    private static final int LONGEST_NAME = 120;
    private static final String LINE = "\r\n";

    private final Words words;
    private final String profile;

    MailText(Words words, String profile) {
        this.words = words;
        this.profile = Printable.text(profile, LONGEST_NAME);
    }

    /** A mail of all of them. */
    Mail of(List<Notice> notices, Instant now, ZoneId zone) {
        Map<Occurrence.Kind, List<Occurrence>> groups = new EnumMap<>(Occurrence.Kind.class);
        notices.forEach(notice ->
                groups.computeIfAbsent(notice.kind(), _ -> new ArrayList<>()).addAll(notice.about()));
        List<Notice> merged = groups.values().stream()
                .map(about -> new Notice(now, about))
                .sorted(Comparator.comparing(Notice::kind))
                .toList();
        StringBuilder text = new StringBuilder();
        for (Notice notice : merged) {
            text.append(said(notice)).append(LINE);
            if (notice.about().size() > 1) {
                notice.about().stream()
                        .limit(NAMED)
                        .forEach(each -> text.append("  ").append(who(each)).append(LINE));
                if (notice.about().size() > NAMED) {
                    text.append("  ")
                            .append(words.of("notify.mail.more", notice.about().size() - NAMED))
                            .append(LINE);
                }
            } else if (!notice.about()
                    .getFirst()
                    .id()
                    .equals(notice.about().getFirst().name())) {
                text.append("  ").append(who(notice.about().getFirst())).append(LINE);
            }
            text.append(LINE);
        }
        text.append(words.of("notify.mail.foot", profile, Ages.exact(words, now, zone)))
                .append(LINE);
        String subject = said(merged.getFirst());
        return new Mail(
                merged.size() == 1
                        ? words.of("notify.mail.subject", profile, subject)
                        : words.of("notify.mail.subject-more", profile, subject, merged.size() - 1),
                text.toString());
    }

    /** A mail that only tries the way. */
    Mail test(Instant now, ZoneId zone) {
        return new Mail(
                words.of("notify.mail.subject", profile, words.of("notify.alerts.test-text")),
                words.of("notify.alerts.test-text")
                        + LINE
                        + LINE
                        + words.of("notify.mail.foot", profile, Ages.exact(words, now, zone))
                        + LINE);
    }

    private String said(Notice notice) {
        return Printable.text(notice.text(words), 2 * LONGEST_NAME);
    }

    private static String who(Occurrence each) {
        String name = Printable.text(each.name(), LONGEST_NAME);
        String id = Printable.text(each.id(), LONGEST_NAME);
        return name.equals(id) ? id : name + "  " + id;
    }
}
