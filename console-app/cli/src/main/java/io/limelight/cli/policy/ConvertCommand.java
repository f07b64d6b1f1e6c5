package io.limelight.cli.policy;

import io.limelight.cli.command.CliContext;
import io.limelight.cli.command.CommandFailure;
import io.limelight.core.policy.create.ExcludeListText;
import io.limelight.core.policy.create.PolicyDraft;
import io.limelight.core.policy.create.PolicySourceException;
import io.limelight.core.policy.create.PolicyTrees;
import io.limelight.core.policy.runtime.LegacyAllowlist;
import io.limelight.core.policy.runtime.RuntimePolicyException;
import io.limelight.core.policy.runtime.RuntimePolicyReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code limelight policy convert}: what {@code keylime_convert_runtime_policy} does. */
@Command(
        name = "convert",
        description = {
            "Make a runtime policy (version 1) of an allowlist in an older form: text or JSON.",
            "Algorithms in front of digests (sha256:…) are taken off, since a policy holds bare digests."
        })
final class ConvertCommand implements Callable<Integer> {
    private static final int MAX_SKIPPED = 20;

    @ParentCommand
    private @Nullable PolicyCommand policy;

    @Option(
            names = {"-a", "--allowlist"},
            required = true,
            paramLabel = "FILE",
            description = "The allowlist: a digest and a path on every line, or JSON with \"hashes\".")
    private String allowlist = "";

    @Option(
            names = {"-e", "--excludelist"},
            paramLabel = "FILE",
            description = "Expressions (Python's re), one on every line; # starts a comment.")
    private @Nullable String excludeList;

    @Option(
            names = {"-v", "--verification-key"},
            arity = "1..*",
            paramLabel = "FILE",
            description = "Certificates or keys whose signatures make files acceptable.")
    private List<String> keys = List.of();

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
        byte[] text = files.bytes("allowlist", allowlist, RuntimePolicyReader.MAX_BYTES);
        PolicyDraft draft;
        try {
            LegacyAllowlist.Converted converted = LegacyAllowlist.convert(text, "", Optional.empty());
            skipped(context, converted.skipped());
            draft = PolicyDraft.of(PolicyTrees.text(converted.policy()).getBytes(StandardCharsets.US_ASCII));
            if (draft.isEmpty()) {
                throw new CommandFailure(
                        1,
                        "There is nothing for a policy in the allowlist '" + allowlist
                                + "': a digest and a path stand on"
                                + " each of its lines, or it is JSON with \"hashes\". Nothing was written.");
            }
            if (excludeList != null) {
                draft.excludes()
                        .addAll(ExcludeListText.read(
                                files.text("exclude list", excludeList, CreateRuntimeCommand.MAX_TEXT), true));
            }
        } catch (RuntimePolicyException e) {
            throw new CommandFailure(
                    1, "The allowlist '" + allowlist + "' cannot be converted: " + e.getMessage() + ".", e);
        } catch (PolicySourceException e) {
            throw new CommandFailure(1, e.sentence(), e);
        }
        for (String file : keys) {
            files.verificationKey(file).ifPresent(draft::add);
        }
        draft.bareDigests();
        files.write(output, draft);
        return 0;
    }

    private static void skipped(CliContext context, List<Integer> lines) {
        lines.stream()
                .limit(MAX_SKIPPED)
                .forEach(line -> context.err()
                        .println("WARNING: line " + line + " of the allowlist is no digest and path; it is left out."));
        if (lines.size() > MAX_SKIPPED) {
            context.err().println("WARNING: " + (lines.size() - MAX_SKIPPED) + " more lines are left out.");
        }
    }
}
