package io.limelight.core.tenant;

import io.limelight.core.api.PolicyName;
import io.limelight.core.policy.TpmPolicy;
import io.limelight.core.policy.boot.BootPolicy;
import io.limelight.core.policy.runtime.SignerKeys;
import io.limelight.core.tpm.PcrMask;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Policies of an enrolment: what is sent has been read and checked, what is named is the verifier's to have.
 *
 * @param runtime runtime policy to send
 * @param runtimeName name of a stored one, or to store this one under
 * @param boot measured boot policy to send
 * @param bootName name of a stored one, or to store this one under
 * @param signerKeys keys of IMA signatures
 * @param warnings sentences
 */
public record PreparedPolicies(
        Optional<PreparedRuntimePolicy> runtime,
        Optional<PolicyName> runtimeName,
        Optional<PreparedBootPolicy> boot,
        Optional<PolicyName> bootName,
        SignerKeys signerKeys,
        List<String> warnings) {
    /** None. */
    public static final PreparedPolicies NONE = new PreparedPolicies(
            Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), SignerKeys.NONE, List.of());

    /** Copies the list. */
    public PreparedPolicies {
        warnings = List.copyOf(warnings);
    }

    private boolean judgesIma() {
        return runtime.isPresent() || runtimeName.isPresent() || signerKeys.size() > 0;
    }

    private boolean judgesBoot() {
        return boot.isPresent() || bootName.isPresent();
    }

    /** Whether nothing is judged by policies. */
    public boolean none() {
        return !judgesIma() && !judgesBoot();
    }

    /** Whether a policy itself travels, and not only the name of one. */
    boolean sent() {
        return runtime.isPresent() || boot.isPresent();
    }

    /** The PCRs a machine must be asked for to be judged by them (policy reference §1.2). */
    public PcrMask pcrs() {
        PcrMask ima = judgesIma() ? PcrMask.of(TpmPolicy.IMA_PCR) : PcrMask.NONE;
        return judgesBoot() ? ima.union(BootPolicy.MEASURED_BOOT_PCRS) : ima;
    }

    /** PCRs that are named in a {@code tpm_policy} and explained by the boot log: a verifier does not compare those. */
    PcrMask namedTwice(TpmPolicy tpmPolicy) {
        PcrMask named = PcrMask.NONE;
        if (judgesBoot()) {
            for (int pcr : tpmPolicy.allowed().keySet()) {
                if (BootPolicy.MEASURED_BOOT_PCRS.contains(pcr)) {
                    named = named.with(pcr);
                }
            }
        }
        return named;
    }

    /** What they are, for people. */
    public String description() {
        List<String> parts = new ArrayList<>();
        runtime.ifPresentOrElse(
                policy -> parts.add(policy.description()
                        + runtimeName.map(name -> ", to be stored as " + name).orElse("")),
                () -> runtimeName.ifPresent(name -> parts.add("runtime policy " + name)));
        boot.ifPresentOrElse(
                policy -> parts.add(policy.description()
                        + bootName.map(name -> ", to be stored as " + name).orElse("")),
                () -> bootName.ifPresent(name -> parts.add("measured boot policy " + name)));
        if (signerKeys.size() > 0) {
            parts.add(signerKeys.size() + (signerKeys.size() == 1 ? " key" : " keys") + " of IMA signatures");
        }
        return String.join("; ", parts);
    }
}
