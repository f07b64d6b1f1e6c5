package io.limelight.core.appraisal.ima;

import io.limelight.core.policy.runtime.RuntimePolicy;
import io.limelight.core.policy.runtime.RuntimePolicyException;
import io.limelight.core.policy.runtime.RuntimePolicyReader;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
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

/** A long list against a large policy: what the first attestation after a boot costs, and what each later one costs. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgs = "-XX:+UseCompactObjectHeaders")
public class ImaBenchmark {
    private static final int ENTRIES = 100_000;

    private byte[] list = {};
    private byte[][] templateData = {};
    private byte[] policyText = {};
    private ImaReference reference = new ImaReference(Optional.empty(), Optional.empty(), List.of(), Tomtou.FAIL);
    private Optional<Octets> pcr10 = Optional.empty();
    private ImaState caughtUp = ImaState.NEW;

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String path(int i) {
        // Paths of a Debian system have 61 bytes in the mean.
        return "/usr/lib/x86_64-linux-gnu/package-" + (i % 3001) + "/modules/libfile-" + i + ".so.1";
    }

    private static byte[] digest(int i) {
        return HashAlgorithm.SHA256.digest(ascii("content " + i));
    }

    private static byte[] templateData(int i) {
        byte[] path = ascii(path(i));
        return ByteBuffer.allocate(4 + 40 + 4 + path.length + 1)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(40)
                .put(ascii("sha256:"))
                .put((byte) 0)
                .put(digest(i))
                .putInt(path.length + 1)
                .put(path)
                .array();
    }

    /** List and policy. */
    @Setup
    public void setUp() throws RuntimePolicyException {
        HexFormat hex = HexFormat.of();
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        StringBuilder digests = new StringBuilder();
        templateData = new byte[ENTRIES][];
        byte[] running = new byte[32];
        for (int i = 0; i < ENTRIES; i++) {
            // The list's order is not the policy's.
            int file = (int) (i * 7919L % ENTRIES);
            byte[] data = templateData(file);
            templateData[i] = data;
            running = HashAlgorithm.SHA256.digest(running, HashAlgorithm.SHA256.digest(data));
            lines.writeBytes(ascii("10 " + hex.formatHex(HashAlgorithm.SHA1.digest(data)) + " ima-ng sha256:"
                    + hex.formatHex(digest(file)) + " " + path(file) + "\n"));
            digests.append(i == 0 ? "" : ", ")
                    .append('"')
                    .append(path(i))
                    .append("\": [\"")
                    .append(hex.formatHex(digest(i)))
                    .append("\"]");
        }
        list = lines.toByteArray();
        policyText = ascii(RuntimePolicy.EMPTY_TEXT
                .replace("\"digests\": {}", "\"digests\": {" + digests + "}")
                .replace("\"excludes\": []", "\"excludes\": [\"/tmp/.*\", \"/var/(?:log|cache)/.*\"]"));
        reference = ImaReference.of(
                RuntimePolicyReader.forUpload(policyText, RuntimePolicyReader.MAX_BYTES), List.of(), Tomtou.FAIL);
        pcr10 = Optional.of(Octets.copyOf(running));
        ImaAppraisal whole = wholeList();
        if (!whole.passed() || whole.nextState().nextEntry() != ENTRIES) {
            throw new IllegalStateException("the list does not pass: " + whole.failures());
        }
        caughtUp = whole.nextState();
    }

    /** 100,000 ima-ng entries against 100,000 digests. */
    @Benchmark
    public ImaAppraisal wholeList() {
        return ImaAppraiser.appraise(new ImaEvidence(list, HashAlgorithm.SHA256, pcr10), reference, ImaState.NEW);
    }

    /** The bound: the three hashes of each of these entries and nothing else. */
    @Benchmark
    public byte[] hashesOfWholeList() throws Exception {
        MessageDigest sha256 = HashAlgorithm.SHA256.newDigest();
        MessageDigest sha1 = HashAlgorithm.SHA1.newDigest();
        byte[] hash = new byte[32];
        byte[] running = new byte[32];
        for (byte[] data : templateData) {
            sha1.update(data);
            sha1.digest(hash, 0, 20);
            sha256.update(data);
            sha256.digest(hash, 0, 32);
            sha256.update(running);
            sha256.update(hash);
            sha256.digest(running, 0, 32);
        }
        return running;
    }

    /** Nothing new: every attestation of a machine that runs as it should. */
    @Benchmark
    @OutputTimeUnit(TimeUnit.MICROSECONDS)
    public ImaAppraisal nothingNew() {
        return ImaAppraiser.appraise(new ImaEvidence(new byte[0], HashAlgorithm.SHA256, pcr10), reference, caughtUp);
    }

    /** An upload of 100,000 digests, from bytes to a policy. */
    @Benchmark
    public RuntimePolicy policy() throws RuntimePolicyException {
        return RuntimePolicyReader.forUpload(policyText, RuntimePolicyReader.MAX_BYTES);
    }
}
