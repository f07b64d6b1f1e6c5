package io.limelight.verifier.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.store.Database;
import io.limelight.verifier.attest.Tally;
import io.limelight.verifier.attest.Tally.Outcome;
import io.limelight.verifier.state.HistoryEntry;
import io.limelight.verifier.state.HistoryStore;
import io.limelight.verifier.state.MachineState;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryRecorderTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final long AT_NOON = NOON.getEpochSecond();

    @TempDir
    Path folder;

    private final AtomicReference<Instant> now = new AtomicReference<>(NOON);
    private final AtomicLong nanos = new AtomicLong();
    private final Tally tally = new Tally();
    private Database database;
    private HistoryStore store;
    private HistoryRecorder recorder;

    @BeforeEach
    void open() {
        database = Database.open(folder.resolve("cv.sqlite"), "verifier");
        store = new HistoryStore(database);
        recorder = recorder();
    }

    private HistoryRecorder recorder() {
        return new HistoryRecorder(store, tally, () -> Map.of(MachineState.TRUSTED, 3L), now::get, nanos::get);
    }

    @AfterEach
    void close() {
        recorder.close();
        database.close();
    }

    private void pass(int seconds) {
        now.updateAndGet(before -> before.plusSeconds(seconds));
        nanos.addAndGet(Duration.ofSeconds(seconds).toNanos());
    }

    private void count(Outcome outcome, int times) {
        for (int i = 0; i < times; i++) {
            tally.count(outcome);
        }
    }

    private List<HistoryEntry> all() {
        return store.between(0, Long.MAX_VALUE / 2);
    }

    @Test
    void aMinuteHasWhatWasCountedInIt() {
        count(Outcome.PASSED, 5);
        pass(10);
        recorder.record();
        count(Outcome.PASSED, 2);
        count(Outcome.FAILED, 1);
        count(Outcome.UNANSWERED, 4);
        count(Outcome.GIVEN_UP, 1);
        pass(50);
        recorder.record();
        count(Outcome.PASSED, 1);
        pass(10);
        recorder.record();
        assertThat(all())
                .containsExactly(
                        new HistoryEntry(AT_NOON, 60, 60_000, 7, 1, 4, 1, Map.of("trusted", 3L)),
                        new HistoryEntry(AT_NOON + 60, 60, 10_000, 1, 0, 0, 0, Map.of("trusted", 3L)));
    }

    @Test
    void timeInWhichNothingRanIsAGap() {
        pass(10);
        recorder.close();
        pass(600);
        count(Outcome.PASSED, 9);
        recorder = recorder();
        count(Outcome.PASSED, 1);
        pass(5);
        recorder.record();
        assertThat(all()).extracting(HistoryEntry::at).containsExactly(AT_NOON, AT_NOON + 600);
        assertThat(all().getLast().passed())
                .as("what was counted before it began is not its")
                .isEqualTo(1);
        assertThat(all().getLast().recordedMillis()).isEqualTo(5_000);
    }

    @Test
    void aRestartWithinAMinuteGoesOnInIt() {
        count(Outcome.PASSED, 2);
        pass(10);
        recorder.close();
        pass(10);
        recorder = recorder();
        count(Outcome.PASSED, 3);
        pass(10);
        recorder.record();
        assertThat(all()).hasSize(1);
        assertThat(all().getFirst().passed()).isEqualTo(5);
        assertThat(all().getFirst().recordedMillis())
                .as("ten seconds are missing")
                .isEqualTo(20_000);
    }

    @Test
    void aClockSetBackCountsNothingTwiceAndNoMinuteIsLongerThanOne() {
        for (int i = 0; i < 6; i++) {
            count(Outcome.PASSED, 1);
            pass(10);
            recorder.record();
        }
        now.set(NOON.minusSeconds(10));
        nanos.addAndGet(Duration.ofSeconds(10).toNanos());
        count(Outcome.PASSED, 1);
        recorder.record();
        for (int i = 0; i < 2; i++) {
            count(Outcome.PASSED, 1);
            pass(10);
            recorder.record();
        }
        assertThat(all()).extracting(HistoryEntry::at).containsExactly(AT_NOON - 60, AT_NOON);
        assertThat(all()).extracting(HistoryEntry::passed).containsExactly(2L, 7L);
        assertThat(all().getLast().recordedMillis()).isEqualTo(60_000);
    }

    @Test
    void aClockSetForwardLeavesAGapAndLosesNothing() {
        count(Outcome.PASSED, 1);
        pass(10);
        recorder.record();
        now.set(NOON.plus(Duration.ofDays(4000)));
        count(Outcome.PASSED, 1);
        nanos.addAndGet(Duration.ofSeconds(10).toNanos());
        recorder.record();
        now.set(NOON.plusSeconds(60));
        count(Outcome.PASSED, 1);
        nanos.addAndGet(Duration.ofSeconds(10).toNanos());
        recorder.record();
        assertThat(all())
                .extracting(HistoryEntry::at)
                .containsExactly(
                        AT_NOON, AT_NOON + 60, AT_NOON + Duration.ofDays(4000).toSeconds());
        assertThat(all()).extracting(HistoryEntry::passed).containsExactly(1L, 1L, 1L);
    }

    @Test
    void whatCannotBeStoredIsAGapAndNotAddedToALaterMinute() {
        database.close();
        count(Outcome.PASSED, 100);
        pass(60);
        recorder.record();
        database = Database.open(folder.resolve("cv.sqlite"), "verifier");
        store = new HistoryStore(database);
        assertThat(all()).isEmpty();
    }

    @Test
    void oldMinutesBecomeHoursAndOldHoursAreForgotten() {
        long first = AT_NOON - 30 * 60;
        database.write(handle -> {
            var batch = handle.prepareBatch("INSERT INTO history (span, at, recorded, passed, failed, unanswered,"
                    + " given_up, machines) VALUES (?, ?, ?, ?, 0, 0, 0, ?)");
            for (int i = 0; i < 10_080 + 150; i++) {
                batch.add(60, first + 60L * i, 60_000, 1, "{\"trusted\":" + i + "}");
            }
            for (int i = 0; i < 9_600; i++) {
                batch.add(3600, first - 1800 - 3600L * (i + 1), 3_600_000, 60, "{}");
            }
            return batch.execute().length;
        });
        while (store.tidy()) {
            // Until there is no more to do.
        }
        List<HistoryEntry> hours =
                all().stream().filter(entry -> entry.span() == 3600).toList();
        assertThat(hours).hasSize(9_600);
        HistoryEntry halfAnHour = hours.get(hours.size() - 2);
        assertThat(halfAnHour.at()).isEqualTo(AT_NOON - 3600);
        assertThat(halfAnHour.passed()).isEqualTo(30);
        assertThat(halfAnHour.recordedMillis()).isEqualTo(1_800_000);
        assertThat(halfAnHour.machines()).as("as it was last").containsEntry("trusted", 29L);
        assertThat(hours.getLast().at()).isEqualTo(AT_NOON);
        assertThat(hours.getLast().passed()).isEqualTo(60);
        List<HistoryEntry> minutes =
                all().stream().filter(entry -> entry.span() == 60).toList();
        assertThat(minutes.getFirst().at()).as("whole hours only").isEqualTo(AT_NOON + 3600);
        assertThat(minutes).hasSizeGreaterThanOrEqualTo(10_080);
    }
}
