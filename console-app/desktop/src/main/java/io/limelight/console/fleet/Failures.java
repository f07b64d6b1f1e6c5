package io.limelight.console.fleet;

import io.limelight.console.words.Words;
import io.limelight.core.api.ToldFailure;
import io.limelight.core.api.WireFormatException;
import io.limelight.core.failure.Failure;
import io.limelight.core.failure.FailureBundle;
import io.limelight.core.failure.Severity;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Failures as people read them, whoever tells of them. */
final class Failures {
    private static final List<String> LABELS =
            List.of("info", "notice", "warning", "error", "critical", "alert", "emergency");
    private static final int MOST_KNOWN = 500;
    private static final Pattern PCR = Pattern.compile(".*_pcr_([0-9]{1,2})");

    /** Beginnings of event ids and the words for them, the longer before the shorter (wire reference §6.5). */
    private static final List<Map.Entry<String, String>> KNOWN = List.of(
            Map.entry("qoute_validation.", "quote"),
            Map.entry("pcr_validation.invalid_pcr_", "pcr"),
            Map.entry("pcr_validation.", "pcrs"),
            Map.entry("measured_boot.policy_", "boot-policy"),
            Map.entry("measured_boot.", "boot"),
            Map.entry("ima.pcr_mismatch", "ima-pcr"),
            Map.entry("ima.quote_progress", "ima-pcr"),
            Map.entry("ima.validation.tomtou", "ima-tomtou"),
            Map.entry("ima.validation.ima-ng.not_in_allowlist", "ima-file"),
            Map.entry("ima.validation.ima-ng.runtime_policy_hash", "ima-changed"),
            Map.entry("ima.validation.ima-sig", "ima-signature"),
            Map.entry("ima.validator.", "ima-signature"),
            Map.entry("ima.", "ima"),
            Map.entry("internal.verifier.not_reachable", "unreachable"),
            Map.entry("internal.verifier.no_", "no-answer"),
            Map.entry("internal.verifier.version_not_supported", "version"),
            Map.entry("internal.", "internal"));

    private final Words words;
    private final Map<String, FailureSummary> named = new ConcurrentHashMap<>();

    Failures(Words words) {
        this.words = words;
    }

    static FailureSummary of(ToldFailure told) {
        return new FailureSummary(
                told.id(),
                told.severity(),
                told.sentence(),
                told.likelyCauses(),
                told.places().stream().map(Failures::pointer).toList(),
                told.actions().stream()
                        .map(action -> new FailureSummary.Action(action.id(), action.sentence()))
                        .toList(),
                told.context());
    }

    private static FailureSummary.Pointer pointer(ToldFailure.Place place) {
        return switch (place.in()) {
            case IMA_LIST -> new FailureSummary.Pointer.ImaEntry(place.number());
            case PCR -> new FailureSummary.Pointer.Pcr(Math.toIntExact(place.number()));
            case BOOT_LOG -> new FailureSummary.Pointer.BootEvent(place.number());
        };
    }

    /** A failure found here. */
    static FailureSummary of(Failure failure) {
        return of(failure, new Severity(0, ""));
    }

    private static FailureSummary of(Failure failure, Severity severity) {
        try {
            return of(ToldFailure.from(FailureBundle.of(failure, severity)));
        } catch (WireFormatException e) {
            throw new IllegalStateException("a failure of our own cannot be read", e);
        }
    }

    /** Of a verifier that keeps no more than a name: what that name means, and no word of what it was this time. */
    FailureSummary named(String eventId, int severity) {
        String id = Printable.of(eventId, 200);
        String key = severity + " " + id;
        FailureSummary known = named.get(key);
        if (known == null) {
            known = make(id, severity);
            if (named.size() < MOST_KNOWN) {
                named.put(key, known);
            }
        }
        return known;
    }

    private FailureSummary make(String id, int severity) {
        String label = severity >= 0 && severity < LABELS.size() ? LABELS.get(severity) : "";
        String only = words.of("fleet.event.only", id);
        Matcher pcr = PCR.matcher(id);
        String number = pcr.matches() ? pcr.group(1) : "";
        String sentence = KNOWN.stream()
                .filter(known -> id.startsWith(known.getKey()))
                .findFirst()
                .map(known -> words.of("fleet.event." + known.getValue().toLowerCase(Locale.ROOT), number) + " " + only)
                .orElse(only);
        return of(
                Failure.recoverable(id.isEmpty() ? "?" : id, sentence, List.of(), Map.of()),
                new Severity(severity, label));
    }
}
