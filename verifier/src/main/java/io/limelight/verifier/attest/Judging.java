package io.limelight.verifier.attest;

import io.limelight.core.appraisal.BootExpectation;
import io.limelight.core.appraisal.MeasuredBootEvaluate;
import io.limelight.core.appraisal.ReferenceValues;
import io.limelight.core.appraisal.ima.ImaReference;
import io.limelight.core.appraisal.ima.Tomtou;
import io.limelight.core.ima.ImaKeyring;
import io.limelight.core.policy.TpmPolicy;
import io.limelight.core.policy.boot.BootReference;
import io.limelight.core.policy.runtime.RuntimePolicy;
import io.limelight.core.policy.runtime.RuntimePolicyReader;
import io.limelight.core.tpm.AcceptedAlgorithms;
import io.limelight.core.tpm.AttestationKey;
import io.limelight.verifier.policy.CurrentPolicy;
import io.limelight.verifier.policy.PolicyBook;
import io.limelight.verifier.policy.PolicyRefusedException;
import io.limelight.verifier.state.AgentPolicies;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is expected of one machine: its own key and PCRs, which do not change while it is enrolled, and policies, which it shares
 * with others and which may. Each attestation takes them as they are then.
 */
final class Judging {
    /** Where signatures or PCR 10 are asked for without a policy, nothing is allowed that is not signed. */
    private static final RuntimePolicy NOTHING_ALLOWED = RuntimePolicyReader.empty();

    private final ReferenceValues own;
    private final @Nullable CurrentPolicy<RuntimePolicy> runtime;
    private final Optional<ImaKeyring> keys;
    private final boolean list;
    private final Tomtou tomtou;
    private final BootReference noBoot;
    private final @Nullable CurrentPolicy<BootReference> boot;
    private final MeasuredBootEvaluate evaluate;

    Judging(
            AttestationKey key,
            AcceptedAlgorithms accepted,
            TpmPolicy tpmPolicy,
            AgentPolicies policies,
            PolicyBook book)
            throws InvalidEnrolmentException {
        try {
            this.runtime = policies.runtime().isPresent()
                    ? book.runtime(policies.runtime().get())
                    : null;
            this.boot = policies.boot().isPresent() ? book.boot(policies.boot().get()) : null;
        } catch (PolicyRefusedException e) {
            throw new InvalidEnrolmentException(String.valueOf(e.getMessage()), e);
        }
        this.keys = keys(policies.imaKeys());
        this.list = runtime != null || keys.isPresent() || tpmPolicy.mask().contains(TpmPolicy.IMA_PCR);
        this.tomtou = book.rules().tomtou();
        this.noBoot = BootReference.of(book.rules().boot(), null);
        this.evaluate = book.rules().evaluate();
        this.own = new ReferenceValues(
                key, accepted, tpmPolicy, list ? Optional.of(list(NOTHING_ALLOWED)) : Optional.empty(), boot(noBoot));
    }

    static Optional<ImaKeyring> keys(String json) throws InvalidEnrolmentException {
        if (json.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(ImaKeyring.parse(json));
        } catch (IOException e) {
            String fault = String.valueOf(e.getMessage());
            // "not JSON: …" of the reader lacks the verb that the faults of a keyring have.
            throw new InvalidEnrolmentException(
                    "ima_sign_verification_keys is no keyring that can be used: it "
                            + (fault.startsWith("not ") ? "is " : "") + fault,
                    e);
        }
    }

    private ImaReference list(RuntimePolicy policy) {
        return new ImaReference(
                Optional.of(policy), Optional.of(keys.orElse(policy.verificationKeys())), List.of(), tomtou);
    }

    private Optional<BootExpectation> boot(BootReference reference) {
        return Optional.of(new BootExpectation(reference, evaluate));
    }

    /** As the policies are now. */
    ReferenceValues now() {
        if (runtime == null && boot == null) {
            return own;
        }
        return new ReferenceValues(
                own.attestationKey(),
                own.accepted(),
                own.tpmPolicy(),
                runtime == null ? own.ima() : Optional.of(list(runtime.value())),
                boot(boot == null ? noBoot : boot.value()));
    }
}
