package io.limelight.console.provision;

import io.limelight.console.problem.Problem;
import io.limelight.core.api.AgentId;
import io.limelight.core.task.TaskStep;
import io.limelight.core.tenant.ProvisionReceipt;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How one machine's part of a run stands.
 *
 * @param id which
 * @param name what people call it
 * @param state how it stands
 * @param steps all of them, in order
 * @param warnings sentences
 * @param problem why it failed; null otherwise
 * @param receipt when it is done
 */
record MachineRun(
        AgentId id,
        String name,
        State state,
        List<Step> steps,
        List<String> warnings,
        @Nullable Problem problem,
        Optional<ProvisionReceipt> receipt) {
    /** How it stands. */
    enum State {
        /** Not begun. */
        WAITING,
        /** Under way. */
        RUNNING,
        /** Done. */
        DONE,
        /** Not done. */
        FAILED,
        /** Stopped by a person. */
        CANCELLED;

        String key() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** How a step stands. */
    enum Mark {
        /** Not begun. */
        PENDING,
        /** Under way. */
        RUNNING,
        /** Done. */
        DONE,
        /** It was the last one. */
        FAILED
    }

    /**
     * A step.
     *
     * @param id of the step
     * @param mark how it stands
     * @param said what came of it, or why it is tried again
     */
    record Step(String id, Mark mark, String said) {}

    /** Copies. */
    MachineRun {
        steps = List.copyOf(steps);
        warnings = List.copyOf(warnings);
    }

    static MachineRun waiting(AgentId id, String name, List<TaskStep> steps) {
        return new MachineRun(
                id,
                name,
                State.WAITING,
                steps.stream()
                        .map(step -> new Step(step.id(), Mark.PENDING, ""))
                        .toList(),
                List.of(),
                null,
                Optional.empty());
    }

    MachineRun step(String step, Mark mark, String said) {
        List<Step> next = new ArrayList<>(steps);
        for (int i = 0; i < next.size(); i++) {
            if (next.get(i).id().equals(step)) {
                next.set(i, new Step(step, mark, said));
            }
        }
        return new MachineRun(id, name, State.RUNNING, next, warnings, null, receipt);
    }

    MachineRun warned(String sentence) {
        List<String> more = new ArrayList<>(warnings);
        more.add(sentence);
        return new MachineRun(id, name, state, steps, more, problem, receipt);
    }

    MachineRun done(ProvisionReceipt made) {
        return new MachineRun(id, name, State.DONE, steps, warnings, null, Optional.of(made));
    }

    MachineRun failed(Problem why, boolean stopped) {
        // The one under way; what failed between two steps failed at the next one.
        Mark due = steps.stream().anyMatch(step -> step.mark() == Mark.RUNNING) ? Mark.RUNNING : Mark.PENDING;
        List<Step> next = new ArrayList<>(steps);
        for (int i = 0; i < next.size() && state == State.RUNNING; i++) {
            if (next.get(i).mark() == due) {
                next.set(i, new Step(next.get(i).id(), Mark.FAILED, next.get(i).said()));
                break;
            }
        }
        return new MachineRun(id, name, stopped ? State.CANCELLED : State.FAILED, next, warnings, why, receipt);
    }

    boolean over() {
        return state == State.DONE || state == State.FAILED || state == State.CANCELLED;
    }

    /** How many of its steps are done. */
    int stepsDone() {
        return (int) steps.stream().filter(step -> step.mark() == Mark.DONE).count();
    }
}
