package io.limelight.core.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InterruptedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AnswerBudgetTest {
    private static final long MIB = 1 << 20;

    @Test
    void answersTogetherNeverTakeMoreThanThereIs() throws Exception {
        AnswerBudget budget = new AnswerBudget(10 * MIB);
        AtomicLong taken = new AtomicLong();
        AtomicLong most = new AtomicLong();
        CompletableFuture<?>[] all = new CompletableFuture<?>[40];
        for (int i = 0; i < all.length; i++) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            all[i] = done;
            Thread.ofVirtual().start(() -> {
                try (AnswerBudget.Share _ = budget.take(3 * MIB)) {
                    most.accumulateAndGet(taken.addAndGet(3 * MIB), Math::max);
                    taken.addAndGet(-3 * MIB);
                    done.complete(null);
                } catch (InterruptedIOException e) {
                    done.completeExceptionally(e);
                }
            });
        }
        CompletableFuture.allOf(all).get(30, TimeUnit.SECONDS);
        assertThat(most.get()).isLessThanOrEqualTo(10 * MIB);
    }

    @Test
    void anAnswerLargerThanTheBudgetIsReadAlone() throws Exception {
        AnswerBudget budget = new AnswerBudget(2 * MIB);
        try (AnswerBudget.Share share = budget.take(500 * MIB)) {
            assertThat(share).isNotNull();
        }
        try (AnswerBudget.Share share = budget.take(MIB)) {
            assertThat(share).isNotNull();
        }
    }

    @Test
    void waitingEndsWhenTheThreadIsInterrupted() throws Exception {
        AnswerBudget budget = new AnswerBudget(MIB);
        CountDownLatch waiting = new CountDownLatch(1);
        CompletableFuture<Void> outcome = new CompletableFuture<>();
        try (AnswerBudget.Share _ = budget.take(MIB)) {
            Thread waiter = Thread.ofVirtual().start(() -> {
                waiting.countDown();
                try (AnswerBudget.Share _ = budget.take(MIB)) {
                    outcome.complete(null);
                } catch (InterruptedIOException e) {
                    outcome.completeExceptionally(e);
                }
            });
            waiting.await();
            waiter.interrupt();
            assertThatThrownBy(() -> outcome.get(30, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(InterruptedIOException.class);
        }
    }
}
