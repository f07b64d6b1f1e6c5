package io.limelight.cli.tenant;

import io.limelight.core.api.Endpoint;
import io.limelight.core.api.PolicyKind;
import io.limelight.core.policy.boot.ReferenceCheck;
import io.limelight.core.policy.runtime.RuntimePolicy;
import io.limelight.core.policy.runtime.RuntimePolicyException;
import io.limelight.core.policy.runtime.RuntimePolicyReader;
import io.limelight.core.policy.sign.DsseEnvelope;
import io.limelight.core.policy.sign.PolicySignatureException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** A stored policy for a person: what it amounts to, since nobody reads a hundred thousand digests at a terminal. */
final class PolicyView {
    private static final int SHOWN_EXCLUDES = 10;

    private PolicyView() {}

    /** One line for each thing to know. */
    static List<String> lines(PolicyKind kind, Endpoint verifier, JsonNode results) {
        List<String> lines = new ArrayList<>();
        lines.add("The " + kind.noun() + " " + results.path("name").asString("") + " at the " + verifier + ":");
        String text = results.path(kind == PolicyKind.RUNTIME ? "runtime_policy" : "mb_policy")
                .asString("");
        if (text.isEmpty()) {
            lines.add("  is empty.");
        } else if (kind == PolicyKind.RUNTIME) {
            runtime(text.getBytes(StandardCharsets.UTF_8), lines);
            String tpmPolicy = results.path("tmp_policy").asString("");
            if (!tpmPolicy.isEmpty()) {
                lines.add("  PCRs        " + tpmPolicy);
            }
        } else {
            boot(text, lines);
        }
        lines.add("  The whole text is in the output where that is no terminal: … | cat");
        return lines;
    }

    private static void runtime(byte[] stored, List<String> lines) {
        try {
            Optional<DsseEnvelope> envelope = DsseEnvelope.find(stored);
            byte[] text = envelope.map(found -> found.payload().toByteArray()).orElse(stored);
            RuntimePolicy policy = RuntimePolicyReader.forEvaluation(text, RuntimePolicyReader.MAX_BYTES);
            lines.add("  made        " + policy.meta().timestamp().orElse("at a time it does not tell") + ", version "
                    + policy.meta().version());
            lines.add("  signatures  "
                    + envelope.map(found -> Integer.toString(found.signatures().size()))
                            .orElse("none"));
            lines.add("  files       " + policy.digests().size() + " with "
                    + policy.digests().digestCount() + " digests");
            lines.add("  keyrings    " + policy.keyrings().size() + ", other buffers "
                    + policy.buffers().size());
            List<String> excludes = policy.excludes().patterns();
            lines.add("  exclusions  " + excludes.size());
            excludes.stream().limit(SHOWN_EXCLUDES).forEach(pattern -> lines.add("    " + pattern));
            if (excludes.size() > SHOWN_EXCLUDES) {
                lines.add("    and " + (excludes.size() - SHOWN_EXCLUDES) + " more");
            }
            policy.excludes()
                    .problem()
                    .ifPresent(why -> lines.add("  !  They exclude nothing, since they cannot be compiled: " + why));
        } catch (PolicySignatureException | RuntimePolicyException e) {
            lines.add("  !  It cannot be used: " + e.getMessage());
        }
    }

    private static void boot(String text, List<String> lines) {
        ReferenceCheck check = ReferenceCheck.of(text);
        check.refusal().ifPresent(why -> lines.add("  !  It cannot be used: it " + why));
        check.warnings().forEach(warning -> lines.add("  !  " + warning));
        lines.add("  " + text.length() + " characters");
    }
}
