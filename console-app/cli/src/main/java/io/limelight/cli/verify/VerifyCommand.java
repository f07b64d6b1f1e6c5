package io.limelight.cli.verify;

import io.limelight.cli.command.CliContext;
import io.limelight.cli.command.CommandFailure;
import io.limelight.core.appraisal.OneShotAppraiser;
import io.limelight.core.appraisal.OneShotAppraiser.Boot;
import io.limelight.core.appraisal.OneShotAppraiser.Ima;
import io.limelight.core.appraisal.OneShotAppraiser.Outcome;
import io.limelight.core.appraisal.OneShotAppraiser.Proof;
import io.limelight.core.appraisal.ima.ImaEvidence;
import io.limelight.core.appraisal.ima.ImaReference;
import io.limelight.core.appraisal.ima.Tomtou;
import io.limelight.core.ima.ImaKey;
import io.limelight.core.ima.ImaKeyring;
import io.limelight.core.ima.KeyReader;
import io.limelight.core.ima.MeasurementListFile;
import io.limelight.core.ima.UnsupportedKeyException;
import io.limelight.core.policy.TpmPolicy;
import io.limelight.core.policy.TpmPolicyException;
import io.limelight.core.policy.boot.BootPolicy;
import io.limelight.core.policy.boot.BootReference;
import io.limelight.core.policy.runtime.RuntimePolicy;
import io.limelight.core.policy.runtime.RuntimePolicyException;
import io.limelight.core.policy.runtime.RuntimePolicyReader;
import io.limelight.core.policy.sign.DsseEnvelope;
import io.limelight.core.policy.sign.PolicySignatureException;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import io.limelight.core.tpm.PcrValues;
import io.limelight.core.tpm.QuoteText;
import io.limelight.core.tpm.TpmFormatException;
import io.limelight.core.uefi.BootLogException;
import io.limelight.core.uefi.BootLogParser;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code limelight verify}: judges evidence that lies in files, with nobody to ask. */
@Command(
        name = "verify",
        description = {
            "Judge evidence that lies in files: a quote, a measurement list of IMA, a boot log.",
            "Without a quote, logs are judged against PCR values that you vouch for (--pcr10, --pcrs)."
        },
        footer = {
            "",
            "Ends with 0 if everything is good, 1 if something is not, 2 if there is nothing that can be judged.",
            "",
            "  limelight verify --quote quote.txt --nonce NONCE --ak ak.pem --ima-log ascii_runtime_measurements \\",
            "      --runtime-policy policy.json --boot-log binary_bios_measurements --mb-policy uefi-linux \\",
            "      --mb-reference refstate.json"
        })
public final class VerifyCommand implements Callable<Integer> {
    /** Exit status for input that cannot be judged. */
    static final int UNUSABLE = 2;

    /** JSON that counts as a reference state and that the policy which looks at none may have. */
    private static final String REPLAY_ALONE = "true";

    private final CliContext context;
    private final EvidenceFiles files;

    @Option(
            names = "--quote",
            paramLabel = "FILE",
            description = "The quote as agents send it (r…:…:…); - is the input.")
    private @Nullable String quote;

    @Option(
            names = "--nonce",
            paramLabel = "TEXT",
            description = "What the quote has to answer: the text itself, or its bytes in base64.")
    private @Nullable String nonce;

    @Option(
            names = "--ak",
            paramLabel = "FILE",
            description = "The attestation key: TPM2B_PUBLIC or TPMT_PUBLIC, raw or in base64, or PEM.")
    private @Nullable String ak;

    @Option(
            names = "--hash-alg",
            paramLabel = "NAME",
            description =
                    "Of the PCR bank, and of the quote's signature: sha1, sha256, sha384, sha512 (default: sha256).")
    private @Nullable String hashAlgorithm;

    @Option(
            names = "--signature-hash",
            paramLabel = "NAME",
            description =
                    "Of the quote's signature, if it is not that of the PCR bank (tpm2_quote -l sha1:… -g sha256).")
    private @Nullable String signatureHash;

    @Option(
            names = "--tpm-policy",
            paramLabel = "JSON",
            description = "Values that PCRs may have: {\"15\": [\"00…\"]}.")
    private @Nullable String tpmPolicy;

    @Option(
            names = "--ima-log",
            paramLabel = "FILE",
            description = "Measurement list, as in /sys/kernel/security/ima/ascii_runtime_measurements.")
    private @Nullable String imaLog;

    @Option(names = "--runtime-policy", paramLabel = "FILE", description = "What may be in that list (JSON).")
    private @Nullable String runtimePolicy;

    @Option(
            names = "--ima-key",
            paramLabel = "FILE",
            description = "Key for signatures in that list (certificate or public key, PEM or DER); may be repeated.")
    private List<String> imaKeys = List.of();

    @Option(
            names = "--tomtou",
            paramLabel = "accept|fail",
            defaultValue = "fail",
            description = "What violations in that list mean (default: ${DEFAULT-VALUE}).")
    private String tomtou = "fail";

    @Option(names = "--pcr10", paramLabel = "HEX", description = "PCR 10 for the list, instead of a quote.")
    private @Nullable String pcr10;

    @Option(
            names = "--boot-log",
            paramLabel = "FILE",
            description = "Boot log, as in /sys/kernel/security/tpm0/binary_bios_measurements.")
    private @Nullable String bootLog;

    @Option(
            names = "--mb-policy",
            paramLabel = "NAME",
            description = "How the boot log is judged: uefi-linux, example, accept-all, reject-all."
                    + " Without it, it is only compared with the PCRs.")
    private @Nullable String bootPolicy;

    @Option(names = "--mb-reference", paramLabel = "FILE", description = "Reference state for that policy (JSON).")
    private @Nullable String bootReference;

    @Option(
            names = "--pcrs",
            paramLabel = "FILE",
            description = "PCR values as tpm2_pcrread prints them, for the logs, instead of a quote.")
    private @Nullable String pcrs;

    @Option(names = "--json", description = "Print the verdict as JSON.")
    private boolean json;

    /** The command. */
    public VerifyCommand(CliContext context) {
        this.context = context;
        this.files = new EvidenceFiles(context);
    }

    @Override
    public Integer call() throws CommandFailure {
        HashAlgorithm bank = bank();
        requireSense();
        TpmPolicy policy = tpmPolicy();
        Optional<Boot> boot = boot();
        Optional<Ima> ima = ima();
        Outcome outcome = OneShotAppraiser.appraise(proof(bank), policy, boot.orElse(null), ima.orElse(null));
        VerifyReport report = new VerifyReport(outcome, runtimePolicy != null);
        if (json) {
            report.json(context.out());
        } else {
            warnAboutBootPolicy();
            report.words(context.out());
        }
        return outcome.passed() ? 0 : 1;
    }

    /** What {@link BootReference#warnings} says to those who set up a verifier, in the words of this command. */
    private void warnAboutBootPolicy() {
        String name = bootPolicy;
        BootPolicy policy = name == null ? null : BootPolicy.all().get(name);
        if (policy == null || policy.readsReference()) {
            return;
        }
        context.err()
                .println("WARNING: --mb-policy " + name
                        + (policy instanceof BootPolicy.AcceptAll
                                ? " judges nothing: any boot loader, kernel and command line passes as long as the log fits"
                                        + " the PCRs. Name uefi-linux (or example) to have the boot judged."
                                : " fails every boot log, whatever is in it.")
                        + (bootReference == null ? "" : " --mb-reference is not looked at."));
    }

    // --- what was asked ---

    private HashAlgorithm bank() throws CommandFailure {
        return hashAlgorithm == null ? HashAlgorithm.SHA256 : hash("--hash-alg", hashAlgorithm);
    }

    private static HashAlgorithm hash(String option, String name) throws CommandFailure {
        return HashAlgorithm.fromWireName(name)
                .filter(HashAlgorithm::computable)
                .orElseThrow(() -> unusable(option + " is one of sha1, sha256, sha384, sha512"));
    }

    private void requireSense() throws CommandFailure {
        int proofs = (quote == null ? 0 : 1) + (pcr10 == null ? 0 : 1) + (pcrs == null ? 0 : 1);
        if (proofs == 0) {
            throw unusable("there is nothing to judge by: name a quote (--quote, --nonce, --ak), or PCR values that you"
                    + " vouch for (--pcr10 for --ima-log, --pcrs for --boot-log)");
        }
        if (proofs > 1) {
            throw unusable("--quote, --pcr10 and --pcrs exclude each other: PCR values come from one place");
        }
        if (quote != null && (nonce == null || ak == null)) {
            throw unusable("--quote needs --nonce, which it has to answer, and --ak, the key that made it");
        }
        if (quote == null && (nonce != null || ak != null || signatureHash != null)) {
            throw unusable("--nonce, --ak and --signature-hash belong to a --quote");
        }
        if (pcr10 != null && imaLog == null) {
            throw unusable("--pcr10 is for an --ima-log");
        }
        if (pcr10 != null && (bootLog != null || tpmPolicy != null)) {
            throw unusable("a boot log and a TPM policy need more PCRs than --pcr10: give --pcrs or --quote");
        }
        if (pcrs != null && imaLog == null && bootLog == null && tpmPolicy == null) {
            throw unusable("--pcrs is for an --ima-log, a --boot-log or a --tpm-policy");
        }
        if (imaLog == null && (runtimePolicy != null || !imaKeys.isEmpty())) {
            throw unusable("--runtime-policy and --ima-key judge a measurement list: name it with --ima-log");
        }
        if (bootLog == null && (bootPolicy != null || bootReference != null)) {
            throw unusable("--mb-policy and --mb-reference judge a boot log: name it with --boot-log");
        }
        if (bootPolicy == null && bootReference != null) {
            throw unusable("--mb-reference needs --mb-policy, the policy that reads it, for instance uefi-linux");
        }
    }

    private static CommandFailure unusable(String sentence) {
        return new CommandFailure(UNUSABLE, sentence);
    }

    private TpmPolicy tpmPolicy() throws CommandFailure {
        String text = tpmPolicy;
        try {
            return text == null ? TpmPolicy.EMPTY : TpmPolicy.fromUser(text);
        } catch (TpmPolicyException e) {
            throw unusable("--tpm-policy: " + e.getMessage());
        }
    }

    // --- what proves it ---

    private Proof proof(HashAlgorithm bank) throws CommandFailure {
        String file = quote;
        if (file != null && ak != null && nonce != null) {
            return new Proof.Quoted(
                    AttestationKeyFile.parse(files.bytes("--ak", ak, AttestationKeyFile.MAX_BYTES), ak),
                    quote(file),
                    nonce,
                    signatureHash == null ? bank : hash("--signature-hash", signatureHash),
                    bank);
        }
        String values = pcrs;
        if (values != null) {
            PcrValues given = PcrFile.parse(files.text("--pcrs", values, PcrFile.MAX_BYTES), bank, values);
            if (imaLog != null && given.value(10).isEmpty()) {
                throw unusable("--pcrs: " + values + " has no PCR 10, without which an --ima-log proves nothing");
            }
            return new Proof.Given(given);
        }
        return new Proof.Given(pcr10());
    }

    /** A file that holds no quote at all is the wrong file, not a machine that failed. */
    private String quote(String file) throws CommandFailure {
        String text = files.text("--quote", file, QuoteText.MAX_LENGTH + 2).strip();
        try {
            QuoteText.parse(text);
        } catch (TpmFormatException e) {
            throw unusable("--quote: " + file + " holds no quote as agents send it (r…:…:…): " + e.sentence());
        }
        return text;
    }

    private PcrValues pcr10() throws CommandFailure {
        PcrValues given = GivenPcr10.parse(String.valueOf(pcr10));
        if (hashAlgorithm != null && bank() != given.bank()) {
            throw unusable("--pcr10 has the length of a value of "
                    + given.bank().wireName() + ", and --hash-alg says " + hashAlgorithm
                    + ": leave --hash-alg out, or give the value of that bank");
        }
        return given;
    }

    // --- what is judged ---

    private Optional<Boot> boot() throws CommandFailure {
        if (bootLog == null) {
            return Optional.empty();
        }
        byte[] bytes = files.bytes("--boot-log", bootLog, BootLogParser.MAX_LENGTH);
        requireBootLog(bootLog, bytes);
        Octets log = Octets.copyOf(bytes);
        String name = bootPolicy;
        if (name == null) {
            return Optional.of(new Boot(Optional.of(log), BootReference.of(new BootPolicy.AcceptAll(), REPLAY_ALONE)));
        }
        BootPolicy policy = BootPolicy.all().get(name);
        if (policy == null) {
            throw unusable("--mb-policy is one of "
                    + String.join(", ", BootPolicy.all().keySet()));
        }
        if (bootReference == null && policy.readsReference()) {
            throw unusable("--mb-policy " + name + " needs --mb-reference, the state that a good boot leads to");
        }
        String state = bootReference == null
                ? REPLAY_ALONE
                : files.text("--mb-reference", bootReference, BootReference.MAX_LENGTH);
        BootReference reference = BootReference.of(policy, state);
        if (reference.kind() != BootReference.Kind.JUDGED) {
            throw unusable("--mb-reference: " + bootReference + " is no reference state"
                    + (reference.problem().isEmpty() ? ": it asks for nothing" : ": it " + reference.problem()));
        }
        return Optional.of(new Boot(Optional.of(log), reference));
    }

    /** A file of which not even the head can be read is no boot log; one that breaks off later is one that is not good. */
    private static void requireBootLog(String file, byte[] bytes) throws CommandFailure {
        if (bytes.length == 0) {
            throw unusable("--boot-log: " + file + " is empty; copy binary_bios_measurements on the machine, as root");
        }
        try {
            BootLogParser.parse(bytes);
        } catch (BootLogException e) {
            if (e.event() == 0) {
                throw unusable("--boot-log: " + file + " is no boot log: " + e.sentence());
            }
        }
    }

    private Optional<Ima> ima() throws CommandFailure {
        if (imaLog == null) {
            return Optional.empty();
        }
        Tomtou violations = switch (tomtou) {
            case "accept" -> Tomtou.ACCEPT;
            case "fail" -> Tomtou.FAIL;
            default -> throw unusable("--tomtou is accept or fail");
        };
        Optional<RuntimePolicy> policy = runtimePolicy();
        ImaKeyring keys = policy.map(RuntimePolicy::verificationKeys).orElse(ImaKeyring.EMPTY);
        for (String file : imaKeys) {
            keys = keys.with(imaKey(file));
        }
        boolean lookAtSignatures = policy.isPresent() || !imaKeys.isEmpty();
        return Optional.of(new Ima(
                list(imaLog),
                new ImaReference(
                        policy, lookAtSignatures ? Optional.of(keys) : Optional.empty(), List.of(), violations)));
    }

    private byte[] list(String file) throws CommandFailure {
        byte[] list = files.bytes("--ima-log", file, ImaEvidence.MAX_LIST);
        Optional<String> problem = MeasurementListFile.problem(list);
        if (problem.isPresent()) {
            throw unusable("--ima-log: " + file + " " + problem.get());
        }
        return list;
    }

    private Optional<RuntimePolicy> runtimePolicy() throws CommandFailure {
        String file = runtimePolicy;
        if (file == null) {
            return Optional.empty();
        }
        byte[] text = files.bytes("--runtime-policy", file, 2 * RuntimePolicyReader.MAX_BYTES);
        try {
            Optional<DsseEnvelope> envelope = DsseEnvelope.find(text);
            if (envelope.isPresent()) {
                context.err()
                        .println("WARNING: the policy " + file + " is signed, and the signature is not looked at"
                                + " (limelight policy verify).");
                text = envelope.get().payload().toByteArray();
            }
            // As POST /verify/evidence reads it: what judges must be readable, not fit for storing.
            return Optional.of(RuntimePolicyReader.forEvaluation(text, RuntimePolicyReader.MAX_BYTES));
        } catch (RuntimePolicyException | PolicySignatureException e) {
            throw unusable("--runtime-policy: " + file + ": " + e.getMessage());
        }
    }

    private ImaKey imaKey(String file) throws CommandFailure {
        byte[] bytes = files.bytes("--ima-key", file, KeyReader.MAX_LENGTH);
        try {
            return KeyReader.read(bytes)
                    .orElseThrow(() -> unusable("--ima-key: " + file + " is neither a certificate nor a public key"));
        } catch (UnsupportedKeyException e) {
            throw unusable("--ima-key: " + file + ": " + e.getMessage());
        }
    }
}
