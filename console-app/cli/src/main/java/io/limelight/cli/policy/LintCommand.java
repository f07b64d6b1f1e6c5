package io.limelight.cli.policy;

import io.limelight.cli.command.CliContext;
import io.limelight.cli.command.CommandFailure;
import io.limelight.core.appraisal.ima.ImaEvidence;
import io.limelight.core.policy.create.PolicyLint;
import io.limelight.core.policy.create.PolicyLint.Finding;
import io.limelight.core.policy.create.PolicyLint.Level;
import io.limelight.core.policy.runtime.RuntimePolicy;
import io.limelight.core.policy.runtime.RuntimePolicyException;
import io.limelight.core.policy.runtime.RuntimePolicyReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code limelight policy lint}. */
@Command(
        name = "lint",
        description = "Look for what a policy says and its author hardly means.",
        footer = {"", "Ends with 0 without errors and warnings, 1 with some, 2 if the policy cannot be read."})
final class LintCommand implements Callable<Integer> {
    private static final int UNUSABLE = 2;

    @ParentCommand
    private @Nullable PolicyCommand policy;

    @Parameters(paramLabel = "POLICY", description = "The policy.")
    private String file = "";

    @Option(
            names = {"-m", "--ima-log"},
            paramLabel = "FILE",
            description = "A measurement list of a machine it is for: names that are never in it are told.")
    private @Nullable String list;

    @Option(names = "--all", description = "Tell every name that is never in the list.")
    private boolean all;

    @Override
    public Integer call() throws CommandFailure {
        CliContext context = Objects.requireNonNull(policy).context();
        PolicyFiles files = new PolicyFiles(context, UNUSABLE);
        byte[] text = files.policy("policy", file);
        List<Finding> findings = new ArrayList<>();
        RuntimePolicy read;
        try {
            read = RuntimePolicyReader.forEvaluation(text, RuntimePolicyReader.MAX_BYTES);
        } catch (RuntimePolicyException e) {
            throw new CommandFailure(UNUSABLE, file + " is no policy: " + e.getMessage() + ".", e);
        }
        try {
            RuntimePolicyReader.forUpload(text, RuntimePolicyReader.MAX_BYTES);
        } catch (RuntimePolicyException e) {
            findings.add(new Finding(Level.ERROR, "refused", "A verifier does not take it: " + e.getMessage() + "."));
        }
        findings.addAll(PolicyLint.lint(read));
        if (list != null) {
            findings.addAll(
                    PolicyLint.neverSeen(read, files.bytes("IMA measurement list", list, ImaEvidence.MAX_LIST), all));
        }
        for (Finding finding : findings) {
            context.out()
                    .println(finding.level().name().toLowerCase(Locale.ROOT) + " [" + finding.code() + "] "
                            + finding.sentence());
        }
        boolean clean = findings.stream().allMatch(finding -> finding.level() == Level.NOTE);
        if (findings.isEmpty()) {
            context.out().println("Nothing found.");
        }
        return clean ? 0 : 1;
    }
}
