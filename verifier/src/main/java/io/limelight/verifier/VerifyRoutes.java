package io.limelight.verifier;

import io.limelight.core.api.AgentId;
import io.limelight.core.api.IdentityVerdict;
import io.limelight.core.http.Access;
import io.limelight.core.http.HttpCall;
import io.limelight.core.http.HttpHandler;
import io.limelight.core.http.HttpReply;
import io.limelight.core.http.Route;
import io.limelight.core.http.Routes;
import io.limelight.core.tpm.AttestationKey;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.PcrMask;
import io.limelight.core.tpm.QuoteRejectedException;
import io.limelight.core.tpm.QuoteText;
import io.limelight.core.tpm.QuoteVerifier;
import io.limelight.core.tpm.TpmFormatException;
import io.limelight.core.tpm.TpmPublic;
import io.limelight.store.StoreAnswers;
import io.limelight.verifier.policy.JudgingRules;
import io.limelight.verifier.state.AgentStore;
import io.limelight.verifier.state.StoredAgent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;

/**
 * {@code /verify/*}: checks that anybody may ask for, so few at a time and nothing large. An identity quote travels in the
 * request line, which the listener bounds.
 */
final class VerifyRoutes {
    private static final int AT_ONCE = 8;

    /** A list of some 70,000 entries with its policy. Less than an administrator may send: these callers are nobody. */
    private static final int EVIDENCE_BODY = 16 << 20;

    private static final int EVIDENCE_AT_ONCE = 2;
    private static final List<String> PARAMETERS = List.of("agent_uuid", "quote", "nonce", "hash_alg");

    private final AgentStore store;
    private final boolean enabled;
    private final EvidenceRoute evidence;
    private final int largestBody;
    private final ExecutorService work;
    private final Semaphore places = new Semaphore(AT_ONCE);
    private final Semaphore evidencePlaces = new Semaphore(EVIDENCE_AT_ONCE);

    /**
     * The routes.
     *
     * @param work where evidence is judged: one thread, so that strangers leave a core to the attestation of machines
     */
    VerifyRoutes(AgentStore store, JudgingRules rules, boolean enabled, int largestBody, ExecutorService work) {
        this.store = store;
        this.enabled = enabled;
        this.evidence = new EvidenceRoute(rules);
        this.largestBody = largestBody;
        this.work = work;
    }

    void addTo(Routes.Builder routes) {
        routes.add(anybody("GET", "/v{version}/verify/identity", 0, this::identity))
                .add(anybody(
                        "POST", "/v{version}/verify/evidence", Math.min(EVIDENCE_BODY, largestBody), this::evidence));
    }

    private Route anybody(String method, String template, int maxBody, HttpHandler handler) {
        HttpHandler guarded = enabled
                ? StoreAnswers.guarded("verifier", handler)
                : _ -> HttpReply.refusal(403, "The verify routes of this verifier are switched off (verify_api)");
        return new Route(method, template, Access.ANYONE, "", maxBody, guarded);
    }

    private HttpReply evidence(HttpCall call) throws Exception {
        if (!evidencePlaces.tryAcquire()) {
            return HttpReply.refusal(503, "too many checks at once, try again");
        }
        try {
            return work.submit(() -> evidence.answer(call)).get();
        } finally {
            evidencePlaces.release();
        }
    }

    private HttpReply identity(HttpCall call) {
        for (String parameter : PARAMETERS) {
            if (call.query(parameter).orElse("").isEmpty()) {
                return HttpReply.refusal(400, "missing query parameter '" + parameter + "'");
            }
        }
        if (!places.tryAcquire()) {
            return HttpReply.refusal(503, "too many checks at once, try again");
        }
        try {
            String id = call.query("agent_uuid").orElseThrow();
            Optional<StoredAgent> agent =
                    AgentId.problem(id).isPresent() ? Optional.empty() : store.find(AgentId.of(id));
            return agent.map(found -> HttpReply.success(check(found, call).toJson()))
                    .orElseGet(() -> HttpReply.refusal(404, "agent id not found"));
        } finally {
            places.release();
        }
    }

    private static IdentityVerdict check(StoredAgent agent, HttpCall call) {
        Optional<HashAlgorithm> hash =
                HashAlgorithm.fromWireName(call.query("hash_alg").orElseThrow());
        if (hash.isEmpty()) {
            return new IdentityVerdict(false, "hash_alg is no known algorithm");
        }
        try {
            QuoteVerifier.verify(
                    AttestationKey.of(TpmPublic.fromBase64(agent.enrolment().ak())),
                    QuoteText.parse(call.query("quote").orElseThrow()),
                    call.query("nonce").orElseThrow().getBytes(StandardCharsets.UTF_8),
                    hash.get(),
                    PcrMask.NONE);
            return new IdentityVerdict(true, null);
        } catch (TpmFormatException e) {
            return new IdentityVerdict(false, e.sentence());
        } catch (QuoteRejectedException e) {
            return new IdentityVerdict(false, e.sentence());
        }
    }
}
