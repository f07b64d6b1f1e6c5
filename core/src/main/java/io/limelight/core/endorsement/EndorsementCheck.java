package io.limelight.core.endorsement;

import io.limelight.core.api.AgentId;
import io.limelight.core.endorsement.EndorsementException.Reason;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import io.limelight.core.tpm.TpmPublic;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Is this EK one of a TPM that is trusted? First the certificate, if one is required, then the administrator's program, if
 * there is one; both must agree (wire reference §8.4).
 *
 * <p>That the attestation key lives in the same TPM as the EK is what the registrar's challenge has proved.
 */
public final class EndorsementCheck {
    private final EndorsementPolicy policy;
    private final InstantSource clock;

    /** A check by a policy. */
    public EndorsementCheck(EndorsementPolicy policy, InstantSource clock) {
        this.policy = policy;
        this.clock = clock;
    }

    /**
     * What vouches for an EK.
     *
     * @param sentence for people
     * @param warnings sentences
     */
    public record Endorsement(String sentence, List<String> warnings) {
        public Endorsement {
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * Checks the EK of one machine.
     *
     * @param ekcert base64 as on record; empty without a certificate
     */
    public Endorsement check(AgentId id, TpmPublic ek, Optional<String> ekcert, Cancellation cancellation)
            throws EndorsementException, CancelledException {
        List<String> reasons = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        if (policy.acceptsAnything()) {
            warnings.add("Nothing vouches for the machine's EK: require_ek_cert is off and there is no ek_check_script."
                    + " Its TPM may be a program, which keeps no secret and proves nothing.");
        }
        if (policy.certificates().isPresent()) {
            String certificate = ekcert.filter(text -> !text.isEmpty())
                    .orElseThrow(() -> new EndorsementException(
                            Reason.NO_CERTIFICATE,
                            "The machine registered no EK certificate, so no vendor vouches for its TPM. If its TPM has"
                                    + " none, judge its EK by an ek_check_script and set require_ek_cert = False."));
            EkCertificateCheck.Accepted accepted = policy.certificates().get().check(certificate, ek, clock.instant());
            warnings.addAll(accepted.warnings());
            reasons.add("its certificate is of " + EkCertificateCheck.name(accepted.issuer()));
        }
        if (policy.script().isPresent()) {
            policy.script().get().ask(id, ek, ekcert, cancellation);
            reasons.add("ek_check_script accepts it");
        }
        String what = ek.algorithm().wireName() + " EK ";
        return new Endorsement(
                what + (reasons.isEmpty() ? "not judged" : "good: " + String.join("; ", reasons)), warnings);
    }
}
