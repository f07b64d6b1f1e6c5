package io.limelight.core.tenant;

import io.limelight.core.api.QuoteResults;
import io.limelight.core.appraisal.Appraisal;
import io.limelight.core.appraisal.AppraisalState;
import io.limelight.core.appraisal.Appraiser;
import io.limelight.core.appraisal.Evidence;
import io.limelight.core.appraisal.QuoteRequest;
import io.limelight.core.appraisal.ReferenceValues;
import io.limelight.core.failure.Failure;
import io.limelight.core.payload.KeyTransport;
import io.limelight.core.payload.PayloadException;
import io.limelight.core.policy.TpmPolicy;
import io.limelight.core.tenant.TenantException.Aftermath;
import io.limelight.core.tenant.TenantException.Kind;
import io.limelight.core.tpm.AcceptedAlgorithms;
import io.limelight.core.tpm.PcrMask;
import java.security.PublicKey;

/**
 * Judges the answer to an identity quote (wire reference §7.6): an appraisal with an empty policy. What is left is that the
 * machine's algorithms are accepted, that the quote is signed by the attestation key <em>of the registrar's record</em>
 * over our nonce, and that PCR 16 binds the transport key of the same answer.
 */
final class IdentityCheck {
    private IdentityCheck() {}

    /**
     * A machine that proved itself.
     *
     * @param transportKey bound in the quote: the only key a share may be encrypted to
     * @param sentence what was checked
     */
    record Proved(PublicKey transportKey, String sentence) {}

    static Proved judge(MachineRecord machine, String nonce, QuoteResults answer, AcceptedAlgorithms accepted)
            throws TenantException {
        Appraisal appraisal = Appraiser.appraise(
                new Evidence(new QuoteRequest(nonce, PcrMask.NONE, 0), answer.answer()),
                new ReferenceValues(machine.ak(), accepted, TpmPolicy.EMPTY),
                AppraisalState.NEW);
        if (!appraisal.passed()) {
            throw refused(machine, appraisal);
        }
        String pem = appraisal.nextState().transportKey().orElseThrow();
        try {
            return new Proved(
                    KeyTransport.parse(pem),
                    answer.signAlg() + "/" + answer.hashAlg() + " quote good: signed by the registered "
                            + machine.ak().publicArea().algorithm().wireName()
                            + " attestation key, nonce fresh, transport key bound in PCR 16");
        } catch (PayloadException e) {
            throw new TenantException(
                    Kind.IDENTITY, "Machine " + machine.id() + " cannot be sent a share: " + e.getMessage() + ".", e);
        }
    }

    private static TenantException refused(MachineRecord machine, Appraisal appraisal) {
        Failure first = appraisal.failures().getFirst();
        StringBuilder sentences =
                new StringBuilder("Machine " + machine.id() + " did not prove its identity. ").append(first.sentence());
        if (!first.likelyCauses().isEmpty()) {
            sentences
                    .append(" Likely: ")
                    .append(first.likelyCauses().getFirst())
                    .append('.');
        }
        if (machine.wire().regcount() > 1) {
            sentences
                    .append(" This id was registered ")
                    .append(machine.wire().regcount())
                    .append(" times; two machines may share it.");
        }
        return new TenantException(Kind.IDENTITY, sentences.toString(), Aftermath.NOTHING, appraisal.failures(), null);
    }
}
