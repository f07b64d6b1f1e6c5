package io.limelight.core.policy.edit;

import io.limelight.core.policy.create.PolicyDifference;
import io.limelight.core.policy.create.PolicyDifference.Member;
import io.limelight.core.policy.runtime.RuntimePolicyException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
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
import org.openjdk.jmh.annotations.Warmup;

/** What an editor does with a policy of 200,000 digests: opening it, looking for a path, one step. */
@State(Scope.Thread)
@BenchmarkMode({Mode.AverageTime, Mode.SingleShotTime})
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgs = "-XX:+UseCompactObjectHeaders")
public class LargePolicyBenchmark {
    private static final int PATHS = 200_000;

    private byte[] text = new byte[0];
    private EditedPolicy policy = EditedPolicy.empty();
    private PathTable table = PathTable.of(policy.base().digests());
    private int next;

    static byte[] large() {
        Random random = new Random(1);
        byte[] digest = new byte[32];
        StringBuilder out =
                new StringBuilder("{\"meta\": {\"version\": 1, \"generator\": 3}, \"release\": 0, \"digests\": {");
        for (int i = 0; i < PATHS; i++) {
            random.nextBytes(digest);
            out.append(i == 0 ? "" : ", ")
                    .append("\"/usr/lib/modules/6.12.0-")
                    .append(i % 37)
                    .append("/kernel/drivers/group-")
                    .append(i % 611)
                    .append("/module-")
                    .append(i)
                    .append(".ko\": [\"")
                    .append(HexFormat.of().formatHex(digest))
                    .append("\"]");
        }
        return out.append("}, \"excludes\": [\"/tmp/.*\"], \"keyrings\": {}, \"ima\": {\"ignored_keyrings\": [],"
                        + " \"log_hash_alg\": \"sha1\", \"dm_policy\": null}, \"ima-buf\": {},"
                        + " \"verification-keys\": \"\"}")
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Makes it. */
    @Setup
    public void make() throws RuntimePolicyException {
        text = large();
        policy = EditedPolicy.of(text);
        table = PathTable.of(policy.base().digests());
    }

    /** From its bytes to what is shown. */
    @Benchmark
    public PathTable.Some<PathTable.Child> open() throws RuntimePolicyException {
        return PathTable.of(EditedPolicy.of(text).base().digests()).children("", 2000);
    }

    /** By a part of a name that a few have. */
    @Benchmark
    public PathTable.Some<String> filterPath() {
        return table.find("module-1999", _ -> true, 5000);
    }

    /** By the beginning of a digest. */
    @Benchmark
    public PathTable.Some<String> filterDigest() {
        return table.find("abcdef12", _ -> true, 5000);
    }

    /** A digest more. */
    @Benchmark
    public EditedPolicy step() {
        next++;
        return policy.with(List.of(PolicyDifference.toAdd(Member.DIGESTS, "/opt/new-" + next % 1000, "a".repeat(64))));
    }
}
