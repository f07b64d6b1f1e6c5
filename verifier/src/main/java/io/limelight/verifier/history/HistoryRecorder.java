package io.limelight.verifier.history;

import io.limelight.store.StoreException;
import io.limelight.verifier.attest.Tally;
import io.limelight.verifier.attest.Tally.Outcome;
import io.limelight.verifier.state.HistoryEntry;
import io.limelight.verifier.state.HistoryStore;
import io.limelight.verifier.state.MachineState;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes down every ten seconds what was counted since, to the minute that it began in. So a verifier that is killed loses ten
 * seconds; a time in which none runs, or none can store, is a gap and stays one.
 *
 * <p>How long it counted comes from a clock that nobody sets. When the wall clock moved otherwise meanwhile (set, or the computer
 * slept), the stretch belongs to the minute the clock shows now.
 */
public final class HistoryRecorder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HistoryRecorder.class);
    private static final long EVERY_MILLIS = 10_000;
    /** Between two looks at two clocks. */
    private static final long TOLERANCE_MILLIS = 2_000;

    private final HistoryStore store;
    private final Tally tally;
    private final Supplier<Map<MachineState, Long>> states;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("history").factory());

    /** What was counted up to a moment. */
    private record Mark(long nanos, long millis, long passed, long failed, long unanswered, long givenUp) {}

    private Mark last;
    private long minute = Long.MIN_VALUE;
    private @Nullable Long tidiedHour;
    private boolean failing;

    /**
     * Counts from now on; writes nothing until {@link #begin}.
     *
     * @param tally what is counted
     * @param states how many machines are in each state
     */
    public HistoryRecorder(
            HistoryStore store, Tally tally, Supplier<Map<MachineState, Long>> states, InstantSource clock) {
        this(store, tally, states, clock, System::nanoTime);
    }

    HistoryRecorder(
            HistoryStore store,
            Tally tally,
            Supplier<Map<MachineState, Long>> states,
            InstantSource clock,
            LongSupplier nanoTime) {
        this.store = store;
        this.tally = tally;
        this.states = states;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.last = mark();
    }

    /** Records from now on, just after each tenth second, so that minutes begin where the clock's do. */
    public void begin() {
        long untilNext = EVERY_MILLIS - Math.floorMod(clock.millis(), EVERY_MILLIS);
        var _ = timer.scheduleAtFixedRate(this::record, untilNext, EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    private Mark mark() {
        return new Mark(
                nanoTime.getAsLong(),
                clock.millis(),
                tally.of(Outcome.PASSED),
                tally.of(Outcome.FAILED),
                tally.of(Outcome.UNANSWERED),
                tally.of(Outcome.GIVEN_UP));
    }

    /** Writes down what was counted since it was last called. Does not fail. */
    synchronized void record() {
        Mark before = last;
        Mark now = mark();
        // Also when it cannot be stored: counts of a long time are not those of the minute in which storing works
        // again.
        last = now;
        long elapsed = TimeUnit.NANOSECONDS.toMillis(now.nanos - before.nanos);
        boolean steady = Math.abs(now.millis - before.millis - elapsed) <= TOLERANCE_MILLIS;
        long seconds = Math.floorDiv(steady ? before.millis : now.millis, 1000L);
        long at = seconds - Math.floorMod(seconds, HistoryStore.MINUTE);
        try {
            store.add(new HistoryEntry(
                    at,
                    HistoryStore.MINUTE,
                    Math.min(elapsed, HistoryStore.MINUTE * 1000L),
                    now.passed - before.passed,
                    now.failed - before.failed,
                    now.unanswered - before.unanswered,
                    now.givenUp - before.givenUp,
                    at == minute ? Map.of() : looked()));
            minute = at;
            tidyHourly(at);
            failing = false;
        } catch (StoreException e) {
            minute = Long.MIN_VALUE;
            if (!failing && e.kind() != StoreException.Kind.CLOSED) {
                LOG.warn("the history has a gap from {} on: {}", Instant.ofEpochMilli(before.millis), e.getMessage());
            }
            failing = true;
        } catch (RuntimeException e) {
            minute = Long.MIN_VALUE;
            LOG.error("the history could not be recorded", e);
        }
    }

    private Map<String, Long> looked() {
        Map<String, Long> machines = new HashMap<>();
        states.get().forEach((state, number) -> {
            if (number > 0) {
                machines.put(state.word(), number);
            }
        });
        return machines;
    }

    private void tidyHourly(long at) {
        long hour = Math.floorDiv(at, (long) HistoryStore.HOUR);
        if (tidiedHour != null && tidiedHour == hour) {
            return;
        }
        while (store.tidy()) {
            LOG.debug("more minutes become hours");
        }
        tidiedHour = hour;
    }

    /** Records the rest and ends. */
    @Override
    public void close() {
        timer.shutdown();
        record();
    }
}
