package io.limelight.verifier.attest;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/** How attestations came out since the start of the program, and what they took. */
public final class Tally {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Map<Outcome, LongAdder> counts = new EnumMap<>(Outcome.class);
    private final LongConsumer cycles;
    private final LongConsumer processor;

    /** What came of asking a machine; counted once it is on disk, as it means nothing before. */
    public enum Outcome {
        /** Its quote passed. */
        PASSED,
        /** Its quote failed. */
        FAILED,
        /** It did not answer and is asked again. */
        UNANSWERED,
        /** It is not asked again, for another reason than its evidence. */
        GIVEN_UP,
        /** What was found out could not be stored, so it does not count. */
        UNSTORED;

        /** In small letters. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Heard by nobody. */
    public Tally() {
        this(_ -> {}, _ -> {});
    }

    /**
     * Heard by somebody.
     *
     * @param cycles takes the nanoseconds from the question to what was done about the answer
     * @param processor takes the nanoseconds of a processor that an appraisal used
     */
    public Tally(LongConsumer cycles, LongConsumer processor) {
        this.cycles = cycles;
        this.processor = processor;
        for (Outcome outcome : Outcome.values()) {
            counts.put(outcome, new LongAdder());
        }
    }

    /** One more. */
    public void count(Outcome outcome) {
        adder(outcome).increment();
    }

    /** How often it came out so. */
    public long of(Outcome outcome) {
        return adder(outcome).sum();
    }

    private LongAdder adder(Outcome outcome) {
        return java.util.Objects.requireNonNull(counts.get(outcome));
    }

    <T> T cycle(Supplier<T> work) {
        long begun = System.nanoTime();
        try {
            return work.get();
        } finally {
            cycles.accept(System.nanoTime() - begun);
        }
    }

    /** Measures work on a platform thread; of a virtual one nobody knows. */
    <T> T computed(Supplier<T> work) {
        if (!THREADS.isCurrentThreadCpuTimeSupported()) {
            return work.get();
        }
        long begun = THREADS.getCurrentThreadCpuTime();
        try {
            return work.get();
        } finally {
            processor.accept(THREADS.getCurrentThreadCpuTime() - begun);
        }
    }
}
