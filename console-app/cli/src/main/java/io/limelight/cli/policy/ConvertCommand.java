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
import tools.jackson.databind.node.ObjectNode;

/** {@code limelight policy convert}: what {@code keylime_convert_runtime_policy} does. */
@Command(
        name = "convert",
        description = {
            "Make a runtime policy (version 1) of an allowlist in an older form (text or JSON), or of a runtime policy of an"
                    + " older version.",
            "Algorithms in front of digests (sha256:…) are taken off, since a policy holds bare digests."
        })
final class ConvertCommand implements Callable<Integer> {
    private static final int MAX_SKIPPED = 20;

    @ParentCommand
    private @Nullable PolicyCommand policy;

    @Option(
            names = {"-a", "--allowlist"},
            paramLabel = "FILE",
            description = "The allowlist: a digest and a path on every line, or JSON with \"hashes\".")
    private @Nullable String allowlist;

    @Option(
            names = {"-r", "--runtime-policy", "--runtime_policy"},
            paramLabel = "FILE",
            description = "A runtime policy instead; one of version 1 comes out with what -e and -v add.")
    private @Nullable String runtimePolicy;

    @Option(
            names = {"-e", "--excludelist"},
            paramLabel = "FILE",
            description = "Expressions (Python's re), one on every line; # starts a comment.")
    private @Nullable String excludeList;

    @Option(
            names = {"-v", "--verification-key", "--verification_keys"},
            arity = "1..*",
            paramLabel = "FILE",
            description = "Certificates or keys whose signatures make files acceptable.")
    private List<String> keys = List.of();

    @Option(
            names = {"-o", "--output", "--output_file"},
            paramLabel = "FILE",
            defaultValue = PolicyFiles.STDOUT,
            description = "Where to write it; - is the standard output, as is the default.")
    private String output = PolicyFiles.STDOUT;

    @Override
    public Integer call() throws CommandFailure {
        CliContext context = Objects.requireNonNull(policy).context();
        PolicyFiles files = new PolicyFiles(context, 1);
        PolicyDraft draft = draft(context, files);
        if (excludeList != null) {
            try {
                draft.excludes()
                        .addAll(ExcludeListText.read(
                                files.text("exclude list", excludeList, CreateRuntimeCommand.MAX_TEXT), true));
            } catch (PolicySourceException e) {
                throw new CommandFailure(1, e.sentence(), e);
            }
        }
        for (String file : keys) {
            files.verificationKey(file).ifPresent(draft::add);
        }
        draft.bareDigests();
        files.write(output, draft);
        return 0;
    }

    private PolicyDraft draft(CliContext context, PolicyFiles files) throws CommandFailure {
        String list = allowlist;
        String older = runtimePolicy;
        if (list != null && older == null) {
            return ofAllowlist(context, files, list);
        }
        if (list == null && older != null) {
            return ofPolicy(context, files, older);
        }
        throw new CommandFailure(
                2, "Name one: an allowlist (-a FILE), or a runtime policy of an older version (-r FILE).");
    }

    private static PolicyDraft ofAllowlist(CliContext context, PolicyFiles files, String name) throws CommandFailure {
        byte[] text = files.bytes("allowlist", name, RuntimePolicyReader.MAX_BYTES);
        try {
            LegacyAllowlist.Converted converted = LegacyAllowlist.convert(text, "", Optional.empty());
            skipped(context, converted.skipped());
            PolicyDraft draft = of(converted.policy());
            if (draft.isEmpty()) {
                throw new CommandFailure(
                        1,
                        "There is nothing for a policy in the allowlist '" + name
                                + "': a digest and a path stand on each"
                                + " of its lines, or it is JSON with \"hashes\". Nothing was written.");
            }
            return draft;
        } catch (RuntimePolicyException e) {
            throw new CommandFailure(1, "The allowlist '" + name + "' cannot be converted: " + e.getMessage() + ".", e);
        }
    }

    private static PolicyDraft ofPolicy(CliContext context, PolicyFiles files, String name) throws CommandFailure {
        byte[] text = files.policy("runtime policy", name);
        try {
            LegacyAllowlist.Updated updated = LegacyAllowlist.update(text);
            PolicyDraft draft = of(updated.policy());
            if (updated.older()) {
                draft.fromOlderVersion();
            } else {
                context.err().println("The runtime policy '" + name + "' has today's version already.");
            }
            return draft;
        } catch (RuntimePolicyException e) {
            throw new CommandFailure(
                    1, "The runtime policy '" + name + "' cannot be converted: " + e.getMessage() + ".", e);
        }
    }

    private static PolicyDraft of(ObjectNode policy) throws RuntimePolicyException {
        return PolicyDraft.of(PolicyTrees.text(policy).getBytes(StandardCharsets.US_ASCII));
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
