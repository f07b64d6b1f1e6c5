package io.limelight.core.tenant;

import java.util.List;

/**
 * By what a machine shall be judged besides values of its PCRs.
 *
 * @param runtime what it may run
 * @param boot how it may boot
 * @param signerKeys whose signatures make files acceptable, besides the keys in the policy
 */
public record PolicyChoice(RuntimePolicyChoice runtime, BootPolicyChoice boot, List<SignerKeyChoice> signerKeys) {
    /** By nothing. */
    public static final PolicyChoice NONE =
            new PolicyChoice(new RuntimePolicyChoice.None(), new BootPolicyChoice.None(), List.of());

    /** Copies the list. */
    public PolicyChoice {
        signerKeys = List.copyOf(signerKeys);
    }
}
