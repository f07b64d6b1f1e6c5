package io.limelight.core.tenant;

import io.limelight.core.api.AgentClient;
import io.limelight.core.api.ApiException;
import io.limelight.core.json.WireJson;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import io.limelight.core.task.TaskReport;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Watches what becomes of a payload on the machine after it has proved that it holds the key: opened, its script running, its script
 * ended. It is the machine's word. Nothing here fails an enrolment.
 */
final class PayloadFollow {
    private static final Duration FIRST = Duration.ofMillis(15);
    private static final Duration LONGEST = Duration.ofMillis(500);
    private static final int SHOWN = 400;
    private static final Set<String> UNDER_WAY = Set.of("have_u", "have_v", "key_only", "unpacking");

    private final Cancellation cancellation;
    private final StepClock steps;
    private final Duration patience;

    /** @param patience how long a running script is waited for; it runs on afterwards */
    PayloadFollow(Cancellation cancellation, TaskReport report, InstantSource clock, Duration patience) {
        this.cancellation = cancellation;
        this.steps = new StepClock(report, clock);
        this.patience = patience;
    }

    /** Watches. */
    PayloadOutcome run(AgentClient agent, boolean script) throws CancelledException {
        steps.begin(EnrolmentSteps.OPENED);
        boolean opened = false;
        Duration waited = Duration.ZERO;
        Duration pause = FIRST;
        while (true) {
            Optional<ObjectNode> told = ask(agent);
            if (told.isEmpty()) {
                steps.done(EnrolmentSteps.OPENED, "this agent does not tell");
                return PayloadOutcome.NOT_REPORTED;
            }
            PayloadOutcome now = outcome(told.get());
            if (now.stage() == PayloadOutcome.Stage.FAILED) {
                return now;
            }
            if (!opened && now.stage() != PayloadOutcome.Stage.OPENING) {
                opened = true;
                steps.done(EnrolmentSteps.OPENED, "the payload is opened");
                if (!script) {
                    return now;
                }
                steps.begin(EnrolmentSteps.SCRIPT);
            }
            if (now.stage() == PayloadOutcome.Stage.DONE) {
                steps.done(
                        EnrolmentSteps.SCRIPT,
                        now.exit().isPresent()
                                ? "the script ended with status " + now.exit().getAsInt()
                                : "no script was run");
                return now;
            }
            if (waited.compareTo(patience) >= 0) {
                if (opened) {
                    steps.done(
                            EnrolmentSteps.SCRIPT,
                            "the script runs since " + now.runningSince().orElse("a while") + ", and goes on");
                }
                return now;
            }
            cancellation.sleep(pause);
            waited = waited.plus(pause);
            pause = pause.multipliedBy(2).compareTo(LONGEST) > 0 ? LONGEST : pause.multipliedBy(2);
        }
    }

    private static Optional<ObjectNode> ask(AgentClient agent) {
        try {
            return Optional.of(agent.limelightStatus().value());
        } catch (ApiException e) {
            return Optional.empty();
        }
    }

    private static PayloadOutcome outcome(ObjectNode status) {
        String word = text(status, "payload_stage").orElse("");
        JsonNode exit = status.get("script_exit");
        PayloadOutcome.Stage stage = switch (word) {
            case "running" -> PayloadOutcome.Stage.RUNNING;
            case "done" -> PayloadOutcome.Stage.DONE;
            case "failed", "no_match" -> PayloadOutcome.Stage.FAILED;
            default -> UNDER_WAY.contains(word) ? PayloadOutcome.Stage.OPENING : PayloadOutcome.Stage.NOT_REPORTED;
        };
        return new PayloadOutcome(
                stage,
                text(status, "script_running_since"),
                exit != null && exit.isInt() ? OptionalInt.of(exit.asInt()) : OptionalInt.empty(),
                text(status, "payload_problem").or(() -> text(status, "payload_note")));
    }

    private static Optional<String> text(ObjectNode status, String member) {
        return WireJson.text(status, member)
                .map(text -> text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text)
                .map(text -> text.replaceAll("[\\p{Cntrl}\\p{Cf}]", "?"))
                .filter(text -> !text.isEmpty());
    }
}
