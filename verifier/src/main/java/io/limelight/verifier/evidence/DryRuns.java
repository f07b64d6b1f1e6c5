package io.limelight.verifier.evidence;

import io.limelight.core.failure.SeverityPolicy;
import io.limelight.core.http.EventSource;
import io.limelight.core.http.HttpReply;
import io.limelight.core.json.WireJson;
import io.limelight.verifier.policy.JudgingRules;
import io.limelight.verifier.state.EvidenceStore;
import io.limelight.verifier.state.EvidenceStore.Subject;
import java.io.IOException;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Dry runs, on threads of their own: half the cores at most, so that attestations have the other half whatever is tried here. A
 * run ends with its reader: whoever closes the connection has cancelled it.
 */
public final class DryRuns implements AutoCloseable {
    private static final int AT_ONCE = 2;
    private static final int PING_SECONDS = 5;

    private final EvidenceStore store;
    private final JudgingRules rules;
    private final SeverityPolicy severities;
    private final String verifierId;
    private final int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    private final ExecutorService pool = Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().daemon().name("dry-run-", 0).factory());
    private final Semaphore places = new Semaphore(AT_ONCE);
    private volatile boolean closing;

    /** Over the machines of this verifier. */
    public DryRuns(EvidenceStore store, JudgingRules rules, SeverityPolicy severities, String verifierId) {
        this.store = store;
        this.rules = rules;
        this.severities = severities;
        this.verifierId = verifierId;
    }

    /**
     * Tries a draft.
     *
     * @param agents ids; empty for all
     * @return events, or a refusal
     */
    public HttpReply open(Draft draft, Optional<Set<String>> agents) {
        List<Subject> subjects = store.subjects(verifierId).stream()
                .filter(subject -> agents.isEmpty() || agents.get().contains(subject.agentId()))
                .toList();
        if (agents.isPresent() && subjects.size() < agents.get().size()) {
            Set<String> unknown = new HashSet<>(agents.get());
            subjects.forEach(subject -> unknown.remove(subject.agentId()));
            return HttpReply.refusal(
                    404,
                    "agent id not found: "
                            + unknown.stream().sorted().findFirst().orElseThrow());
        }
        if (closing || !places.tryAcquire()) {
            return HttpReply.refusal(503, AT_ONCE + " dry runs are under way, try again when one of them is over");
        }
        DryRun run = new DryRun(store, rules, severities, draft);
        return new HttpReply.Events(sink -> {
            try {
                stream(run, subjects, sink);
            } finally {
                places.release();
            }
        });
    }

    private void stream(DryRun run, List<Subject> subjects, EventSource.Sink sink) throws IOException {
        long begun = System.nanoTime();
        sink.send("", "begin", WireJson.compactText(WireJson.object().put("agents", subjects.size())));
        int window = 4 * threads;
        BlockingQueue<DryRun.Result> results = new ArrayBlockingQueue<>(window);
        Map<DryRun.Verdict, Integer> counts = new EnumMap<>(DryRun.Verdict.class);
        int next = 0;
        int pending = 0;
        while (!closing && (pending > 0 || next < subjects.size())) {
            // No more than this is begun ahead of the reader, so that leaving ends the work, too.
            for (; pending < window && next < subjects.size(); next++, pending++) {
                Subject subject = subjects.get(next);
                pool.execute(() -> results.add(run.judge(subject)));
            }
            DryRun.Result result;
            try {
                result = results.poll(PING_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            if (result == null) {
                sink.ping();
                continue;
            }
            pending--;
            counts.merge(result.verdict(), 1, Integer::sum);
            sink.send("", "result", WireJson.compactText(result.json()));
        }
        if (closing) {
            return;
        }
        sink.send(
                "",
                "end",
                WireJson.compactText(WireJson.object()
                        .put("passed", counts.getOrDefault(DryRun.Verdict.PASS, 0))
                        .put("failed", counts.getOrDefault(DryRun.Verdict.FAIL, 0))
                        .put("unknown", counts.getOrDefault(DryRun.Verdict.UNKNOWN, 0))
                        .put("judged", run.judged())
                        .put("milliseconds", (System.nanoTime() - begun) / 1_000_000)));
    }

    /** Ends all runs. */
    @Override
    public void close() {
        closing = true;
        pool.shutdown();
    }
}
