package io.limelight.core.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import io.limelight.core.task.TaskStep;
import io.limelight.core.tenant.Attempts.Outcome;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryPolicyTest {
    private static final TaskStep STEP = new TaskStep("step", "a step");

    private final RecordingReport report = new RecordingReport();
    private final Cancellation cancellation = new Cancellation();
    private final AtomicInteger tries = new AtomicInteger();

    @ParameterizedTest
    @CsvSource({
        "2,    true,  1, 2000",
        "2,    true,  2, 4000",
        "2,    true,  5, 32000",
        "2,    true,  60, 300000",
        "1.5,  true,  3, 3375",
        "1,    true,  4, 1000",
        "0.2,  true,  4, 200",
        "2,    false, 4, 2000",
        "0,    true,  3, 0",
        "9999, false, 1, 300000"
    })
    void theWaitGrowsAsConfiguredAndNeverBeyondFiveMinutes(
            double interval, boolean exponential, int attempt, long millis) {
        Duration duration = Duration.ofNanos((long) (interval * 1e9));
        assertThat(new RetryPolicy(5, duration, exponential).delayAfter(attempt).toMillis())
                .isEqualTo(millis);
    }

    @Property
    void noWaitIsNegativeOrEndless(
            @ForAll @DoubleRange(min = 0, max = 86_400) double seconds,
            @ForAll boolean exponential,
            @ForAll @IntRange(min = 1, max = 10_000) int attempt) {
        Duration delay = new RetryPolicy(3, Duration.ofNanos((long) (seconds * 1e9)), exponential).delayAfter(attempt);
        assertThat(delay).isBetween(Duration.ZERO, RetryPolicy.LONGEST);
    }

    @Test
    void noPolicyTriesLessThanOnce() {
        assertThatThrownBy(() -> new RetryPolicy(0, Duration.ZERO, false)).isInstanceOf(IllegalArgumentException.class);
    }

    private Attempts attempts(int attempts, Duration interval) {
        return new Attempts(new RetryPolicy(attempts, interval, false), cancellation, report);
    }

    private Outcome<Integer> succeedAt(int number) {
        int now = tries.incrementAndGet();
        return now >= number ? new Outcome.Success<>(now) : new Outcome.NotYet<>("Not yet, try " + now + ".");
    }

    @Test
    void aSuccessAtOnceWaitsForNothing() throws Exception {
        assertThat(attempts(5, Duration.ofMinutes(1)).run(STEP, () -> succeedAt(1)))
                .isEqualTo(new Outcome.Success<>(1));
        assertThat(report.waits).isEmpty();
    }

    @Test
    void triesAreCountedAndTheLastReasonIsKept() throws Exception {
        assertThat(attempts(3, Duration.ofMillis(1)).run(STEP, () -> succeedAt(4)))
                .isEqualTo(new Outcome.NotYet<>("Not yet, try 3."));
        assertThat(report.waits).containsExactly("step 1/3: Not yet, try 1.", "step 2/3: Not yet, try 2.");
    }

    @Test
    void earlyLooksFindWhatHappensAtOnceAndAreNoTries() throws Exception {
        assertThat(attempts(2, Duration.ofMinutes(1)).runEagerly(STEP, () -> succeedAt(3)))
                .isEqualTo(new Outcome.Success<>(3));
        assertThat(report.waits).isEmpty();
    }

    @Test
    void earlyLooksStayWithinTheFirstWait() throws Exception {
        assertThat(attempts(2, Duration.ofMillis(100)).runEagerly(STEP, () -> succeedAt(1000)))
                .isInstanceOf(Outcome.NotYet.class);
        // One try, looks after 25 and 75 ms, the second try.
        assertThat(tries).hasValue(4);
    }

    @Test
    void aSingleTryIsOneQuestion() throws Exception {
        attempts(1, Duration.ofMinutes(1)).runEagerly(STEP, () -> succeedAt(1000));
        assertThat(tries).hasValue(1);
    }

    @Test
    void nothingIsTriedOnceCancelled() {
        cancellation.cancel();
        assertThatThrownBy(() -> attempts(3, Duration.ofMinutes(1)).run(STEP, () -> succeedAt(1)))
                .isInstanceOf(CancelledException.class);
        assertThat(tries).hasValue(0);
    }
}
