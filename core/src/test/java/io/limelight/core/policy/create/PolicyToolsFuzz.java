package io.limelight.core.policy.create;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.limelight.core.policy.runtime.RuntimePolicy;
import io.limelight.core.policy.runtime.RuntimePolicyException;
import io.limelight.core.policy.runtime.RuntimePolicyReader;
import io.limelight.core.policy.sign.DsseEnvelope;
import io.limelight.core.policy.sign.PolicyKey;
import io.limelight.core.policy.sign.PolicySignatureException;
import io.limelight.core.policy.sign.PolicySigner;
import io.limelight.core.tpm.Fixtures;
import io.limelight.core.tpm.HashAlgorithm;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.Optional;

/**
 * Everything policy tools read: no input may end in anything but a result or the typed error, nor take long. Plain test runs
 * replay the inputs under {@code src/test/resources}; {@code JAZZER_FUZZ=1 mvn test -Dtest=PolicyToolsFuzz} looks for new ones.
 */
class PolicyToolsFuzz {
    private static final LocalDateTime NOON = LocalDateTime.of(2026, 1, 1, 12, 0);
    private static final PolicyKey KEY = key();

    private static PolicyKey key() {
        try {
            return PolicyKey.parse(Fixtures.bytes("runtime-policy/runtime-policy-pubkey.pub"));
        } catch (PolicySignatureException e) {
            throw new IllegalStateException(e);
        }
    }

    @FuzzTest(maxDuration = "30s")
    void ramdisk(byte[] input) {
        try {
            InitialRamdisk.read(new ByteArrayInputStream(input), HashAlgorithm.SHA256, 16 << 20);
        } catch (IOException e) {
            if (e.getMessage() == null) {
                throw new IllegalStateException("refused without a reason", e);
            }
        }
    }

    @FuzzTest(maxDuration = "30s")
    void rpm(byte[] input) {
        try {
            RpmPackage.read(new ByteArrayInputStream(input));
        } catch (IOException e) {
            if (e.getMessage() == null) {
                throw new IllegalStateException("refused without a reason", e);
            }
        }
    }

    @FuzzTest(maxDuration = "30s")
    void deb(byte[] input) {
        try {
            DebPackage.read(new ByteArrayInputStream(input), HashAlgorithm.SHA256, 16 << 20);
        } catch (IOException e) {
            if (e.getMessage() == null) {
                throw new IllegalStateException("refused without a reason", e);
            }
        }
    }

    @FuzzTest(maxDuration = "30s")
    void envelope(byte[] input) {
        try {
            Optional<DsseEnvelope> envelope = DsseEnvelope.find(input);
            if (envelope.isPresent()) {
                KEY.verifies(envelope.get());
                // What we write we read again, and it is the same.
                DsseEnvelope again = DsseEnvelope.find(envelope.get().json().getBytes(StandardCharsets.UTF_8))
                        .orElseThrow();
                if (!again.signatures().isEmpty()
                        && again.signatures().size()
                                != envelope.get().signatures().size()) {
                    throw new IllegalStateException("signatures came and went");
                }
            }
        } catch (PolicySignatureException e) {
            // as it should be
        }
    }

    @FuzzTest(maxDuration = "30s")
    void keys(byte[] input) {
        try {
            PolicyKey.parse(input).keyId();
        } catch (PolicySignatureException e) {
            // as it should be
        }
        try {
            PolicySigner.parse(input).publicKey();
        } catch (PolicySignatureException e) {
            // as it should be
        }
    }

    @FuzzTest(maxDuration = "30s")
    void lists(byte[] input) {
        String text = new String(input, StandardCharsets.UTF_8);
        PolicyDraft draft = new PolicyDraft();
        AllowlistText.read(text, draft.digests());
        try {
            MeasuredList.read(input, new MeasuredList.Wanted(true, true), draft);
            draft.excludes().addAll(ExcludeListText.read(text, true));
            byte[] policy = draft.text(NOON).getBytes(StandardCharsets.UTF_8);
            RuntimePolicy read = RuntimePolicyReader.forUpload(policy, RuntimePolicyReader.MAX_BYTES);
            PolicyLint.lint(read);
            PolicyExplainer.explain(input, read, true);
            if (!PolicyComparison.differences(draft, PolicyDraft.of(policy)).isEmpty()) {
                throw new IllegalStateException("a policy that was written and read is another");
            }
        } catch (PolicySourceException e) {
            // as it should be
        } catch (RuntimePolicyException e) {
            throw new IllegalStateException("a policy we made is refused", e);
        }
    }
}
