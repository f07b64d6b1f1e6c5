package io.limelight.console.machines;

import io.limelight.console.activity.ActLog;
import io.limelight.console.fleet.FleetService;
import io.limelight.console.fleet.Machine;
import io.limelight.console.fleet.MachineAct;
import io.limelight.console.problem.Problem;
import io.limelight.console.problem.ProblemException;
import io.limelight.core.api.AgentId;
import io.limelight.core.task.Cancellation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.function.UnaryOperator;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/**
 * One act for many machines: first what it will do to each, then how it went with each, then again for those with which it did not.
 * Used on the screen's thread; servers are asked on another, a few at once.
 */
public final class BulkViewModel {
    /** Polite to a server that may be Keylime's: more at once only queue there. */
    private static final int AT_ONCE = 4;

    private final FleetService fleet;
    private final MachineAct act;
    private final Executor work;
    private final ActLog acts;
    private final Executor screen;
    private final ObservableList<Line> lines = FXCollections.observableArrayList();
    private final ReadOnlyObjectWrapper<Phase> phase = new ReadOnlyObjectWrapper<>(Phase.PREVIEW);
    private @Nullable Cancellation cancellation;

    /** How far it is. */
    public enum Phase {
        /** Nothing done yet. */
        PREVIEW,
        /** Under way. */
        RUNNING,
        /** Over, with or without problems. */
        DONE
    }

    /** How one machine's part stands. */
    public enum Result {
        /** Will be done. */
        PLANNED,
        /** Means nothing for this machine. */
        LEFT_OUT,
        /** Under way. */
        RUNNING,
        /** Done. */
        DONE,
        /** Not done; see the problem. */
        FAILED,
        /** Not begun, since all was cancelled. */
        CANCELLED
    }

    /**
     * A machine's part.
     *
     * @param machine which
     * @param name alias or id
     * @param result how it stands
     * @param note key of words: why it is left out; empty otherwise
     * @param problem why it failed; null otherwise
     */
    public record Line(
            Machine machine,
            String name,
            Result result,
            String note,
            @Nullable Problem problem) {
        private Line now(Result next, @Nullable Problem why) {
            return new Line(machine, name, next, note, why);
        }
    }

    /**
     * A plan; nothing is done yet, and nobody keeps what will be.
     *
     * @param machines what it is for
     * @param labels their names
     */
    public BulkViewModel(
            FleetService fleet,
            MachineAct act,
            List<Machine> machines,
            Map<AgentId, Labels> labels,
            Executor work,
            Executor screen) {
        this(fleet, act, machines, labels, work, screen, ActLog.NONE);
    }

    /**
     * A plan; nothing is done yet.
     *
     * @param machines what it is for
     * @param labels their names
     * @param acts keeps what was done
     */
    public BulkViewModel(
            FleetService fleet,
            MachineAct act,
            List<Machine> machines,
            Map<AgentId, Labels> labels,
            Executor work,
            Executor screen,
            ActLog acts) {
        this.acts = acts;
        this.fleet = fleet;
        this.act = act;
        this.work = work;
        this.screen = screen;
        for (Machine machine : machines) {
            String alias = labels.getOrDefault(machine.id(), Labels.NONE).alias();
            Optional<String> meaningless = ActSense.against(act, machine);
            lines.add(new Line(
                    machine,
                    alias.isEmpty() ? machine.id().value() : alias,
                    meaningless.isEmpty() ? Result.PLANNED : Result.LEFT_OUT,
                    meaningless.orElse(""),
                    null));
        }
    }

    /** What is done. */
    public MachineAct act() {
        return act;
    }

    /** Machine by machine. */
    public ObservableList<Line> lines() {
        return lines;
    }

    /** How far it is. */
    public ReadOnlyObjectProperty<Phase> phaseProperty() {
        return phase.getReadOnlyProperty();
    }

    /** How many stand like that. */
    public int count(Result result) {
        return (int) lines.stream().filter(line -> line.result() == result).count();
    }

    /** Does it, or does it again where it failed or was cancelled. While it is under way, nothing more. */
    public void run() {
        if (phase.get() == Phase.RUNNING) {
            return;
        }
        List<Integer> due = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            switch (lines.get(i).result()) {
                case PLANNED, FAILED, CANCELLED -> {
                    due.add(i);
                    change(i, line -> line.now(Result.PLANNED, null));
                }
                case LEFT_OUT, RUNNING, DONE -> {}
            }
        }
        Cancellation stop = new Cancellation();
        cancellation = stop;
        phase.set(Phase.RUNNING);
        Semaphore atOnce = new Semaphore(AT_ONCE);
        Remaining remaining = new Remaining(due.size());
        if (due.isEmpty()) {
            phase.set(Phase.DONE);
        }
        for (int index : due) {
            AgentId id = lines.get(index).machine().id();
            work.execute(() -> {
                Ending ending = one(index, id, stop, atOnce);
                screen.execute(() -> {
                    change(index, line -> line.now(ending.result(), ending.problem()));
                    if (remaining.oneLess()) {
                        keep(due);
                        phase.set(Phase.DONE);
                        fleet.refreshSoon();
                    }
                });
            });
        }
    }

    /** One act of the record, whatever it was done to. */
    private void keep(List<Integer> due) {
        List<Line> ended = due.stream().map(lines::get).toList();
        int done = (int)
                ended.stream().filter(line -> line.result() == Result.DONE).count();
        int failed = (int)
                ended.stream().filter(line -> line.result() == Result.FAILED).count();
        ActLog.Outcome outcome = done == ended.size()
                ? ActLog.Outcome.DONE
                : done > 0 ? ActLog.Outcome.PARTLY : failed > 0 ? ActLog.Outcome.FAILED : ActLog.Outcome.CANCELLED;
        ActLog.Act did = new ActLog.Act(
                MachineActs.kind(act),
                ended.stream().map(line -> line.machine().id().value()).toList(),
                outcome,
                Map.of("machines", Integer.toString(ended.size()), "done", Integer.toString(done)));
        work.execute(() -> acts.did(did));
    }

    /** Begins nothing more and breaks off what is under way. */
    public void cancel() {
        if (cancellation != null) {
            cancellation.cancel();
        }
    }

    private record Ending(Result result, @Nullable Problem problem) {}

    private Ending one(int index, AgentId id, Cancellation stop, Semaphore atOnce) {
        try {
            atOnce.acquire();
            try {
                if (stop.cancelled()) {
                    return new Ending(Result.CANCELLED, null);
                }
                screen.execute(() -> change(index, line -> line.now(Result.RUNNING, null)));
                fleet.act(act, id, stop);
                return new Ending(Result.DONE, null);
            } catch (ProblemException e) {
                return new Ending(stop.cancelled() ? Result.CANCELLED : Result.FAILED, e.problem());
            } finally {
                atOnce.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Ending(Result.CANCELLED, null);
        }
    }

    private void change(int index, UnaryOperator<Line> how) {
        lines.set(index, how.apply(lines.get(index)));
    }

    /** Counted on the screen's thread only. */
    private static final class Remaining {
        private int left;

        Remaining(int left) {
            this.left = left;
        }

        boolean oneLess() {
            left--;
            return left == 0;
        }
    }
}
