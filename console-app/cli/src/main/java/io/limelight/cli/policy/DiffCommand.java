package io.limelight.cli.policy;

import io.limelight.cli.command.CliContext;
import io.limelight.cli.command.CommandFailure;
import io.limelight.core.policy.create.PolicyComparison;
import io.limelight.core.policy.create.PolicyDifference;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code limelight policy diff}. */
@Command(
        name = "diff",
        description = "Show what a policy allows that another does not, whatever order they are written in.",
        footer = {"", "Ends with 0 if they say the same, 1 if not, 2 if one of them cannot be read."})
final class DiffCommand implements Callable<Integer> {
    private static final int UNUSABLE = 2;

    @ParentCommand
    private @Nullable PolicyCommand policy;

    @Parameters(index = "0", paramLabel = "OLD", description = "A policy.")
    private String before = "";

    @Parameters(index = "1", paramLabel = "NEW", description = "Another.")
    private String after = "";

    @Override
    public Integer call() throws CommandFailure {
        CliContext context = Objects.requireNonNull(policy).context();
        PolicyFiles files = new PolicyFiles(context, UNUSABLE);
        List<PolicyDifference> differences =
                PolicyComparison.differences(files.draft("policy", before), files.draft("policy", after));
        differences.forEach(difference -> context.out().println(difference.line()));
        return differences.isEmpty() ? 0 : 1;
    }
}
