package io.limelight.cli.policy;

import io.limelight.cli.command.CliContext;
import io.limelight.cli.command.CommandFailure;
import io.limelight.cli.verify.GivenPcr10;
import io.limelight.core.appraisal.ima.ImaAppraisal;
import io.limelight.core.appraisal.ima.ImaAppraiser;
import io.limelight.core.appraisal.ima.ImaEvidence;
import io.limelight.core.appraisal.ima.ImaReference;
import io.limelight.core.appraisal.ima.ImaState;
import io.limelight.core.appraisal.ima.Tomtou;
import io.limelight.core.ima.ImaKey;
import io.limelight.core.ima.ImaKeyring;
import io.limelight.core.ima.KeyReader;
import io.limelight.core.ima.MeasurementListFile;
import io.limelight.core.ima.UnsupportedKeyException;
import io.limelight.core.policy.create.PolicyDifference;
import io.limelight.core.policy.create.PolicyDraft;
import io.limelight.core.policy.create.PolicyExplainer;
import io.limelight.core.policy.create.PolicyExplainer.Explanation;
import io.limelight.core.policy.create.PolicySourceException;
import io.limelight.core.policy.runtime.RuntimePolicy;
import io.limelight.core.policy.runtime.RuntimePolicyException;
import io.limelight.core.policy.runtime.RuntimePolicyReader;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import io.limelight.core.tpm.PcrValues;
import io.limelight.core.uefi.BootLogException;
import io.limelight.core.uefi.BootLogParser;
import io.limelight.core.uefi.BootReplay;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
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
            names = "--ima-key",
            paramLabel = "FILE",
            description = "Key for signatures in that list besides those of the policy; may be repeated.")
    private List<String> imaKeys = List.of();

    @Option(
            names = "--boot-log",
            paramLabel = "FILE",
            description = "Boot log of the same boot: boot_aggregate may be what it leads to.")
    private @Nullable String bootLog;

    @Option(names = "--pcr10", paramLabel = "HEX", description = "PCR 10, to say also how much of the list it proves.")
    private @Nullable String pcr10;

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
        Optional<String> problem = MeasurementListFile.problem(measured);
        if (problem.isPresent()) {
            throw new CommandFailure(UNUSABLE, "The IMA measurement list '" + list + "' " + problem.get() + ".");
        }
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
        Given given = given(files, violations);
        Explanation explanation = PolicyExplainer.explain(
                measured, read, given.keys(read), given.aggregates(), violations == Tomtou.FAIL);
        rows(context.out(), explanation);
        if (explanation.rows().isEmpty()) {
            return judged(context.out(), measured, read, given) ? 0 : 1;
        }
        List<PolicyDifference> changes = explanation.changes();
        if (!changes.isEmpty()) {
            changes.forEach(draft::add);
            changed(context.out(), measured, draft, given);
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

    /** What is known besides list and policy. */
    private record Given(List<ImaKey> further, List<Octets> aggregates, Optional<PcrValues> pcr10, Tomtou tomtou) {
        ImaKeyring keys(RuntimePolicy policy) {
            ImaKeyring keys = policy.verificationKeys();
            for (ImaKey key : further) {
                keys = keys.with(key);
            }
            return keys;
        }
    }

    private Given given(PolicyFiles files, Tomtou violations) throws CommandFailure {
        List<ImaKey> further = new ArrayList<>();
        for (String name : imaKeys) {
            try {
                further.add(KeyReader.read(files.bytes("key", name, KeyReader.MAX_LENGTH))
                        .orElseThrow(() -> new CommandFailure(
                                UNUSABLE, "--ima-key: " + name + " is neither a certificate nor a public key.")));
            } catch (UnsupportedKeyException e) {
                throw new CommandFailure(UNUSABLE, "--ima-key: " + name + ": " + e.getMessage() + ".", e);
            }
        }
        List<Octets> aggregates = new ArrayList<>();
        String log = bootLog;
        if (log != null) {
            try {
                BootReplay.of(BootLogParser.parse(files.bytes("boot log", log, BootLogParser.MAX_LENGTH)))
                        .bootAggregates()
                        .values()
                        .forEach(values -> values.forEach(hex -> aggregates.add(Octets.ofHex(hex))));
            } catch (BootLogException e) {
                throw new CommandFailure(
                        UNUSABLE, "The boot log '" + log + "' cannot be used: " + e.sentence() + ".", e);
            }
        }
        String value = pcr10;
        return new Given(
                further,
                aggregates,
                value == null ? Optional.empty() : Optional.of(GivenPcr10.parse(value)),
                violations);
    }

    /** What the verifier's own appraisal makes of it. */
    private static ImaAppraisal appraisal(byte[] list, RuntimePolicy policy, Given given) {
        return ImaAppraiser.appraise(
                new ImaEvidence(
                        list,
                        given.pcr10().map(PcrValues::bank).orElse(HashAlgorithm.SHA256),
                        given.pcr10().flatMap(values -> values.value(10))),
                new ImaReference(
                        Optional.of(policy), Optional.of(given.keys(policy)), given.aggregates(), given.tomtou()),
                ImaState.NEW);
    }

    private static boolean judged(PrintStream out, byte[] list, RuntimePolicy policy, Given given) {
        ImaAppraisal appraisal = appraisal(list, policy, given);
        if (!appraisal.passed()) {
            appraisal.failures().forEach(failure -> out.println(failure.sentence()));
            return false;
        }
        if (given.pcr10().isEmpty()) {
            out.println(
                    "The list passes: " + appraisal.entries()
                            + " entries. (Whether PCR 10 proves it is another question: --pcr10, or limelight verify, answers it.)");
            return true;
        }
        boolean proved = appraisal.proved() > 0 || appraisal.entries() == 0;
        out.println((proved ? "The list passes: " : "The policy allows the list, but nothing proves it: ")
                + "PCR 10 proves " + appraisal.proved() + " of its " + appraisal.entries() + " entries.");
        return proved;
    }

    private static void changed(PrintStream out, byte[] list, PolicyDraft draft, Given given) throws CommandFailure {
        ImaAppraisal appraisal;
        try {
            byte[] text = draft.text(LocalDateTime.now(ZoneId.systemDefault())).getBytes(StandardCharsets.UTF_8);
            appraisal = appraisal(list, RuntimePolicyReader.forUpload(text, RuntimePolicyReader.MAX_BYTES), given);
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
