package io.limelight.core.failure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What an administrator can do about a failure. Each has an id, by which programs know it, and a sentence that names commands and
 * routes, for those who read it without a program that knows the id.
 */
public enum NextStep {
    /** Whose file it is, before anything is allowed. */
    ASK_OWNER("Ask the machine's owner who wrote or ran what the row names; if nobody did, take the machine off the"
            + " network and keep it as it is"),
    /** The policy is to pass it. */
    ALLOW_IN_POLICY(
            "If it is wanted, let the policy allow it: limelight policy explain shows the smallest change, a dry run"
                    + " shows what that does to all machines, PUT /allowlists/NAME makes it count"),
    /** The list cannot be believed. */
    BOOT_TRUSTED(
            "Treat the machine as compromised until it was booted from a trusted system: its list does not tell what"
                    + " it ran"),
    /** Trouble of the agent with the list. */
    AGENT_LOG_OF_LIST("Look at the agent's log for errors while it read the list"),
    /** Files that change while they are read. */
    LEAVE_OUT_WRITTEN("Leave files that are written all the time out of the machine's IMA policy"),
    /** The same, where they are expected. */
    ACCEPT_TOMTOU("If such files are expected, set tomtou = accept in verifier.conf"),
    /** A signature nobody knows. */
    ADD_SIGNING_KEY("Add the key that signs these files to the verification keys, or sign the file"),
    /** A row of the list. */
    LOOK_AT_ROW("Look at the row; if the kernel writes a template that is not known here, set ima_template=ima-ng"
            + " on its command line"),
    /** Another boot than the reference state allows. */
    NEW_REFERENCE_STATE(
            "Compare the boot log with the reference state; if firmware, boot loader, kernel or its command line were"
                    + " updated on purpose, make a new one (limelight policy create measured-boot) and PUT /mbpolicies/NAME"),
    /** The same, if nobody updated it. */
    KEEP_DISK("If nothing was updated, do not let the machine boot from that disk again before it was examined"),
    /** A boot log that does not fit. */
    COMPARE_BOOT_LOG("Compare the boot log that is kept here with binary_bios_measurements on the machine"),
    /** The key the agent's quotes are bound to. */
    AGENT_RESTARTED("Look whether the agent was restarted; if not, something between agent and TPM replaces keys"),
    /** Another value of a PCR. */
    NEW_TPM_POLICY(
            "Find out what is measured into this PCR and what changed; if the change is wanted, add the machine again"
                    + " with the new value in its tpm_policy"),
    /** Part of an answer is missing. */
    AGENT_LOG_OF_ANSWER("Look at the agent's log: what was asked for is missing from its answer"),
    /** Whose key signed. */
    COMPARE_KEY("Do not trust anything the machine says: its TPM did not prove it. Compare the key registered for it"
            + " (limelight tenant -c regstatus) with the machine's TPM"),
    /** Another TPM. */
    ENROL_AGAIN("If its TPM or mainboard was replaced, delete and enrol the machine again"),
    /** It does not answer. */
    CHECK_REACHABLE("Look whether the machine is up, its agent runs, and its port can be reached from the verifier"),
    /** The last of every list. */
    REACTIVATE("When that is settled: limelight tenant -c reactivate -u ID, if the machine is no longer asked");

    private final String sentence;

    NextStep(String sentence) {
        this.sentence = sentence;
    }

    /** On the wire: {@code allow-in-policy}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** For people without a program that knows the id. */
    public String sentence() {
        return sentence;
    }

    /** The one of an id; empty: it is none of ours. */
    public static Optional<NextStep> of(String id) {
        return Arrays.stream(values()).filter(step -> step.id().equals(id)).findFirst();
    }

    /** What can be done after an event, most likely first; never empty. */
    public static List<NextStep> after(String eventId) {
        List<NextStep> steps = new ArrayList<>(first(eventId));
        steps.add(REACTIVATE);
        return List.copyOf(steps);
    }

    private static List<NextStep> first(String id) {
        if (is(id, EventComponent.IMA, "validation.ima-ng") || is(id, EventComponent.IMA, "validation.dm")) {
            return List.of(ASK_OWNER, ALLOW_IN_POLICY);
        }
        if (is(id, EventComponent.IMA, "pcr_mismatch") || is(id, EventComponent.IMA, "quote_progress")) {
            return List.of(BOOT_TRUSTED, AGENT_LOG_OF_LIST);
        }
        if (is(id, EventComponent.IMA, "validation.tomtou")) {
            return List.of(LEAVE_OUT_WRITTEN, ACCEPT_TOMTOU);
        }
        if (is(id, EventComponent.IMA, "validator") || is(id, EventComponent.IMA, "invalid_key")) {
            return List.of(ADD_SIGNING_KEY);
        }
        if (is(id, EventComponent.IMA, "")) {
            return List.of(LOOK_AT_ROW);
        }
        if (is(id, EventComponent.MEASURED_BOOT, "policy_")) {
            return List.of(NEW_REFERENCE_STATE, KEEP_DISK);
        }
        if (is(id, EventComponent.MEASURED_BOOT, "")) {
            return List.of(COMPARE_BOOT_LOG);
        }
        if (is(id, EventComponent.PCR_VALIDATION, "invalid_pcr_16")) {
            return List.of(AGENT_RESTARTED);
        }
        if (is(id, EventComponent.PCR_VALIDATION, "invalid_pcr_")) {
            return List.of(NEW_TPM_POLICY);
        }
        if (is(id, EventComponent.PCR_VALIDATION, "")) {
            return List.of(AGENT_LOG_OF_ANSWER);
        }
        if (is(id, EventComponent.QUOTE_VALIDATION, "")) {
            return List.of(COMPARE_KEY, ENROL_AGAIN);
        }
        return List.of(CHECK_REACHABLE);
    }

    private static boolean is(String id, EventComponent component, String type) {
        return id.startsWith(component.id(type));
    }
}
