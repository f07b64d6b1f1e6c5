package io.limelight.console.advice;

import io.limelight.console.fleet.FailureSummary;
import io.limelight.console.kit.CommandLine;
import io.limelight.console.words.Words;
import io.limelight.core.api.AgentId;
import io.limelight.core.failure.NextStep;
import java.util.List;
import java.util.Optional;

/**
 * One thing to do, as this console says it.
 *
 * @param sentence what
 * @param door where it is done here; empty: not in this console
 * @param command does or helps to do it without the console; empty: none does
 */
public record Advice(String sentence, Optional<Door> door, Optional<CommandLine> command) {
    private static final String EVIDENCE = Door.EVIDENCE.nameKey();

    /**
     * What can be done to a machine: by the ids of the acts in the words of this console; an act that is not known here, as the service
     * says it.
     */
    public static List<Advice> of(List<FailureSummary.Action> actions, AgentId id, Words words) {
        return actions.stream()
                .map(action -> NextStep.of(action.id())
                        .map(step -> of(step, id, words))
                        .orElseGet(() -> new Advice(action.sentence(), Optional.empty(), Optional.empty())))
                .toList();
    }

    /** A step that is known. Names of what is pressed come from where they stand, so that both are always the same. */
    static Advice of(NextStep step, AgentId id, Words words) {
        return switch (step) {
            case ASK_OWNER -> says(step, words, Door.EVIDENCE, EVIDENCE);
            case ALLOW_IN_POLICY ->
                says(step, words, Door.PROPOSE, Door.PROPOSE.nameKey(), "policies.dry-run", "policies.send")
                        .with("policy", "explain", "--ima-log", "LIST", "--runtime-policy", "POLICY");
            case BOOT_TRUSTED -> says(step, words, Door.REENROL, Door.REENROL.nameKey());
            case LOOK_AT_ROW, COMPARE_BOOT_LOG -> says(step, words, Door.EVIDENCE, EVIDENCE);
            case ADD_SIGNING_KEY -> says(step, words, Door.RUNTIME_POLICY, "policies.title");
            case NEW_REFERENCE_STATE ->
                says(
                                step,
                                words,
                                Door.BOOT_POLICY,
                                EVIDENCE,
                                "policies.title",
                                "policies.create.menu",
                                "policies.read.boot")
                        .with("policy", "create", "measured-boot", "-e", "LOG");
            case NEW_TPM_POLICY ->
                says(
                        step,
                        words,
                        Door.TPM_POLICY,
                        "policies.title",
                        "policies.create.menu",
                        "policies.read.tpm",
                        Door.REENROL.nameKey());
            case COMPARE_KEY ->
                says(step, words, Door.IDENTITY, Door.IDENTITY.nameKey())
                        .with("tenant", "-c", "regstatus", "-u", id.value());
            case ENROL_AGAIN -> says(step, words, Door.REENROL, Door.REENROL.nameKey());
            case REACTIVATE ->
                says(step, words, Door.REACTIVATE, Door.REACTIVATE.nameKey())
                        .with("tenant", "-c", "reactivate", "-u", id.value());
            case AGENT_LOG_OF_LIST,
                    LEAVE_OUT_WRITTEN,
                    ACCEPT_TOMTOU,
                    KEEP_DISK,
                    AGENT_RESTARTED,
                    AGENT_LOG_OF_ANSWER,
                    CHECK_REACHABLE -> new Advice(words.of("advice." + step.id()), Optional.empty(), Optional.empty());
        };
    }

    private static Advice says(NextStep step, Words words, Door door, String... names) {
        Object[] arguments = List.of(names).stream().map(words::of).toArray();
        return new Advice(words.of("advice." + step.id(), arguments), Optional.of(door), Optional.empty());
    }

    private Advice with(String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "limelight";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return new Advice(sentence, door, Optional.of(CommandLine.of(all)));
    }
}
