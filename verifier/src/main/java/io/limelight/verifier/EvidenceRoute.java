package io.limelight.verifier;

import io.limelight.core.appraisal.OneShotAppraiser;
import io.limelight.core.appraisal.OneShotAppraiser.Boot;
import io.limelight.core.appraisal.OneShotAppraiser.Ima;
import io.limelight.core.appraisal.OneShotAppraiser.Outcome;
import io.limelight.core.appraisal.OneShotAppraiser.Proof;
import io.limelight.core.appraisal.ima.ImaAppraisal;
import io.limelight.core.appraisal.ima.ImaReference;
import io.limelight.core.failure.FailureJson;
import io.limelight.core.http.HttpCall;
import io.limelight.core.http.HttpReply;
import io.limelight.core.json.WireJson;
import io.limelight.core.policy.TpmPolicy;
import io.limelight.core.policy.TpmPolicyException;
import io.limelight.core.policy.boot.BootReference;
import io.limelight.core.policy.runtime.RuntimePolicyException;
import io.limelight.core.policy.runtime.RuntimePolicyReader;
import io.limelight.core.policy.sign.DsseEnvelope;
import io.limelight.core.policy.sign.PolicySignatureException;
import io.limelight.core.tpm.AttestationKey;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import io.limelight.core.tpm.TpmFormatException;
import io.limelight.core.tpm.TpmPublic;
import io.limelight.verifier.policy.JudgingRules;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code POST /verify/evidence}: judges evidence that somebody brings, with policies that they bring too (wire reference §5.9).
 * Nothing is stored, no clock is compared and no transport key is bound; the endorsement key has to be there and proves nothing
 * here.
 *
 * <p>Other than upstream, a boot log is judged by the verifier's policy and not only compared with the PCRs, whatever
 * {@code measured_boot_evaluate} says: the caller sees one verdict and no second one follows. For the same reason a list of which
 * PCR 10 proves nothing is refused, and the claims hold no row that PCR 10 does not prove.
 */
final class EvidenceRoute {
    private static final List<String> REQUIRED = List.of("quote", "nonce", "hash_alg", "tpm_ek", "tpm_ak");
    private static final List<String> POLICIES = List.of("tpm_policy", "runtime_policy", "mb_policy");
    private static final String LIST = "ima_measurement_list";

    private final JudgingRules rules;

    EvidenceRoute(JudgingRules rules) {
        this.rules = rules;
    }

    /** What cannot be judged: a request that is incomplete, or of a kind that is not known here. */
    private static final class InputException extends Exception {
        private static final long serialVersionUID = 1L;
        private final String event;

        InputException(String event, String message) {
            super(message);
            this.event = event;
        }

        InputException(String event, String message, Throwable cause) {
            super(message, cause);
            this.event = event;
        }
    }

    HttpReply answer(HttpCall call) {
        ObjectNode body;
        try {
            body = call.json();
        } catch (IOException e) {
            return HttpReply.refusal(400, "Exception error: " + e.getMessage());
        }
        // API 2.4 had the members of data at the top, and numbers where there are truth values now.
        boolean flat = !body.has("data") && !body.has("type");
        if (!flat) {
            if (body.path("type").asString("").isEmpty()) {
                return HttpReply.refusal(400, "missing parameter 'type'");
            }
            if (!body.path("data").isObject()) {
                return HttpReply.refusal(400, "missing parameter 'data'");
            }
        }
        JsonNode data = flat ? body : body.get("data");
        String type = flat ? "tpm" : body.path("type").asString("");
        return switch (type) {
            case "tpm" -> tpm(data, flat);
            case "tee" ->
                verdict(
                        400,
                        flat,
                        false,
                        WireJson.object(),
                        failure(
                                "tee_attestation.invalid.tee",
                                "evidence of confidential computing is not judged here"));
            default -> HttpReply.refusal(400, "invalid evidence type");
        };
    }

    private HttpReply tpm(JsonNode data, boolean flat) {
        Outcome outcome;
        try {
            outcome = judge(data);
        } catch (InputException e) {
            return verdict(400, flat, false, WireJson.object(), failure(e.event, String.valueOf(e.getMessage())));
        }
        ArrayNode failures = WireJson.object().putArray("failures");
        outcome.failures().forEach(found -> {
            ObjectNode context = FailureJson.context(found);
            if (!context.has("message")) {
                context.put("message", found.sentence());
            }
            failures.addObject().put("type", found.id()).set("context", context);
        });
        if (!outcome.passed()) {
            return verdict(200, flat, false, WireJson.object(), failures);
        }
        ImaAppraisal ima = outcome.ima().orElse(null);
        if (ima == null || ima.proved() == ima.entries()) {
            return verdict(200, flat, true, data, failures);
        }
        // Keys and status are what Keylime's readers compare, so only the claims say which rows are proved.
        return verdict(200, flat, true, proved(data, ima.proved()), failures);
    }

    /** The data without the rows of the list that nothing proves. */
    private static JsonNode proved(JsonNode data, long entries) {
        ObjectNode claims = WireJson.object();
        data.properties().forEach(member -> claims.set(member.getKey(), member.getValue()));
        String list = data.path(LIST).asString("");
        int end = 0;
        // Empty lines are no entries.
        for (long seen = 0; seen < entries && end < list.length(); ) {
            int lineEnd = list.indexOf('\n', end);
            seen += lineEnd == end ? 0 : 1;
            end = lineEnd < 0 ? list.length() : lineEnd + 1;
        }
        return claims.put(LIST, list.substring(0, end));
    }

    private static ArrayNode failure(String event, String message) {
        ArrayNode failures = WireJson.object().putArray("failures");
        failures.addObject().put("type", event).putObject("context").put("message", message);
        return failures;
    }

    private static HttpReply verdict(int status, boolean flat, boolean valid, JsonNode claims, ArrayNode failures) {
        ObjectNode results = WireJson.object();
        if (flat) {
            results.put("valid", valid ? 1 : 0);
        } else {
            results.put("valid", valid);
        }
        results.set("claims", claims);
        results.set("failures", failures);
        return HttpReply.envelope(status, status == 200 ? "Success" : "Bad Request", results);
    }

    private Outcome judge(JsonNode data) throws InputException {
        for (String member : REQUIRED) {
            if (text(data, member).isEmpty()) {
                throw new InputException("default.missing_param", "missing parameter \"" + member + "\"");
            }
        }
        if (POLICIES.stream()
                .allMatch(member -> data.path(member).isMissingNode()
                        || data.path(member).isNull()
                        || data.path(member).asString("x").isEmpty())) {
            throw new InputException(
                    "default.missing_policy",
                    "at least one policy (tpm_policy, runtime_policy, or mb_policy) must be provided");
        }
        return OneShotAppraiser.appraise(proof(data), tpmPolicy(data), boot(data), ima(data));
    }

    private static Proof proof(JsonNode data) throws InputException {
        HashAlgorithm hash = HashAlgorithm.fromWireName(text(data, "hash_alg"))
                .filter(HashAlgorithm::computable)
                .orElseThrow(() -> unusable("hash_alg", "is no hash algorithm that is known here", null));
        try {
            return new Proof.Quoted(
                    AttestationKey.of(TpmPublic.fromBase64(text(data, "tpm_ak"))),
                    text(data, "quote"),
                    text(data, "nonce"),
                    hash,
                    hash);
        } catch (TpmFormatException e) {
            throw unusable("tpm_ak", e.sentence(), e);
        }
    }

    private static TpmPolicy tpmPolicy(JsonNode data) throws InputException {
        String text = text(data, "tpm_policy");
        try {
            return text.isEmpty() ? TpmPolicy.EMPTY : TpmPolicy.fromWire(text);
        } catch (TpmPolicyException e) {
            // Its message begins with the name of the member.
            throw new InputException("default.missing_param", String.valueOf(e.getMessage()), e);
        }
    }

    private @Nullable Boot boot(JsonNode data) throws InputException {
        String log = text(data, "mb_log");
        String policy = text(data, "mb_policy");
        if (log.isEmpty() && policy.isEmpty()) {
            return null;
        }
        try {
            return new Boot(
                    log.isEmpty()
                            ? Optional.empty()
                            : Optional.of(Octets.copyOf(Base64.getDecoder().decode(log))),
                    BootReference.of(rules.boot(), policy));
        } catch (IllegalArgumentException e) {
            throw unusable("mb_log", "is no base64", e);
        }
    }

    /** A list without a policy is only compared with PCR 10; a policy without a list is compared with an empty one. */
    private @Nullable Ima ima(JsonNode data) throws InputException {
        String list = text(data, LIST);
        String policy = text(data, "runtime_policy");
        if (list.isEmpty() && policy.isEmpty()) {
            return null;
        }
        byte[] lines = list.getBytes(StandardCharsets.UTF_8);
        if (policy.isEmpty()) {
            return new Ima(lines, new ImaReference(Optional.empty(), Optional.empty(), List.of(), rules.tomtou()));
        }
        try {
            byte[] body = policy.getBytes(StandardCharsets.UTF_8);
            Optional<DsseEnvelope> envelope = DsseEnvelope.find(body);
            return new Ima(
                    lines,
                    ImaReference.of(
                            RuntimePolicyReader.forEvaluation(
                                    envelope.map(e -> e.payload().toByteArray()).orElse(body),
                                    RuntimePolicyReader.MAX_BYTES),
                            List.of(),
                            rules.tomtou()));
        } catch (RuntimePolicyException | PolicySignatureException e) {
            throw unusable("runtime_policy", String.valueOf(e.getMessage()), e);
        }
    }

    /** Text; JSON where JSON text is meant, from hand-written callers. */
    private static String text(JsonNode data, String member) throws InputException {
        JsonNode value = data.path(member);
        if (value.isMissingNode() || value.isNull()) {
            return "";
        }
        if (value.isContainer()) {
            return WireJson.compactText(value);
        }
        if (!value.isString()) {
            throw unusable(member, "is no text", null);
        }
        return value.stringValue();
    }

    private static InputException unusable(String member, String why, @Nullable Throwable cause) {
        String message = member + ": " + why;
        return cause == null
                ? new InputException("default.missing_param", message)
                : new InputException("default.missing_param", message, cause);
    }
}
