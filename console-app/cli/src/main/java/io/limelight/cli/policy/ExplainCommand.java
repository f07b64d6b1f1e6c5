package io.limelight.cli.policy;

import io.limelight.cli.command.CliContext;
import io.limelight.cli.command.CommandFailure;
import io.limelight.core.appraisal.ima.ImaAppraisal;
import io.limelight.core.appraisal.ima.ImaAppraiser;
import io.limelight.core.appraisal.ima.ImaEvidence;
import io.limelight.core.appraisal.ima.ImaReference;
import io.limelight.core.appraisal.ima.ImaState;
import io.limelight.core.appraisal.ima.Tomtou;
import io.limelight.core.policy.create.PolicyDifference;
import io.limelight.core.policy.create.PolicyDraft;
import io.limelight.core.policy.create.PolicyExplainer;
import io.limelight.core.policy.create.PolicyExplainer.Explanation;
import io.limelight.core.policy.create.PolicySourceException;
import io.limelight.core.policy.runtime.RuntimePolicy;
import io.limelight.core.policy.runtime.RuntimePolicyException;
import io.limelight.core.policy.runtime.RuntimePolicyReader;
import io.limelight.core.tpm.HashAlgorithm;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code limelight policy explain}. */
@Command(
        name = "explain",
        description = {
            "Say why a measurement list fails under a policy, row by row, and which smallest change would pass each row.",
            "That a change would pass a row does not make the row good: look at it first."
        },
        footer = {"", "Ends with 0 if the list passes, 1 if it does not, 2 if list or policy cannot be read."})
final class ExplainCommand implements Callable<Integer> {
    private static final int UNUSABLE = 2;

    @ParentCommand
    private @Nullable PolicyCommand policy;

    @Option(names = "--ima-log", required = true, paramLabel = "FILE", description = "The measurement list.")
    private String list = "";

    @Option(names = "--runtime-policy", required = true, paramLabel = "FILE", description = "The policy.")
    private String file = "";

    @Option(
            names = "--tomtou",
            paramLabel = "accept|fail",
            defaultValue = "fail",
            description = "What violations in that list mean (default: ${DEFAULT-VALUE}).")
    private String tomtou = "fail";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Where to write the policy with all the changes; without it, none is written.")
    private @Nullable String output;

    @Override
    public Integer call() throws CommandFailure {
        CliContext context = Objects.requireNonNull(policy).context();
        PolicyFiles files = new PolicyFiles(context, UNUSABLE);
        Tomtou violations = switch (tomtou) {
            case "accept" -> Tomtou.ACCEPT;
            case "fail" -> Tomtou.FAIL;
            default -> throw new CommandFailure(UNUSABLE, "--tomtou is accept or fail.");
        };
        byte[] measured = files.bytes("IMA measurement list", list, ImaEvidence.MAX_LIST);
        byte[] text = files.policy("runtime policy", file);
        RuntimePolicy read;
        PolicyDraft draft;
        try {
            read = RuntimePolicyReader.forEvaluation(text, RuntimePolicyReader.MAX_BYTES);
            draft = PolicyDraft.of(text);
        } catch (RuntimePolicyException e) {
            throw new CommandFailure(
                    UNUSABLE, "The runtime policy '" + file + "' cannot be used: " + e.getMessage() + ".", e);
        }
        Explanation explanation = PolicyExplainer.explain(measured, read, violations == Tomtou.FAIL);
        rows(context.out(), explanation);
        if (explanation.rows().isEmpty()) {
            return judged(context.out(), measured, read, violations) ? 0 : 1;
        }
        List<PolicyDifference> changes = explanation.changes();
        if (!changes.isEmpty()) {
            changes.forEach(draft::add);
            changed(context.out(), measured, draft, violations);
            if (output != null) {
                files.write(output, draft);
            }
        }
        return 1;
    }

    private static void rows(PrintStream out, Explanation explanation) {
        for (PolicyExplainer.Row row : explanation.rows()) {
            out.println("Entry " + row.number() + ": " + row.name() + " " + row.reason() + ".");
            row.change().map(PolicyDifference::line).ifPresent(line -> out.println("    " + line));
        }
        long failing = explanation.rows().size() + explanation.more();
        if (explanation.more() > 0) {
            out.println("… and " + explanation.more() + " more.");
        }
        if (failing > 0) {
            out.println(failing + " of " + explanation.entries() + " entries fail; "
                    + explanation.changes().size() + " changes of the policy would pass what a policy can pass.");
        }
    }

    /** What the verifier's own appraisal makes of it. */
    private static ImaAppraisal appraisal(byte[] list, RuntimePolicy policy, Tomtou tomtou) {
        return ImaAppraiser.appraise(
                new ImaEvidence(list, HashAlgorithm.SHA256, Optional.empty()),
                ImaReference.of(policy, List.of(), tomtou),
                ImaState.NEW);
    }

    private static boolean judged(PrintStream out, byte[] list, RuntimePolicy policy, Tomtou tomtou) {
        ImaAppraisal appraisal = appraisal(list, policy, tomtou);
        if (appraisal.passed()) {
            out.println("The list passes: " + appraisal.entries()
                    + " entries. (Whether PCR 10 proves it is another question;" + " limelight verify answers it.)");
            return true;
        }
        appraisal.failures().forEach(failure -> out.println(failure.sentence()));
        return false;
    }

    private static void changed(PrintStream out, byte[] list, PolicyDraft draft, Tomtou tomtou) throws CommandFailure {
        ImaAppraisal appraisal;
        try {
            byte[] text = draft.text(LocalDateTime.now(ZoneId.systemDefault())).getBytes(StandardCharsets.UTF_8);
            appraisal = appraisal(list, RuntimePolicyReader.forUpload(text, RuntimePolicyReader.MAX_BYTES), tomtou);
        } catch (PolicySourceException e) {
            out.println("The changed policy could not be judged: " + e.sentence());
            return;
        } catch (RuntimePolicyException e) {
            throw new CommandFailure(1, "The changed policy is too large: " + e.getMessage() + ".", e);
        }
        if (appraisal.passed()) {
            out.println("With these changes the list passes.");
            return;
        }
        out.println("With these changes there still fails:");
        appraisal.failures().forEach(failure -> out.println("    " + failure.sentence()));
        if (appraisal.unlisted() > 0) {
            out.println("    … and " + appraisal.unlisted() + " more.");
        }
    }
}
