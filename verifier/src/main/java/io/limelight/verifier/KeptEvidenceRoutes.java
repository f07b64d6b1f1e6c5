package io.limelight.verifier;

import io.limelight.core.api.AgentId;
import io.limelight.core.http.Access;
import io.limelight.core.http.HttpCall;
import io.limelight.core.http.HttpHandler;
import io.limelight.core.http.HttpReply;
import io.limelight.core.http.Route;
import io.limelight.core.http.Routes;
import io.limelight.core.json.WireJson;
import io.limelight.core.tpm.TpmFormatException;
import io.limelight.core.tpm.TpmPublic;
import io.limelight.store.StoreAnswers;
import io.limelight.verifier.evidence.Draft;
import io.limelight.verifier.evidence.DryRuns;
import io.limelight.verifier.policy.JudgingRules;
import io.limelight.verifier.policy.PolicyCheck;
import io.limelight.verifier.policy.PolicyRefusedException;
import io.limelight.verifier.policy.SigningKeys;
import io.limelight.verifier.state.AgentStore;
import io.limelight.verifier.state.EvidenceStore;
import io.limelight.verifier.state.HappeningStore;
import io.limelight.verifier.state.KeptEvidence;
import io.limelight.verifier.state.StoredAgent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code /limelight/v1/agents/{id}/timeline}, {@code …/evidence} and {@code /limelight/v1/dry-runs}: see {@code docs/api.md}. */
final class KeptEvidenceRoutes {
    private static final String BASE = "/limelight/v1/";
    private static final int TIMELINE_PAGE = 50;
    private static final int LARGEST_TIMELINE_PAGE = 200;
    private static final int ROWS_PAGE = 500;
    private static final int LARGEST_ROWS_PAGE = 5000;

    private final AgentStore agents;
    private final EvidenceStore evidence;
    private final HappeningStore happenings;
    private final DryRuns dryRuns;
    private final PolicyCheck drafts;
    private final int policyBody;

    /** Takes drafts of that many bytes at most. */
    KeptEvidenceRoutes(
            AgentStore agents,
            EvidenceStore evidence,
            HappeningStore happenings,
            DryRuns dryRuns,
            JudgingRules rules,
            int policyBody) {
        this.agents = agents;
        this.evidence = evidence;
        this.happenings = happenings;
        this.dryRuns = dryRuns;
        // A draft is not signed yet.
        this.drafts = new PolicyCheck(
                new JudgingRules(rules.boot(), rules.evaluate(), rules.tomtou(), false),
                new SigningKeys(Path.of("signing_keys")),
                policyBody);
        this.policyBody = policyBody;
    }

    void addTo(Routes.Builder routes) {
        routes.add(route("GET", "agents/{id}/timeline", Access.OBSERVER, "read_timeline", 0, this::timeline))
                .add(route("GET", "agents/{id}/evidence", Access.OBSERVER, "read_evidence", 0, this::evidence))
                .add(route("POST", "dry-runs", Access.ADMINISTRATOR, "dry_run", policyBody, this::dryRun));
    }

    private static Route route(
            String method, String path, Access access, String action, int body, HttpHandler handler) {
        return new Route(method, BASE + path, access, action, body, StoreAnswers.guarded("verifier", handler));
    }

    private Optional<StoredAgent> agent(HttpCall call) {
        String id = call.variable("id");
        return AgentId.problem(id).isPresent() ? Optional.empty() : agents.find(AgentId.of(id));
    }

    private static HttpReply unknown() {
        return HttpReply.refusal(404, "agent id not found");
    }

    private static Optional<Long> number(HttpCall call, String name, long otherwise, long least, long most) {
        return call.query(name)
                .map(text -> text.matches("[0-9]{1,18}")
                        ? Optional.of(Long.parseLong(text)).filter(value -> value >= least && value <= most)
                        : Optional.<Long>empty())
                .orElse(Optional.of(otherwise));
    }

    // --- what happened ---

    private HttpReply timeline(HttpCall call) {
        Optional<Long> before = number(call, "before", Long.MAX_VALUE, 0, Long.MAX_VALUE);
        Optional<Long> limit = number(call, "limit", TIMELINE_PAGE, 1, LARGEST_TIMELINE_PAGE);
        if (before.isEmpty() || limit.isEmpty()) {
            return HttpReply.refusal(
                    400, "limit is a number from 1 to " + LARGEST_TIMELINE_PAGE + ", before that of a happening");
        }
        Optional<StoredAgent> agent = agent(call);
        if (agent.isEmpty()) {
            return unknown();
        }
        List<HappeningStore.Happening> page = happenings.before(
                agent.get().lease().agent(), before.get(), limit.get().intValue());
        ObjectNode results = WireJson.object().put("agent_id", call.variable("id"));
        ArrayNode all = results.putArray("happenings");
        for (HappeningStore.Happening happening : page) {
            ObjectNode one = all.addObject()
                    .put("number", happening.number())
                    .put("at", happening.at().toString())
                    .put("kind", happening.kind());
            one.setAll(happening.body());
            happening.failed().ifPresent(failed -> {
                one.put("times", failed.times()).put("last_at", failed.lastAt().toString());
                one.putObject("answer")
                        .put("nonce", failed.nonce())
                        .put("quote", failed.quote())
                        .put("hash_alg", failed.hashAlgorithm());
            });
        }
        return HttpReply.success(next(
                results,
                "next_before",
                page.size() == limit.get() ? Optional.of(page.getLast().number()) : Optional.empty()));
    }

    private static ObjectNode next(ObjectNode results, String name, Optional<Long> value) {
        return value.isPresent() ? results.put(name, value.get()) : results.putNull(name);
    }

    // --- what it proved ---

    private HttpReply evidence(HttpCall call) {
        Optional<Long> from = number(call, "ima_from", 0, 0, Integer.MAX_VALUE);
        Optional<Long> limit = number(call, "limit", ROWS_PAGE, 1, LARGEST_ROWS_PAGE);
        if (from.isEmpty() || limit.isEmpty()) {
            return HttpReply.refusal(
                    400,
                    "limit is a number from 1 to " + LARGEST_ROWS_PAGE
                            + ", ima_from the index of an entry, counted from 0");
        }
        Optional<StoredAgent> agent = agent(call);
        if (agent.isEmpty()) {
            return unknown();
        }
        Optional<KeptEvidence> found = evidence.find(agent.get().lease().agent());
        if (found.isEmpty()) {
            return HttpReply.refusal(404, "no evidence is kept of this agent");
        }
        KeptEvidence kept = found.get();
        ObjectNode results = WireJson.object()
                .put("agent_id", call.variable("id"))
                .put("received_at", kept.proof().receivedAt().toString())
                .put("verdict", kept.proof().verdict())
                .put("ak_name", name(agent.get().enrolment().ak()))
                .put("nonce", kept.proof().nonce())
                .put("quote", kept.proof().quote())
                .put("hash_alg", kept.proof().hashAlgorithm());
        results.putObject("clock")
                .put("clock", kept.proof().clock().clock())
                .put("reset_count", kept.proof().clock().resetCount())
                .put("restart_count", kept.proof().clock().restartCount());
        results.put("boot_log_sha256", kept.bootLog().orElse(null));
        if (from.get() == 0) {
            results.put(
                    "boot_log",
                    kept.bootLog()
                            .flatMap(evidence::bootLog)
                            .map(log -> Base64.getEncoder().encodeToString(log))
                            .orElse(null));
        }
        rows(
                kept,
                from.get(),
                limit.get().intValue(),
                results.putObject("ima").put("entries", kept.imaEntries()).put("cut", kept.imaCut()));
        return HttpReply.success(results);
    }

    private static String name(String ak) {
        try {
            return HexFormat.of().formatHex(TpmPublic.fromBase64(ak).name());
        } catch (TpmFormatException e) {
            return "";
        }
    }

    private void rows(KeptEvidence kept, long from, int limit, ObjectNode ima) {
        long[] numbers = evidence.numbers(kept.agent(), from, limit);
        Map<Long, byte[]> lines =
                evidence.lines(Arrays.stream(numbers).boxed().distinct().toList());
        ArrayNode rows = ima.put("from", from).putArray("rows");
        for (long number : numbers) {
            rows.add(new String(lines.getOrDefault(number, new byte[0]), StandardCharsets.UTF_8));
        }
        next(
                ima,
                "next_from",
                numbers.length == limit && from + limit < kept.imaEntries()
                        ? Optional.of(from + limit)
                        : Optional.empty());
    }

    // --- what would become of them ---

    private HttpReply dryRun(HttpCall call) {
        try {
            ObjectNode body = call.json();
            Optional<Set<String>> ids = agents(body.get("agents"));
            Optional<String> runtime = WireJson.nonEmptyText(body, "runtime_policy");
            Optional<String> boot = WireJson.nonEmptyText(body, "mb_policy");
            if (runtime.isPresent() == boot.isPresent()) {
                return HttpReply.refusal(
                        400, "either runtime_policy (base64) or mb_policy (JSON as text) is the draft");
            }
            Draft draft = runtime.isPresent()
                    ? new Draft.RuntimeDraft(drafts.runtime(drafts.decodedRuntime(runtime.get()), null)
                            .value())
                    : new Draft.BootDraft(drafts.boot(boot.orElseThrow()).value());
            return dryRuns.open(draft, ids);
        } catch (IOException e) {
            return HttpReply.refusal(400, "the body is no draft: " + e.getMessage());
        } catch (PolicyRefusedException e) {
            return HttpReply.refusal(e.status(), String.valueOf(e.getMessage()));
        }
    }

    private static Optional<Set<String>> agents(JsonNode ids) throws IOException {
        if (ids == null || ids.isNull()) {
            return Optional.empty();
        }
        if (!ids.isArray()) {
            throw new IOException("agents is no list of ids");
        }
        Set<String> wanted = new TreeSet<>();
        for (JsonNode id : ids) {
            if (!id.isString() || AgentId.problem(id.stringValue()).isPresent()) {
                throw new IOException("agents holds something that is no agent id");
            }
            wanted.add(id.stringValue());
        }
        return Optional.of(wanted);
    }
}
