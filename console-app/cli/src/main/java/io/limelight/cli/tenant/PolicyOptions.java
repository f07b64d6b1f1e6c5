package io.limelight.cli.tenant;

import io.limelight.core.api.PolicyName;
import io.limelight.core.tenant.BootPolicyChoice;
import io.limelight.core.tenant.DocumentSource;
import io.limelight.core.tenant.PolicyChoice;
import io.limelight.core.tenant.PolicyPreparation;
import io.limelight.core.tenant.RuntimePolicyChoice;
import io.limelight.core.tenant.SignerKeyChoice;
import io.limelight.core.tenant.TenantException;
import io.limelight.core.tenant.TenantException.Kind;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The options about policies, with those of old, understood: what they say together, and what they cannot say together. */
final class PolicyOptions {
    private static final String DEFAULT = "default";

    private final TenantOptions options;
    private final Path folder;

    /**
     * Understands.
     *
     * @param folder where names of files begin
     */
    PolicyOptions(TenantOptions options, Path folder) {
        this.options = options;
        this.folder = folder;
    }

    /** What goes on, but should be said: words that Keylime will take away. */
    List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        if (options.allowlist != null || options.allowlistUrl != null) {
            warnings.add("--allowlist is converted into a runtime policy; limelight policy convert makes one for"
                    + " --runtime-policy.");
        }
        if (options.allowlistName != null) {
            warnings.add("--allowlist-name is an old name of --runtime-policy-name.");
        }
        if (!options.signatureKeys.isEmpty() || !options.signatureKeyUrls.isEmpty()) {
            warnings.add("--signature-verification-key is an old option; keys belong into the runtime policy (limelight"
                    + " policy create runtime -v KEY), where they are signed with it.");
        }
        return warnings;
    }

    /** Options about policies that are given, by name; for words that none of them belongs to. */
    List<String> given() {
        List<String> given = new ArrayList<>(boot());
        given.addAll(runtime());
        given.addAll(signerKeys());
        return given;
    }

    private List<String> runtime() {
        return present(
                "--runtime-policy", options.runtimePolicy,
                "--runtime-policy-url", options.runtimePolicyUrl,
                "--runtime-policy-checksum", options.runtimePolicyChecksum,
                "--runtime-policy-sig-key", options.runtimePolicySigKey,
                "--runtime-policy-name", options.runtimePolicyName,
                "--allowlist", options.allowlist,
                "--allowlist-url", options.allowlistUrl,
                "--allowlist-name", options.allowlistName,
                "--exclude", options.exclude);
    }

    private List<String> boot() {
        return present("--mb-policy", options.mbPolicy, "--mb-policy-name", options.mbPolicyName);
    }

    private List<String> signerKeys() {
        return Stream.of(
                                options.signatureKeys,
                                options.signatureKeySigs,
                                options.signatureKeySigKeys,
                                options.signatureKeyUrls,
                                options.signatureKeySigUrls,
                                options.signatureKeySigUrlKeys)
                        .allMatch(List::isEmpty)
                ? List.of()
                : List.of("--signature-verification-key");
    }

    private static List<String> present(@Nullable String... namesAndValues) {
        List<String> given = new ArrayList<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            String name = namesAndValues[i];
            if (name != null && namesAndValues[i + 1] != null) {
                given.add(name);
            }
        }
        return given;
    }

    /** What they say for a word. */
    PolicyChoice choice(TenantWord word, PolicyPreparation preparation) throws TenantException {
        return switch (word.subject()) {
            case ENROLMENT -> new PolicyChoice(runtimeChoice(), bootChoice(preparation), signerKeyChoices());
            case RUNTIME_POLICY -> {
                requireNone(word, boot());
                requireNone(word, signerKeys());
                yield new PolicyChoice(runtimeChoice(), new BootPolicyChoice.None(), List.of());
            }
            case BOOT_POLICY -> {
                requireNone(word, runtime());
                requireNone(word, signerKeys());
                yield new PolicyChoice(new RuntimePolicyChoice.None(), bootChoice(preparation), List.of());
            }
            case MACHINE, MACHINES, REVOCATIONS -> PolicyChoice.NONE;
        };
    }

    private static void requireNone(TenantWord word, List<String> foreign) throws TenantException {
        if (!foreign.isEmpty()) {
            throw refused(foreign.getFirst() + " does not belong to -c " + word + ". Nothing was sent.");
        }
    }

    // --- runtime policies ---

    private RuntimePolicyChoice runtimeChoice() throws TenantException {
        Optional<PolicyName> name = runtimeName();
        Optional<DocumentSource> policy = source(options.runtimePolicy, options.runtimePolicyUrl, "--runtime-policy");
        Optional<DocumentSource> allowlist = source(options.allowlist, options.allowlistUrl, "--allowlist");
        if (policy.isPresent() && allowlist.isPresent()) {
            throw refused("Give one of --runtime-policy and --allowlist, which is an older form of the same.");
        }
        String signer = options.runtimePolicySigKey;
        if (signer != null && policy.isEmpty()) {
            throw refused("--runtime-policy-sig-key belongs to a policy that is sent: give --runtime-policy.");
        }
        if (policy.isPresent()) {
            return new RuntimePolicyChoice.Given(
                    policy.get(),
                    Optional.ofNullable(options.runtimePolicyChecksum),
                    signer == null ? Optional.empty() : Optional.of(path("--runtime-policy-sig-key", signer)),
                    name);
        }
        if (allowlist.isPresent()) {
            String exclude = options.exclude;
            return new RuntimePolicyChoice.Allowlist(
                    allowlist.get(),
                    exclude == null ? Optional.empty() : Optional.of(path("--exclude", exclude)),
                    name);
        }
        return name.isPresent() ? new RuntimePolicyChoice.Stored(name.get()) : new RuntimePolicyChoice.None();
    }

    private Optional<PolicyName> runtimeName() throws TenantException {
        String now = options.runtimePolicyName;
        String old = options.allowlistName;
        if (now != null && old != null && !now.equals(old)) {
            throw refused("--allowlist-name is an old name of --runtime-policy-name, and they differ.");
        }
        return now == null ? name("--allowlist-name", old) : name("--runtime-policy-name", now);
    }

    // --- measured boot ---

    private BootPolicyChoice bootChoice(PolicyPreparation preparation) throws TenantException {
        Optional<PolicyName> name = name("--mb-policy-name", options.mbPolicyName);
        String file = options.mbPolicy;
        if (file != null) {
            return new BootPolicyChoice.Given(
                    file.equals(DEFAULT) ? preparation.defaultBootPolicy() : path("--mb-policy", file), name);
        }
        return name.isPresent() ? new BootPolicyChoice.Stored(name.get()) : new BootPolicyChoice.None();
    }

    // --- keys of IMA signatures ---

    private List<SignerKeyChoice> signerKeyChoices() throws TenantException {
        List<SignerKeyChoice> choices = new ArrayList<>();
        List<DocumentSource> files = new ArrayList<>();
        for (String file : options.signatureKeys) {
            files.add(new DocumentSource.LocalFile(path("--signature-verification-key", file)));
        }
        List<DocumentSource> signatures = new ArrayList<>();
        for (String file : options.signatureKeySigs) {
            signatures.add(new DocumentSource.LocalFile(path("--signature-verification-key-sig", file)));
        }
        pair(choices, "--signature-verification-key", files, signatures, "-sig-key", options.signatureKeySigKeys);
        pair(
                choices,
                "--signature-verification-key-url",
                options.signatureKeyUrls.stream().map(PolicyOptions::remote).toList(),
                options.signatureKeySigUrls.stream().map(PolicyOptions::remote).toList(),
                "-sig-url-key",
                options.signatureKeySigUrlKeys);
        return choices;
    }

    private static DocumentSource remote(String url) {
        return new DocumentSource.Remote(url);
    }

    /** By position; a key whose signature was forgotten would be believed unsigned. */
    private void pair(
            List<SignerKeyChoice> choices,
            String option,
            List<DocumentSource> keys,
            List<DocumentSource> signatures,
            String suffix,
            List<String> signers)
            throws TenantException {
        boolean unsigned = signatures.isEmpty() && signers.isEmpty();
        if (!unsigned && (signatures.size() != keys.size() || signers.size() != keys.size())) {
            throw refused(option + " is given " + times(keys.size()) + ", its signature " + times(signatures.size())
                    + " and the key of that (--signature-verification-key" + suffix + ") " + times(signers.size())
                    + ": every key needs both, or none of them has any.");
        }
        for (int i = 0; i < keys.size(); i++) {
            choices.add(new SignerKeyChoice(
                    keys.get(i),
                    unsigned
                            ? Optional.empty()
                            : Optional.of(new SignerKeyChoice.Proof(
                                    signatures.get(i),
                                    path("--signature-verification-key" + suffix, signers.get(i))))));
        }
    }

    private static String times(int count) {
        return count == 1 ? "once" : count + " times";
    }

    // --- texts ---

    private Optional<DocumentSource> source(@Nullable String file, @Nullable String url, String option)
            throws TenantException {
        if (file != null) {
            return Optional.of(new DocumentSource.LocalFile(path(option, file)));
        }
        return url == null ? Optional.empty() : Optional.of(remote(url));
    }

    private Path path(String option, String file) throws TenantException {
        if (file.isEmpty()) {
            throw refused(option + " names no file.");
        }
        try {
            return folder.resolve(file);
        } catch (InvalidPathException e) {
            throw refused(option + ": \"" + TenantRun.printable(file) + "\" is no file name.");
        }
    }

    private static Optional<PolicyName> name(String option, @Nullable String text) throws TenantException {
        if (text == null) {
            return Optional.empty();
        }
        Optional<String> problem = PolicyName.problem(text);
        if (problem.isPresent()) {
            throw refused("The name \"" + TenantRun.printable(text) + "\" of " + option + " " + problem.get() + ".");
        }
        return Optional.of(new PolicyName(text));
    }

    private static TenantException refused(String sentence) {
        return new TenantException(Kind.BAD_DRAFT, sentence);
    }
}
