package io.limelight.console.policies;

import io.limelight.console.problem.Problem;
import io.limelight.console.problem.ProblemException;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.PolicyAssignment;
import io.limelight.core.api.PolicyKind;
import io.limelight.core.task.Cancellation;
import io.limelight.core.tpm.HashAlgorithm;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A verifier's policies that a test tells what to hold. */
final class FakePolicies implements PolicyServer {
    final Map<String, String> runtime = new LinkedHashMap<>();
    final Map<String, String> boot = new LinkedHashMap<>();
    final List<String> done = new ArrayList<>();
    final List<Judged> verdicts = new ArrayList<>();

    final Map<AgentId, String> tpm = new LinkedHashMap<>();
    final Map<AgentId, PolicyAssignment> assigned = new ConcurrentHashMap<>();
    final Map<AgentId, Problem> failing = new ConcurrentHashMap<>();
    String quote = "";

    @Nullable Problem refusing;

    boolean untilCancelled;

    static String policy(String digests, String excludes) {
        return "{\"meta\": {\"version\": 1, \"generator\": 3}, \"release\": 0, \"digests\": {" + digests
                + "}, \"excludes\": [" + excludes + "], \"keyrings\": {}, \"ima\": {\"ignored_keyrings\": [],"
                + " \"log_hash_alg\": \"sha1\", \"dm_policy\": null}, \"ima-buf\": {}, \"verification-keys\": \"\"}";
    }

    /** A row of an IMA list, template ima-ng, as a kernel prints it. */
    static String row(String path, String digest) {
        byte[] name = (path + "\0").getBytes(StandardCharsets.UTF_8);
        byte[] algorithm = "sha256:\0".getBytes(StandardCharsets.UTF_8);
        byte[] value = HexFormat.of().parseHex(digest);
        byte[] hash = HashAlgorithm.SHA1.digest(ByteBuffer.allocate(8 + algorithm.length + value.length + name.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(algorithm.length + value.length)
                .put(algorithm)
                .put(value)
                .putInt(name.length)
                .put(name)
                .array());
        return "10 " + HexFormat.of().formatHex(hash) + " ima-ng sha256:" + digest + " " + path;
    }

    private Map<String, String> of(PolicyKind kind) {
        return kind == PolicyKind.RUNTIME ? runtime : boot;
    }

    private void refuse() throws ProblemException {
        if (refusing != null) {
            throw new ProblemException(refusing, null);
        }
    }

    @Override
    public List<String> names(PolicyKind kind, Cancellation cancellation) throws ProblemException {
        refuse();
        return List.copyOf(of(kind).keySet());
    }

    @Override
    public Stored read(PolicyKind kind, String name, Cancellation cancellation) throws ProblemException {
        refuse();
        done.add("read " + name);
        return new Stored(of(kind).getOrDefault(name, ""), "", Optional.empty());
    }

    @Override
    public Map<AgentId, String> tpmPolicies(Cancellation cancellation) throws ProblemException {
        refuse();
        done.add("tpm policies");
        return Map.copyOf(tpm);
    }

    @Override
    public String freshQuote(AgentId machine, Cancellation cancellation) throws ProblemException {
        refuse();
        done.add("quote " + machine);
        return quote;
    }

    @Override
    public void store(PolicyKind kind, String name, Stored policy, boolean fresh, Cancellation cancellation)
            throws ProblemException {
        refuse();
        done.add((fresh ? "add " : "update ") + name + (policy.signer().isPresent() ? " signed" : ""));
        of(kind).put(name, policy.text());
    }

    @Override
    public void assign(AgentId machine, PolicyAssignment assignment, Cancellation cancellation)
            throws ProblemException {
        refuse();
        if (cancellation.cancelled() || failing.containsKey(machine)) {
            throw new ProblemException(
                    failing.getOrDefault(
                            machine, new Problem("verifier.stopped", "It was stopped.", List.of(), List.of(), "")),
                    null);
        }
        assigned.put(machine, assignment);
    }

    @Override
    public String address() {
        return "127.0.0.1:8881";
    }

    @Override
    public void delete(PolicyKind kind, String name, Cancellation cancellation) throws ProblemException {
        refuse();
        done.add("delete " + name);
        of(kind).remove(name);
    }

    @Override
    public void dryRun(
            PolicyKind kind,
            String text,
            List<AgentId> machines,
            IntConsumer begun,
            Consumer<Judged> judged,
            Cancellation cancellation)
            throws ProblemException {
        begun.accept(machines.size());
        if (untilCancelled) {
            Awaitility.await().until(cancellation::cancelled);
        }
        refuse();
        if (cancellation.cancelled()) {
            throw new ProblemException(
                    new Problem("verifier.stopped", "It was stopped.", List.of(), List.of(), ""), null);
        }
        verdicts.forEach(judged);
    }
}
