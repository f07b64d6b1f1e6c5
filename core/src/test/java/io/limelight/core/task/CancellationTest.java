package io.limelight.core.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CancellationTest {
    private final Cancellation cancellation = new Cancellation();
    private final List<String> torn = new ArrayList<>();

    @Test
    void whatWasRegisteredIsTornDownOnceHoweverOftenOneCancels() {
        cancellation.onCancel(() -> torn.add("a"));
        cancellation.onCancel(() -> torn.add("b"));
        cancellation.cancel();
        cancellation.cancel();
        assertThat(torn).containsExactlyInAnyOrder("a", "b");
        assertThat(cancellation.cancelled()).isTrue();
        assertThatThrownBy(cancellation::throwIfCancelled).isInstanceOf(CancelledException.class);
    }

    @Test
    void whatHasEndedMeanwhileIsLeftAlone() {
        cancellation.onCancel(() -> torn.add("ended")).close();
        Cancellation.Registration twice = cancellation.onCancel(() -> torn.add("twice"));
        twice.close();
        twice.close();
        cancellation.cancel();
        assertThat(torn).isEmpty();
    }

    @Test
    void theSameActionMayBeRegisteredForTwoThings() {
        Runnable action = () -> torn.add("x");
        Cancellation.Registration first = cancellation.onCancel(action);
        cancellation.onCancel(action);
        first.close();
        cancellation.cancel();
        assertThat(torn).containsExactly("x");
    }

    @Test
    void whatComesTooLateIsTornDownAtOnce() {
        cancellation.cancel();
        cancellation.onCancel(() -> torn.add("late"));
        assertThat(torn).containsExactly("late");
    }

    @Test
    void oneThatFailsKeepsNoOtherFromBeingTornDown() {
        for (int i = 0; i < 5; i++) {
            String name = "n" + i;
            cancellation.onCancel(() -> {
                torn.add(name);
                throw new IllegalStateException(name);
            });
        }
        assertThatThrownBy(cancellation::cancel).isInstanceOf(IllegalStateException.class);
        assertThat(torn).hasSize(5);
        assertThat(cancellation.cancelled()).isTrue();
    }

    @Test
    void waitingEndsEarly() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        AtomicReference<Throwable> outcome = new AtomicReference<>();
        Thread waiting = Thread.ofVirtual().start(() -> {
            started.countDown();
            try {
                cancellation.sleep(Duration.ofDays(365_000));
            } catch (CancelledException e) {
                outcome.set(e);
            }
        });
        started.await();
        cancellation.cancel();
        assertThat(waiting.join(Duration.ofSeconds(20))).isTrue();
        assertThat(outcome.get()).isInstanceOf(CancelledException.class);
        assertThatThrownBy(() -> cancellation.sleep(Duration.ZERO)).isInstanceOf(CancelledException.class);
    }

    @Test
    void waitingEndsByItself() {
        assertThatCode(() -> cancellation.sleep(Duration.ofMillis(30))).doesNotThrowAnyException();
        assertThatCode(() -> cancellation.sleep(Duration.ZERO)).doesNotThrowAnyException();
        assertThatCode(() -> cancellation.sleep(Duration.ofSeconds(-1))).doesNotThrowAnyException();
        assertThatCode(() -> cancellation.sleep(Duration.ofNanos(1))).doesNotThrowAnyException();
    }

    @Test
    void anInterruptedWaitIsCancelledAndStaysInterrupted() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> cancellation.sleep(Duration.ofDays(1))).isInstanceOf(CancelledException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(cancellation.cancelled()).as("the work of others goes on").isFalse();
    }

    @Test
    void manyThreadsMayRegisterWhileOneCancels() throws Exception {
        AtomicInteger run = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            threads.add(Thread.ofVirtual().start(() -> cancellation.onCancel(run::incrementAndGet)));
        }
        cancellation.cancel();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(run).hasValue(50);
    }
}
