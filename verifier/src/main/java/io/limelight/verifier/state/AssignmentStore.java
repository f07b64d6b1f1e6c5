package io.limelight.verifier.state;

import io.limelight.core.api.AgentId;
import io.limelight.core.api.OperationalState;
import io.limelight.core.policy.TpmPolicy;
import io.limelight.core.policy.TpmPolicyException;
import io.limelight.core.policy.boot.BootPolicy;
import io.limelight.core.tpm.PcrMask;
import io.limelight.store.Database;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Changes what agents are judged by without adding them again: V, the notifier's key and everything else stays. What is not mentioned stays
 * as it is, and nothing is changed where the agent is no longer judged by what the caller saw.
 */
public final class AssignmentStore {
    private final Database database;

    /** For this database. */
    public AssignmentStore(Database database) {
        this.database = database;
    }

    /**
     * What an agent shall be judged by from now on.
     *
     * @param runtime name of a stored policy; empty: as before
     * @param boot name of a stored policy; empty: as before
     * @param tpm values of PCRs; empty: as before
     * @param expected what the caller saw; empty: whatever it is
     */
    public record Wanted(
            Optional<String> runtime, Optional<String> boot, Optional<TpmPolicy> tpm, Optional<Former> expected) {}

    /**
     * By what an agent was judged.
     *
     * @param runtime name; null: none
     * @param boot name; null: none
     * @param tpm the text as it is stored
     */
    public record Former(@Nullable String runtime, @Nullable String boot, String tpm) {}

    /** What came of it. */
    public sealed interface Assigned {
        /** It is stored, and what ran before it has ended. */
        record Done(StoredAgent agent) implements Assigned {}

        /** There is no such agent. */
        record Unknown() implements Assigned {}

        /** There is no policy of that name; nothing was changed. */
        record PolicyUnknown(PolicyKind kind, String name) implements Assigned {}

        /** It is judged by something else than the caller saw; nothing was changed. */
        record Changed() implements Assigned {}

        /** Its TPM policy, which was to stay, cannot be read; nothing was changed. */
        record Unreadable(String why) implements Assigned {}
    }

    /** Stores it and ends the running generation: an answer that is under way is not judged by either. */
    public Assigned assign(AgentId id, Wanted wanted) {
        return database.write(handle -> assign(handle, id, wanted));
    }

    private static Assigned assign(Handle handle, AgentId id, Wanted wanted) {
        Optional<StoredAgent> found =
                AgentStore.find(handle, id).filter(agent -> agent.progress().state() != OperationalState.TERMINATED);
        if (found.isEmpty()) {
            return new Assigned.Unknown();
        }
        Enrolment now = found.get().enrolment();
        AgentPolicies before = now.policies();
        Former former = new Former(before.runtime().orElse(null), before.boot().orElse(null), now.tpmPolicy());
        if (wanted.expected().isPresent() && !wanted.expected().get().equals(former)) {
            return new Assigned.Changed();
        }
        Optional<Assigned> unknown = unknown(handle, PolicyKind.RUNTIME, wanted.runtime())
                .or(() -> unknown(handle, PolicyKind.BOOT, wanted.boot()));
        if (unknown.isPresent()) {
            return unknown.get();
        }
        Optional<String> runtime = wanted.runtime().or(before::runtime);
        Optional<String> boot = wanted.boot().or(before::boot);
        TpmPolicy tpm;
        try {
            tpm = wanted.tpm().isPresent() ? wanted.tpm().get() : TpmPolicy.fromWire(now.tpmPolicy());
        } catch (TpmPolicyException e) {
            return new Assigned.Unreadable(String.valueOf(e.getMessage()));
        }
        // A PCR that nobody asks for is judged by nobody.
        PcrMask asked = PcrMask.NONE;
        if (runtime.isPresent() || !before.imaKeys().isEmpty()) {
            asked = asked.with(TpmPolicy.IMA_PCR);
        }
        if (boot.isPresent()) {
            asked = asked.union(BootPolicy.MEASURED_BOOT_PCRS);
        }
        long number = found.get().lease().agent();
        handle.execute(
                "UPDATE agent SET runtime_policy = ?, boot_policy = ?, tpm_policy = ? WHERE number = ?",
                runtime.orElse(null),
                boot.orElse(null),
                tpm.asking(asked).wireText(),
                number);
        handle.execute("UPDATE attestation SET generation = generation + 1 WHERE agent = ?", number);
        return new Assigned.Done(AgentStore.find(handle, id).orElseThrow());
    }

    private static Optional<Assigned> unknown(Handle handle, PolicyKind kind, Optional<String> name) {
        return name.filter(each -> !PolicyStore.exists(handle, kind, each))
                .map(each -> new Assigned.PolicyUnknown(kind, each));
    }
}
