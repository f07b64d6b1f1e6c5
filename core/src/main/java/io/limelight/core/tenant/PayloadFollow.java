package io.limelight.core.tenant;

import io.limelight.core.api.AgentClient;
import io.limelight.core.api.ApiException;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import io.limelight.core.task.TaskReport;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * Watches what becomes of a payload on the machine after it has proved that it holds the key: opened, its script running, its script
 * ended. It is the machine's word. Nothing here fails an enrolment.
 */
final class PayloadFollow {
    private static final Duration FIRST = Duration.ofMillis(15);
    private static final Duration LONGEST = Duration.ofMillis(500);

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
            PayloadOutcome now = PayloadOutcome.told(told.get());
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
}
