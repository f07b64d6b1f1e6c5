package io.limelight.core.failure;

import java.util.ArrayList;
import java.util.List;

/** What an administrator can do about a failure, most likely first; sentences that name commands and routes. */
final class NextSteps {
    private static final String REACTIVATE =
            "When that is settled: limelight tenant -c reactivate -u ID, if the machine is no longer asked";

    private NextSteps() {}

    static List<String> after(Failure failure) {
        List<String> steps = new ArrayList<>(first(failure.id()));
        steps.add(REACTIVATE);
        return List.copyOf(steps);
    }

    private static List<String> first(String id) {
        if (is(id, EventComponent.IMA, "validation.ima-ng") || is(id, EventComponent.IMA, "validation.dm")) {
            return List.of(
                    "Ask the machine's owner who wrote or ran what the row names; if nobody did, take the machine off the"
                            + " network and keep it as it is",
                    "If it is wanted, let the policy allow it: limelight policy explain shows the smallest change, a dry run"
                            + " shows what that does to all machines, PUT /allowlists/NAME makes it count");
        }
        if (is(id, EventComponent.IMA, "pcr_mismatch") || is(id, EventComponent.IMA, "quote_progress")) {
            return List.of(
                    "Treat the machine as compromised until it was booted from a trusted system: its list does not tell what"
                            + " it ran",
                    "Look at the agent's log for errors while it read the list");
        }
        if (is(id, EventComponent.IMA, "validation.tomtou")) {
            return List.of(
                    "Leave files that are written all the time out of the machine's IMA policy",
                    "If such files are expected, set tomtou = accept in verifier.conf");
        }
        if (is(id, EventComponent.IMA, "validator") || is(id, EventComponent.IMA, "invalid_key")) {
            return List.of("Add the key that signs these files to the verification keys, or sign the file");
        }
        if (is(id, EventComponent.IMA, "")) {
            return List.of(
                    "Look at the row; if the kernel writes a template that is not known here, set ima_template=ima-ng"
                            + " on its command line");
        }
        if (is(id, EventComponent.MEASURED_BOOT, "policy_")) {
            return List.of(
                    "Compare the boot log with the reference state; if firmware, boot loader, kernel or its command line were"
                            + " updated on purpose, make a new one (limelight policy create measured-boot) and PUT"
                            + " /mbpolicies/NAME",
                    "If nothing was updated, do not let the machine boot from that disk again before it was examined");
        }
        if (is(id, EventComponent.MEASURED_BOOT, "")) {
            return List.of("Compare the boot log that is kept here with binary_bios_measurements on the machine");
        }
        if (is(id, EventComponent.PCR_VALIDATION, "invalid_pcr_16")) {
            return List.of(
                    "Look whether the agent was restarted; if not, something between agent and TPM replaces keys");
        }
        if (is(id, EventComponent.PCR_VALIDATION, "invalid_pcr_")) {
            return List.of(
                    "Find out what is measured into this PCR and what changed; if the change is wanted, add the machine again"
                            + " with the new value in its tpm_policy");
        }
        if (is(id, EventComponent.PCR_VALIDATION, "")) {
            return List.of("Look at the agent's log: what was asked for is missing from its answer");
        }
        if (is(id, EventComponent.QUOTE_VALIDATION, "")) {
            return List.of(
                    "Do not trust anything the machine says: its TPM did not prove it. Compare the key registered for it"
                            + " (limelight tenant -c regstatus) with the machine's TPM",
                    "If its TPM or mainboard was replaced, delete and enrol the machine again");
        }
        return List.of("Look whether the machine is up, its agent runs, and its port can be reached from the verifier");
    }

    private static boolean is(String id, EventComponent component, String type) {
        return id.startsWith(component.id(type));
    }
}
