package io.limelight.console.machines;

import io.limelight.console.activity.ActLog;
import io.limelight.console.fleet.FleetService;
import io.limelight.console.fleet.Machine;
import io.limelight.console.fleet.MachineAct;
import io.limelight.console.problem.Problem;
import io.limelight.console.work.FewAtOnce;
import io.limelight.core.api.AgentId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
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
    private final FleetService fleet;
    private final MachineAct act;
    private final Executor work;
    private final FewAtOnce running;
    private final ActLog acts;
    private final ObservableList<Line> lines = FXCollections.observableArrayList();
    private final ReadOnlyObjectWrapper<Phase> phase = new ReadOnlyObjectWrapper<>(Phase.PREVIEW);

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
        this.running = new FewAtOnce(work, screen);
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
        List<AgentId> ids = lines.stream().map(line -> line.machine().id()).toList();
        phase.set(Phase.RUNNING);
        running.run(due, (index, stop) -> fleet.act(act, ids.get(index), stop), new FewAtOnce.Heard() {
            @Override
            public void begun(int index) {
                change(index, line -> line.now(Result.RUNNING, null));
            }

            @Override
            public void ended(int index, FewAtOnce.Ending ending, @Nullable Problem problem) {
                change(index, line -> line.now(result(ending), problem));
            }

            @Override
            public void over() {
                if (!due.isEmpty()) {
                    keep(due);
                    fleet.refreshSoon();
                }
                phase.set(Phase.DONE);
            }
        });
    }

    private static Result result(FewAtOnce.Ending ending) {
        return switch (ending) {
            case DONE -> Result.DONE;
            case FAILED -> Result.FAILED;
            case CANCELLED -> Result.CANCELLED;
        };
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
        running.cancel();
    }

    private void change(int index, UnaryOperator<Line> how) {
        lines.set(index, how.apply(lines.get(index)));
    }
}
