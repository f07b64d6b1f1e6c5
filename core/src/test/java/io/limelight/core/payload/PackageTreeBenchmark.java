package io.limelight.core.payload;

import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A folder of 5,000 files that was looked at before, one of which has changed since: what each change costs a builder. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgs = "-XX:+UseCompactObjectHeaders")
public class PackageTreeBenchmark {
    private static final int FILES = 5_000;

    private final Cancellation cancellation = new Cancellation();
    private final PackageTreeReader reader = new PackageTreeReader(1 << 30, InstantSource.system());
    private Path folder = Path.of("");
    private int next;

    /** Makes the folder and looks at it once. */
    @Setup
    public void make() throws IOException, CancelledException {
        folder = Files.createTempDirectory("limelight-tree");
        for (int i = 0; i < FILES; i++) {
            Files.writeString(folder.resolve("file-" + i), "content " + i);
        }
        reader.folder(folder, cancellation);
    }

    /** Removes it. */
    @TearDown
    public void remove() throws IOException {
        for (int i = 0; i < FILES; i++) {
            Files.delete(folder.resolve("file-" + i));
        }
        Files.delete(folder);
    }

    /** One file changes, and all are looked at. */
    @Benchmark
    public PackageTree again() throws IOException, CancelledException {
        next = (next + 1) % FILES;
        Files.writeString(folder.resolve("file-" + next), "content changed");
        return reader.folder(folder, cancellation);
    }
}
