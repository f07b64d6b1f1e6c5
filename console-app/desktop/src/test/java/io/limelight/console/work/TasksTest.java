package io.limelight.console.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.limelight.console.problem.Problem;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.words.Words;
import io.limelight.core.task.CancelledException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TasksTest {
    private final ExecutorService work = Executors.newVirtualThreadPerTaskExecutor();
    private final Tasks tasks = new Tasks(() -> Instant.EPOCH, work, Words.english());

    @AfterEach
    void end() {
        tasks.close();
        work.shutdownNow();
    }

    private static void over(TaskHandle<?> task) {
        await().atMost(Duration.ofSeconds(30)).until(() -> task.status().state().over());
    }

    @Test
    void workThatMakesAMistakeFailsWithAProblemAndNoStackTrace() {
        TaskHandle<String> task = tasks.submit("Try", (progress, cancellation) -> {
            throw new IllegalStateException("secret detail");
        });
        over(task);
        assertThat(task.status().state()).isEqualTo(TaskHandle.State.FAILED);
        Problem problem = task.status().problem().orElseThrow();
        assertThat(problem.code()).isEqualTo("work.unexpected");
        assertThat(problem.details()).doesNotContain("secret detail");
    }

    @Test
    void aProblemIsShownAsItIs() {
        Problem problem = new Problem("connect.refused", "Refused.", List.of(), List.of(), "");
        TaskHandle<String> task = tasks.submit("Connect", (progress, cancellation) -> {
            throw new ProblemException(problem, null);
        });
        assertThat(catchThrowable(() -> task.result().join())).hasCauseInstanceOf(ProblemException.class);
        assertThat(task.status().problem()).contains(problem);
    }

    @Test
    void cancellingReachesWorkThatWaits() {
        CountDownLatch waits = new CountDownLatch(1);
        TaskHandle<String> task = tasks.submit("Wait", (progress, cancellation) -> {
            waits.countDown();
            cancellation.sleep(Duration.ofDays(1));
            return "never";
        });
        await().atMost(Duration.ofSeconds(30)).until(() -> waits.getCount() == 0);
        task.cancel();
        task.cancel();
        assertThat(catchThrowable(() -> task.result().join())).hasCauseInstanceOf(CancelledException.class);
        assertThat(task.status().state()).isEqualTo(TaskHandle.State.CANCELLED);
    }

    @Test
    void workIsCancelledBeforeItBeganOnceTheWindowIsClosed() {
        tasks.close();
        TaskHandle<String> task = tasks.submit("Late", (progress, cancellation) -> "ran");
        over(task);
        assertThat(task.status().state()).isEqualTo(TaskHandle.State.CANCELLED);
    }

    @Test
    void stepsAndShareAreToldAndShareStaysBetweenNoneAndAll() {
        List<String> heard = new CopyOnWriteArrayList<>();
        Tasks.Registration registration =
                tasks.subscribe(task -> heard.add(task.status().step()));
        try {
            TaskHandle<String> task = tasks.submit("Steps", (progress, cancellation) -> {
                progress.step("first");
                progress.done(7, 5);
                progress.step("second");
                return "done";
            });
            assertThat(task.result().join()).isEqualTo("done");
            assertThat(task.status().steps()).containsExactly("first", "second");
            assertThat(task.status().fraction()).hasValue(1);
        } finally {
            registration.close();
        }
        assertThat(heard).contains("first", "second");
    }

    @Test
    void onlySoManyThatAreOverAreKept() {
        for (int i = 0; i < 120; i++) {
            tasks.submit("Task " + i, (progress, cancellation) -> "done").result().join();
        }
        assertThat(tasks.list()).hasSizeLessThanOrEqualTo(51).last().extracting(TaskHandle::title).isEqualTo("Task 119");
        tasks.forgetEnded();
        assertThat(tasks.list()).isEmpty();
    }
}
