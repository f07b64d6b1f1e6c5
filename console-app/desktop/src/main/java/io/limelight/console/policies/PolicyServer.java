package io.limelight.console.policies;

import io.limelight.console.problem.ProblemException;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.PolicyAssignment;
import io.limelight.core.api.PolicyKind;
import io.limelight.core.policy.sign.PolicyKey;
import io.limelight.core.task.Cancellation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/** The policies that a verifier keeps by name. Everything here blocks, and refuses to be called on the screen's thread. */
public interface PolicyServer {
    /**
     * A policy as it is kept.
     *
     * @param text JSON, or an envelope with it
     * @param tpmPolicy what goes with it, as it travels; may be empty
     * @param signer the key its envelope was verified with
     */
    record Stored(String text, String tpmPolicy, Optional<PolicyKey> signer) {}

    /** The names of all of a kind. */
    List<String> names(PolicyKind kind, Cancellation cancellation) throws ProblemException;

    /** One of them. */
    Stored read(PolicyKind kind, String name, Cancellation cancellation) throws ProblemException;

    /**
     * Stores one.
     *
     * @param fresh whether there is none of this name yet; otherwise it takes the place of the one there is
     */
    void store(PolicyKind kind, String name, Stored policy, boolean fresh, Cancellation cancellation)
            throws ProblemException;

    /** The TPM policy of every machine, as it travels; the empty text where a machine has none. One question, however many there are. */
    Map<AgentId, String> tpmPolicies(Cancellation cancellation) throws ProblemException;

    /**
     * Has a machine itself quote its PCRs, for one whose recorded quote has none that can stand in a TPM policy.
     *
     * @return the quote, as machines send it, proved by the machine's attestation key
     */
    String freshQuote(AgentId machine, Cancellation cancellation) throws ProblemException;

    /** Has a machine judged by other policies; everything else stays. Verifiers of Keylime cannot. */
    void assign(AgentId machine, PolicyAssignment assignment, Cancellation cancellation) throws ProblemException;

    /** Where the verifier is, for command lines: {@code host:port}. */
    String address();

    /** Deletes one that no machine uses. */
    void delete(PolicyKind kind, String name, Cancellation cancellation) throws ProblemException;

    /**
     * Has a Limelight verifier try a draft on the evidence it keeps; changes nothing.
     *
     * @param text of the draft
     * @param machines those to try it on; none: all
     * @param begun hears how many they are
     * @param judged hears of each, one by one
     */
    void dryRun(
            PolicyKind kind,
            String text,
            List<AgentId> machines,
            IntConsumer begun,
            Consumer<Judged> judged,
            Cancellation cancellation)
            throws ProblemException;
}
