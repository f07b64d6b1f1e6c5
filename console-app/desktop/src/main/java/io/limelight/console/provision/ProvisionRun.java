package io.limelight.console.provision;

import io.limelight.console.problem.Problem;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.work.TaskHandle;
import io.limelight.core.api.AgentId;
import io.limelight.core.ca.KeyKind;
import io.limelight.core.json.WireJson;
import io.limelight.core.secret.FileTrouble;
import io.limelight.core.secret.PrivateFiles;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.TaskReport;
import io.limelight.core.task.TaskStep;
import io.limelight.core.tenant.ProvisionDraft;
import io.limelight.core.tenant.ProvisionPlan;
import io.limelight.core.tenant.ProvisionReceipt;
import io.limelight.core.tenant.Provisioning;
import io.limelight.core.tenant.TenantException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/**
 * A run of a plan, machine by machine; each can be stopped, and those that failed tried again. Used on the screen's thread.
 */
public final class ProvisionRun {
    private final ProvisionViewModel.Parts parts;
    private final Said said;
    private final Owner owner;
    private final ObservableList<MachineRun> runs = FXCollections.observableArrayList();
    private final ReadOnlyObjectWrapper<Phase> phase = new ReadOnlyObjectWrapper<>(Phase.PLANNED);
    private final ReadOnlyObjectWrapper<@Nullable AgentId> looked = new ReadOnlyObjectWrapper<>();
    private final Map<AgentId, Cancellation> each = new HashMap<>();
    private @Nullable TaskHandle<?> task;

    /** How far a run is. */
    public enum Phase {
        /** Not begun. */
        PLANNED,
        /** Under way. */
        RUNNING,
        /** Over. */
        OVER
    }

    /** Whose run it is. Asked and told on the screen's thread. */
    interface Owner {
        /** A copy of the CA's password, which the run closes. */
        Optional<SecretBytes> password();

        /** Kind of key of a CA that has to be made. */
        Optional<KeyKind> newCa();

        /** Something to say in passing. */
        void notice(String sentence);

        /** Something is wrong; empty: nothing any more. */
        void problem(Optional<Problem> problem);

        /** It has ended. */
        void over(boolean allDone);
    }

    ProvisionRun(ProvisionViewModel.Parts parts, Said said, Owner owner) {
        this.parts = parts;
        this.said = said;
        this.owner = owner;
    }

    /** Machine by machine. */
    public ObservableList<MachineRun> runs() {
        return runs;
    }

    /** How far it is. */
    public ReadOnlyObjectProperty<Phase> phaseProperty() {
        return phase.getReadOnlyProperty();
    }

    /** The machine whose part is shown. */
    ReadOnlyObjectProperty<@Nullable AgentId> lookedProperty() {
        return looked.getReadOnlyProperty();
    }

    /** Shows a machine's part. */
    void lookAt(@Nullable AgentId id) {
        looked.set(id);
    }

    /** How many stand like that. */
    int count(MachineRun.State state) {
        return (int) runs.stream().filter(run -> run.state() == state).count();
    }

    /** Whether it is under way. */
    boolean running() {
        return phase.get() == Phase.RUNNING;
    }

    /** Forgets the last one. */
    void reset() {
        runs.clear();
        each.clear();
        phase.set(Phase.PLANNED);
        looked.set(null);
    }

    /** Does what was said. */
    void begin(ProvisionPlan made) {
        runs.setAll(made.machines().stream()
                .map(machine -> MachineRun.waiting(machine.id(), parts.name().apply(machine.id()), made.checks()))
                .toList());
        looked.set(made.machines().getFirst().id());
        start(made);
    }

    /** Those that failed or were stopped. */
    List<AgentId> due() {
        return runs.stream()
                .filter(run -> run.state() == MachineRun.State.FAILED || run.state() == MachineRun.State.CANCELLED)
                .map(MachineRun::id)
                .toList();
    }

    /**
     * Again, with some of them; how they stand is looked at anew first.
     *
     * @param before what a person was shown
     */
    void again(ProvisionDraft due, Optional<ProvisionPlan> before) {
        phase.set(Phase.RUNNING);
        Optional<SecretBytes> secret = owner.password();
        parts.work().execute(() -> {
            try {
                ProvisionPlan anew = parts.provisioner().plan(due, secret, new Cancellation());
                Optional<String> changed = before.flatMap(old -> changed(old, anew));
                parts.screen().execute(() -> {
                    phase.set(Phase.OVER);
                    if (changed.isPresent()) {
                        owner.problem(Optional.of(said.because("provision.changed", changed.get())));
                        return;
                    }
                    owner.problem(Optional.empty());
                    for (ProvisionPlan.ForMachine machine : anew.machines()) {
                        change(machine.id(), run -> MachineRun.waiting(run.id(), run.name(), anew.checks()));
                    }
                    start(anew);
                });
            } catch (TenantException e) {
                Problem why = said.of(e);
                parts.screen().execute(() -> {
                    phase.set(Phase.OVER);
                    owner.problem(Optional.of(why));
                });
            } finally {
                secret.ifPresent(SecretBytes::close);
            }
        });
    }

    /** Nothing is sent again that a person was not shown. */
    private static Optional<String> changed(ProvisionPlan old, ProvisionPlan anew) {
        List<io.limelight.core.tenant.PackedFile> before = old.payload().contents().files().stream()
                .filter(file -> !file.generated())
                .toList();
        List<io.limelight.core.tenant.PackedFile> now = anew.payload().contents().files().stream()
                .filter(file -> !file.generated())
                .toList();
        return before.equals(now)
                ? Optional.empty()
                : Optional.of(old.draft().payload().toString());
    }

    private void start(ProvisionPlan made) {
        List<AgentId> due =
                made.machines().stream().map(ProvisionPlan.ForMachine::id).toList();
        phase.set(Phase.RUNNING);
        each.clear();
        due.forEach(id -> each.put(id, new Cancellation()));
        Optional<SecretBytes> secret = owner.password();
        Optional<KeyKind> newCa = owner.newCa();
        Map<AgentId, Cancellation> cancellations = Map.copyOf(each);
        int total = due.size();
        TaskHandle<?> begun = parts.tasks().submit(parts.words().of("provision.task", total), (progress, all) -> {
            int[] over = new int[1];
            AtomicInteger failures = new AtomicInteger();
            Provisioning.Observer observer = new Provisioning.Observer() {
                private void oneOver() {
                    synchronized (over) {
                        over[0]++;
                        progress.done(over[0], total);
                    }
                }

                @Override
                public TaskReport report(AgentId id) {
                    return reporting(id);
                }

                @Override
                public void done(ProvisionReceipt receipt) {
                    keep(receipt);
                    parts.screen().execute(() -> change(receipt.machine(), run -> run.done(receipt)));
                    oneOver();
                }

                @Override
                public void failed(AgentId id, TenantException failure) {
                    failures.incrementAndGet();
                    boolean stopped = failure.kind() == TenantException.Kind.CANCELLED;
                    Problem why = stopped
                            ? said.because(
                                    "provision.stopped", failure.aftermath().sentence())
                            : said.of(failure);
                    parts.screen().execute(() -> change(id, run -> run.failed(why, stopped)));
                    oneOver();
                }
            };
            try {
                parts.provisioner().run(made, due, newCa, secret, observer, cancellations, all);
                if (failures.get() > 0) {
                    throw new ProblemException(
                            io.limelight.console.problem.Problems.of(
                                    parts.words(), "provision.partly", "", failures.get(), total),
                            null);
                }
                return total;
            } catch (TenantException e) {
                Problem why = said.of(e);
                parts.screen()
                        .execute(() -> due.forEach(id -> change(
                                id,
                                run -> run.over()
                                        ? run
                                        : run.failed(why, e.kind() == TenantException.Kind.CANCELLED))));
                throw new ProblemException(why, e);
            } finally {
                secret.ifPresent(SecretBytes::close);
            }
        });
        task = begun;
        begun.result()
                .whenComplete((_, _) -> parts.screen().execute(this::over))
                .exceptionally(_ -> null);
    }

    private void over() {
        runs.replaceAll(run -> run.over() ? run : run.failed(said.because("provision.stopped", ""), true));
        phase.set(Phase.OVER);
        parts.refresh().run();
        owner.over(count(MachineRun.State.DONE) == runs.size());
    }

    private TaskReport reporting(AgentId id) {
        return new TaskReport() {
            private void show(TaskStep one, MachineRun.Mark mark, String sentence) {
                parts.screen().execute(() -> change(id, run -> run.over() ? run : run.step(one.id(), mark, sentence)));
            }

            @Override
            public void begin(TaskStep one) {
                show(one, MachineRun.Mark.RUNNING, "");
            }

            @Override
            public void done(TaskStep one, String sentence, Duration took) {
                show(one, MachineRun.Mark.DONE, sentence);
            }

            @Override
            public void waiting(TaskStep one, String reason, Duration delay, int attempt, int attempts) {
                show(one, MachineRun.Mark.RUNNING, parts.words().of("provision.again", reason, attempt, attempts));
            }

            @Override
            public void warn(String sentence) {
                parts.screen().execute(() -> change(id, run -> run.warned(sentence)));
            }
        };
    }

    private void keep(ProvisionReceipt receipt) {
        try {
            parts.receipts().add(parts.profile(), receipt.machine(), WireJson.compactText(receipt.json()));
        } catch (ProblemException e) {
            parts.screen()
                    .execute(() -> owner.notice(parts.words()
                            .of("provision.receipt.not-kept", e.problem().whatHappened())));
        }
    }

    private void change(AgentId id, java.util.function.UnaryOperator<MachineRun> how) {
        for (int i = 0; i < runs.size(); i++) {
            if (runs.get(i).id().equals(id)) {
                MachineRun next = how.apply(runs.get(i));
                if (!next.equals(runs.get(i))) {
                    runs.set(i, next);
                }
                return;
            }
        }
    }

    /** Stops everything that is under way. */
    public void cancel() {
        TaskHandle<?> begun = task;
        if (begun != null && phase.get() == Phase.RUNNING) {
            begun.cancel();
        }
    }

    /** Stops one machine's part. */
    void cancel(AgentId id) {
        Cancellation own = each.get(id);
        if (own != null) {
            parts.work().execute(own::cancel);
        }
    }

    /** Writes a receipt to a file that only its user can read: JSON, or text where the name does not end in {@code .json}. */
    void export(ProvisionReceipt receipt, Path file) {
        parts.work().execute(() -> {
            byte[] bytes = file.toString().endsWith(".json")
                    ? WireJson.indented(receipt.json())
                    : receipt.text().getBytes(StandardCharsets.UTF_8);
            try {
                PrivateFiles.write(file, bytes);
                parts.screen().execute(() -> owner.notice(parts.words().of("provision.exported", file.toString())));
            } catch (IOException e) {
                Problem why = said.because("provision.not-exported", FileTrouble.sentence(e));
                parts.screen().execute(() -> owner.problem(Optional.of(why)));
            }
        });
    }
}
