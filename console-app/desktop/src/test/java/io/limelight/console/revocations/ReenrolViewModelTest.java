package io.limelight.console.revocations;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.console.activity.ActLog;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.words.Words;
import io.limelight.console.work.Tasks;
import io.limelight.core.api.AgentId;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.TaskReport;
import io.limelight.core.tenant.Reenrolment;
import io.limelight.core.tenant.Reenrolment.Act;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReenrolViewModelTest {
    private static final AgentId MACHINE = AgentId.of("db-03");

    private final List<ActLog.Act> acts = new ArrayList<>();
    private final Sides sides = new Sides();
    private final Tasks tasks = new Tasks(() -> Instant.EPOCH, Runnable::run, Words.english());

    /** All sides, as a test says they are. */
    private static final class Sides implements Reenroller {
        private final List<Act> left = new ArrayList<>(List.of(Act.REVOKE, Act.UNWATCH));
        private boolean breaks;
        private String password = "";

        @Override
        public boolean hasCa() {
            return true;
        }

        @Override
        public boolean passwordKept() {
            return false;
        }

        @Override
        public Reenrolment.Plan plan(AgentId machine, Choice choice, Cancellation cancellation) {
            List<Act> due = new ArrayList<>(left);
            if (choice.certificate() == Certificate.LEAVE) {
                due.remove(Act.REVOKE);
            }
            if (choice.forget()) {
                due.add(Act.UNREGISTER);
            }
            return new Reenrolment.Plan(
                    new Reenrolment.Draft(machine, choice.forget(), Optional.empty()),
                    Optional.empty(),
                    true,
                    Optional.empty(),
                    due);
        }

        @Override
        public Reenrolment.Done run(
                Reenrolment.Plan plan, Optional<SecretBytes> typed, TaskReport report, Cancellation cancellation)
                throws ProblemException {
            typed.ifPresent(secret -> password = secret.length() + " bytes");
            for (Act act : plan.due()) {
                report.begin(act.step());
                if (breaks && act == Act.UNWATCH) {
                    throw new ProblemException(FakeRevocations.problem("verifier.unreachable"), null);
                }
                left.remove(act);
                report.done(act.step(), "done", Duration.ZERO);
            }
            return new Reenrolment.Done(plan.due(), Optional.of(BigInteger.valueOf(994)), Optional.empty());
        }
    }

    private ReenrolViewModel model() {
        return new ReenrolViewModel(
                MACHINE, sides, tasks, acts::add, Words.english(), () -> Instant.EPOCH, Runnable::run, Runnable::run);
    }

    private static Optional<SecretBytes> secret() {
        return Optional.of(SecretBytes.adopt("sentence".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void whatBrokeOffSaysWhereAndOnlyTheRestIsDoneNext() {
        sides.breaks = true;
        ReenrolViewModel model = model();
        model.run(secret());
        assertThat(model.phaseProperty().get()).isEqualTo(ReenrolViewModel.Phase.BROKEN);
        assertThat(model.problemProperty().get()).isPresent();
        assertThat(model.rows())
                .extracting(ReenrolViewModel.Row::state)
                .startsWith(ReenrolViewModel.State.DONE, ReenrolViewModel.State.FAILED);
        sides.breaks = false;
        model.again();
        assertThat(model.needsPassword()).isFalse();
        model.run(Optional.empty());
        assertThat(model.phaseProperty().get()).isEqualTo(ReenrolViewModel.Phase.DONE);
        assertThat(acts).extracting(ActLog.Act::outcome).containsExactly(ActLog.Outcome.FAILED, ActLog.Outcome.DONE);
        assertThat(acts.toString()).doesNotContain("sentence");
    }

    @Test
    void theStepsStandThereBeforeAnythingIsDone() {
        ReenrolViewModel model = model();
        assertThat(model.rows())
                .extracting(ReenrolViewModel.Row::key)
                .containsExactly("revoke.due", "unwatch.due", "unregister.kept", "enrol.wizard");
        assertThat(model.needsPassword()).isTrue();
        model.certificateProperty().set(Reenroller.Certificate.LEAVE);
        assertThat(model.rows().getFirst().key()).isEqualTo("revoke.left");
        model.forgetProperty().set(true);
        // Its agent has to come again before it can be enrolled.
        assertThat(model.payloadProperty().get()).isFalse();
        assertThat(model.rows()).extracting(ReenrolViewModel.Row::key).endsWith("enrol.restart");
        assertThat(acts).isEmpty();
    }

    @Test
    void everyStepHasItsWords() {
        Words words = Words.english();
        ReenrolViewModel model = model();
        assertThat(model.rows())
                .allSatisfy(row -> assertThat(words.of("revocations.reenrol.step." + row.key(), ""))
                        .doesNotContain("revocations."));
    }
}
