package io.limelight.core.tenant;

import io.limelight.core.api.AgentId;
import io.limelight.core.api.SecureSize;
import io.limelight.core.ca.ExpectedIdentity;
import io.limelight.core.task.TaskStep;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What provisioning several machines will do, said before anything is done. Servers and machines were asked; nobody was told anything.
 *
 * @param draft what is wanted
 * @param machines that can be provisioned, in the order of issue
 * @param refused that cannot
 * @param payload as the first machine receives it
 * @param sealed characters of the sealed payload as it travels, at most
 * @param maxPayload most there may be
 * @param ca where a certificate package is made
 * @param checks what is checked of each machine before anything leaves this program, and what is done then
 * @param policies in words; empty: none
 * @param anyTpm whether every TPM is believed, an emulator too
 * @param warnings sentences
 * @param prepared its policies, read and checked
 */
public record ProvisionPlan(
        ProvisionDraft draft,
        List<ForMachine> machines,
        List<Refused> refused,
        PayloadPreview payload,
        long sealed,
        int maxPayload,
        Optional<Authority> ca,
        List<TaskStep> checks,
        String policies,
        boolean anyTpm,
        List<String> warnings,
        PreparedPolicies prepared) {
    /** Copies the lists. */
    public ProvisionPlan {
        machines = List.copyOf(machines);
        refused = List.copyOf(refused);
        checks = List.copyOf(checks);
        warnings = List.copyOf(warnings);
    }

    /**
     * What happens to one machine.
     *
     * @param id which
     * @param enrolment its plan; sends what was shown and nothing else
     * @param replaces whether an enrolment it has goes first
     * @param certificate in a package
     * @param room in its secure area
     * @param tells whether its agent says how far a payload is, as Limelight's does
     * @param limelight does the same
     * @param keylime does the same, where Keylime has words for it
     */
    public record ForMachine(
            AgentId id,
            EnrolmentPlan enrolment,
            boolean replaces,
            Optional<ExpectedIdentity> certificate,
            SecureSize room,
            boolean tells,
            CommandWords limelight,
            List<CommandWords> keylime) {
        /** Copies the list. */
        public ForMachine {
            keylime = List.copyOf(keylime);
        }

        /** Whether the secure area is too small, as far as it is known. */
        public boolean tooSmall(long space) {
            return !room.unlimited() && space > room.bytes().orElse(SecureSize.ASSUMED);
        }
    }

    /**
     * A machine that cannot be provisioned.
     *
     * @param id which
     * @param why a sentence
     */
    public record Refused(AgentId id, String why) {}

    /**
     * The CA of a package.
     *
     * @param folder its place
     * @param made whether there is none yet, and one is made
     * @param passwordNeeded whether something has to be issued
     * @param name subject of an existing one
     * @param until when an existing one ends
     * @param others how many other machines hold a valid certificate of it, and can verify a notice about one of these
     */
    public record Authority(
            Path folder,
            boolean made,
            boolean passwordNeeded,
            Optional<String> name,
            Optional<Instant> until,
            int others) {}

    /** How many certificates will be issued. */
    public long issued() {
        return machines.stream()
                .filter(each ->
                        each.certificate().filter(ExpectedIdentity::issued).isPresent())
                .count();
    }

    /** Whether the machines can verify a revocation notice afterwards. */
    public boolean verifiesRevocations() {
        return ca.isPresent();
    }
}
