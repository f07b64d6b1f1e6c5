package io.limelight.cli.policy;

import io.limelight.cli.command.CliContext;
import io.limelight.cli.command.CommandFailure;
import io.limelight.core.policy.create.PolicyComparison;
import io.limelight.core.policy.create.PolicyDraft;
import io.limelight.core.policy.create.PolicySourceException;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code limelight policy merge}. */
@Command(
        name = "merge",
        description = {
            "Make a policy that allows what either of two allows, for the days in which some machines are updated and some are"
                    + " not yet.",
            "Afterwards, give the machines the new policy alone."
        })
final class MergeCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable PolicyCommand policy;

    @Parameters(index = "0", paramLabel = "OLD", description = "A policy.")
    private String before = "";

    @Parameters(index = "1", paramLabel = "NEW", description = "Another.")
    private String after = "";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            defaultValue = PolicyFiles.STDOUT,
            description = "Where to write it; - is the standard output, as is the default.")
    private String output = PolicyFiles.STDOUT;

    @Override
    public Integer call() throws CommandFailure {
        CliContext context = Objects.requireNonNull(policy).context();
        PolicyFiles files = new PolicyFiles(context, 1);
        PolicyDraft merged = files.draft("policy", before);
        try {
            PolicyComparison.merge(merged, files.draft("policy", after))
                    .forEach(warning -> context.err().println("WARNING: " + warning + "."));
        } catch (PolicySourceException e) {
            throw new CommandFailure(1, e.sentence(), e);
        }
        files.write(output, merged);
        return 0;
    }
}
