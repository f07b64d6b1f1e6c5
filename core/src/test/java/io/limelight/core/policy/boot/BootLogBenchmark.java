package io.limelight.core.policy.boot;

import io.limelight.core.appraisal.BootAppraisal;
import io.limelight.core.appraisal.BootAppraiser;
import io.limelight.core.appraisal.MeasuredBootEvaluate;
import io.limelight.core.policy.TpmPolicy;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.PcrValues;
import io.limelight.core.uefi.BootLog;
import io.limelight.core.uefi.BootLogException;
import io.limelight.core.uefi.BootLogParser;
import io.limelight.core.uefi.BootReplay;
import io.limelight.core.uefi.LogEditor;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A boot log from its bytes to a verdict: what every attestation of a machine with a measured boot policy pays for. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgs = "-XX:+UseCompactObjectHeaders")
public class BootLogBenchmark {
    /** A laptop's log with 121 events in two banks and a dbx of 24 KB; a virtual machine's with 90 events in three. */
    @Param({"measured-boot/binary_bios_measurements", "real-boot/binary_bios_measurements"})
    public String log;

    private byte[] bytes;
    private BootLog parsed;
    private PcrValues quoted;
    private BootReference reference;
    private String referenceText;

    /** The log's own reference state and PCRs. */
    @Setup
    public void setUp() throws BootLogException, ReferenceStateException {
        bytes = LogEditor.bytes(log);
        parsed = BootLogParser.parse(bytes);
        quoted = BootReplay.of(parsed).bank(HashAlgorithm.SHA256).orElseThrow();
        referenceText = ReferenceStateBuilder.build(parsed, true).json().toString();
        reference = BootReference.of(BootPolicy.named("uefi-linux"), referenceText);
    }

    /** Parsing, replay of all banks, comparison with the quote, uefi-linux: all of it. */
    @Benchmark
    public BootAppraisal parseReplayAndPolicy() {
        return BootAppraiser.appraise(bytes, quoted, reference, TpmPolicy.EMPTY, MeasuredBootEvaluate.ALWAYS, 1);
    }

    /** Parsing alone. */
    @Benchmark
    public BootLog parse() throws BootLogException {
        return BootLogParser.parse(bytes);
    }

    /** Replay alone. */
    @Benchmark
    public BootReplay replay() {
        return BootReplay.of(parsed);
    }

    /** A reference state from its text: once for each text, not for each attestation. */
    @Benchmark
    public BootReference readReferenceState() {
        return BootReference.of(BootPolicy.named("uefi-linux"), referenceText);
    }
}
