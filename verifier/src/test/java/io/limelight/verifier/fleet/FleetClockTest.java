package io.limelight.verifier.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FleetClockTest {
    private final FleetClock clock = new FleetClock(Executors.newVirtualThreadPerTaskExecutor());

    @AfterEach
    void close() {
        clock.close();
    }

    private static long millis(long value) {
        return Duration.ofMillis(value).toNanos();
    }

    @Test
    void nobodyIsWokenTooEarlyOrForgotten() {
        List<Long> early = new CopyOnWriteArrayList<>();
        List<Integer> woken = new CopyOnWriteArrayList<>();
        long now = clock.now();
        for (int i = 0; i < 500; i++) {
            int number = i;
            long due = now + millis((i * 37L) % 400);
            clock.at(due, () -> {
                if (clock.now() < due) {
                    early.add(due);
                }
                woken.add(number);
            });
        }
        await().atMost(Duration.ofSeconds(20)).until(() -> woken.size() == 500);
        assertThat(early).isEmpty();
        assertThat(woken).doesNotHaveDuplicates();
    }

    @Test
    void anEarlierOneOvertakesALaterOneThatIsWaitedFor() {
        List<String> woken = new CopyOnWriteArrayList<>();
        clock.at(clock.now() + millis(60_000), () -> woken.add("late"));
        clock.at(clock.now() + millis(60), () -> woken.add("early"));
        await().atMost(Duration.ofSeconds(20)).until(() -> woken.contains("early"));
        assertThat(woken).containsExactly("early");
    }

    @Test
    void thoseOfOneLineAreWokenTogether() {
        List<Long> times = new CopyOnWriteArrayList<>();
        long line = Math.ceilDiv(clock.now() + millis(200), FleetClock.GRID.toNanos()) * FleetClock.GRID.toNanos();
        for (int i = 0; i < 20; i++) {
            clock.at(line - millis(49) + millis(2L * i), () -> times.add(clock.now()));
        }
        await().atMost(Duration.ofSeconds(20)).until(() -> times.size() == 20);
        assertThat(times).allMatch(time -> time >= line);
    }

    @Test
    void aTimeThatIsPastMeansNow() {
        List<String> woken = new CopyOnWriteArrayList<>();
        clock.at(0, () -> woken.add("past"));
        await().atMost(Duration.ofSeconds(20)).until(() -> !woken.isEmpty());
    }

    @Test
    void afterItsEndNobodyIsWoken() {
        List<String> woken = new CopyOnWriteArrayList<>();
        clock.at(clock.now() + millis(100), () -> woken.add("late"));
        clock.close();
        await().during(Duration.ofMillis(250)).atMost(Duration.ofSeconds(20)).until(woken::isEmpty);
    }
}
