package io.limelight.console.revocations;

import io.limelight.console.fleet.FailureSummary;
import io.limelight.console.fleet.FleetSnapshot;
import io.limelight.console.fleet.Machine;
import io.limelight.console.machines.evidence.Printable;
import io.limelight.console.words.Words;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.InvalidAgentIdException;
import io.limelight.core.ca.OwnNotice;
import io.limelight.core.failure.EventComponent;
import io.limelight.core.failure.NextStep;
import io.limelight.core.json.WireJson;
import io.limelight.core.revocation.NoticeExamination;
import io.limelight.core.revocation.RevocationNotice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Notices in sentences. Knows no node. */
public final class NoticeWords {
    private static final int LONGEST = 300;

    private final Words words;
    private final Supplier<FleetSnapshot> fleet;
    private final Function<AgentId, String> names;

    /**
     * In these words.
     *
     * @param names what people call a machine, else its id
     */
    public NoticeWords(Words words, Supplier<FleetSnapshot> fleet, Function<AgentId, String> names) {
        this.words = words;
        this.fleet = fleet;
        this.names = names;
    }

    /** What people call a machine; what is no id stays as it is. */
    String name(String machine) {
        return id(machine).map(names).orElse(machine);
    }

    /** Whose id that is, if it can be one. */
    static Optional<AgentId> id(String machine) {
        try {
            return Optional.of(AgentId.of(machine));
        } catch (InvalidAgentIdException e) {
            return Optional.empty();
        }
    }

    /** What failed: with its place in the evidence while the machine still fails for it, and what can be done about it. */
    FailureSummary failure(Notice notice) {
        List<FailureSummary.Action> actions = NextStep.after(notice.eventId()).stream()
                .map(step -> new FailureSummary.Action(step.id(), step.sentence()))
                .toList();
        Optional<FailureSummary> known = id(notice.machine())
                .map(id -> fleet.get().byId().get(id))
                .map(Machine::failure)
                .filter(failure -> failure.id().equals(notice.eventId()));
        return new FailureSummary(
                notice.eventId(),
                known.map(FailureSummary::severity).orElse(""),
                known.map(FailureSummary::sentence).orElse(""),
                List.of(),
                known.map(FailureSummary::pointers).orElse(List.of()),
                actions,
                known.map(FailureSummary::context).orElse(Map.of()));
    }

    /** Why, in a sentence: as the verifier tells it of the machine, while it is still so. */
    String reason(Notice notice) {
        if (!notice.type().equals(RevocationNotice.REVOCATION)
                || notice.eventId().equals(OwnNotice.EVENT)) {
            return generic(notice.type(), notice.eventId());
        }
        return told(notice.machine(), notice.eventId()).orElseGet(() -> generic(notice.type(), notice.eventId()));
    }

    /** The same, where the notice's own words are known. */
    String reason(Notice notice, Optional<NoticeExamination> examination) {
        return told(notice.machine(), notice.eventId())
                .or(() -> examination.map(NoticeExamination::notice).flatMap(this::said))
                .orElseGet(() -> reason(notice));
    }

    /** Of a notice that nobody's list knows. */
    String reason(RevocationNotice notice) {
        String event = notice.event().map(RevocationNotice.Event::id).orElse("");
        return said(notice).orElseGet(() -> generic(notice.type(), Printable.text(event, LONGEST)));
    }

    private Optional<String> told(String machine, String eventId) {
        FailureSummary failure = id(machine)
                .map(id -> fleet.get().byId().get(id))
                .map(Machine::failure)
                .orElse(null);
        return failure != null
                        && failure.id().equals(eventId)
                        && !failure.sentence().isEmpty()
                ? Optional.of(Printable.text(failure.sentence(), LONGEST))
                : Optional.empty();
    }

    /** What stands in the context, where it names a file or brings a sentence. */
    private Optional<String> said(RevocationNotice notice) {
        try {
            var context = WireJson.parseObject(notice.event()
                    .map(RevocationNotice.Event::context)
                    .orElse("{}")
                    .getBytes(StandardCharsets.UTF_8));
            Optional<String> message = WireJson.nonEmptyText(context, "message");
            if (message.isPresent()) {
                return message.map(text -> Printable.text(text, LONGEST));
            }
            return WireJson.nonEmptyText(context, "path")
                    .map(path -> words.of("revocations.reason.path", Printable.text(path, LONGEST)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private String generic(String type, String eventId) {
        if (type.equals(RevocationNotice.COMM_ERROR)) {
            return words.of("revocations.reason.silent");
        }
        if (type.equals(RevocationNotice.TEST)) {
            return words.of("revocations.reason.test");
        }
        if (eventId.equals(OwnNotice.EVENT)) {
            return words.of("revocations.reason.administrator");
        }
        List<EventComponent> known = List.of(
                EventComponent.IMA,
                EventComponent.MEASURED_BOOT,
                EventComponent.PCR_VALIDATION,
                EventComponent.QUOTE_VALIDATION,
                EventComponent.INTERNAL_VERIFIER);
        for (EventComponent component : known) {
            if (eventId.startsWith(component.text() + ".")) {
                return words.of("revocations.reason."
                        + switch (component) {
                            case IMA -> "ima";
                            case MEASURED_BOOT -> "boot";
                            case PCR_VALIDATION -> "pcr";
                            case QUOTE_VALIDATION -> "quote";
                            default -> "verifier";
                        });
            }
        }
        return eventId.isEmpty() ? words.of("revocations.reason.none") : words.of("revocations.reason.other", eventId);
    }

    /** How many have it, in half a sentence. */
    String told(Notice notice) {
        return switch (notice.state()) {
            case HELD -> words.of("revocations.row.held");
            case DISCARDED -> words.of("revocations.row.discarded");
            case RECEIVED -> words.of("revocations.row.received");
            case UNVERIFIED -> words.of("revocations.row.unverified");
            case NEW, OPEN, DONE ->
                notice.receivers() == 0
                        ? words.of("revocations.row.nobody")
                        : words.of("revocations.row.told", notice.told(), notice.receivers());
        };
    }
}
