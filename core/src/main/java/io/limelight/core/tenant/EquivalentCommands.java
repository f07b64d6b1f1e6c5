package io.limelight.core.tenant;

import io.limelight.core.api.AgentId;
import io.limelight.core.api.PolicyName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Command lines that do for one machine what a plan does. */
final class EquivalentCommands {
    private final ProvisionDraft draft;
    private final TenantSettings settings;

    EquivalentCommands(ProvisionDraft draft, TenantSettings settings) {
        this.draft = draft;
        this.settings = settings;
    }

    /** {@code limelight tenant}. */
    CommandWords limelight(AgentId id, boolean replace) {
        CommandWords.Builder line = new CommandWords.Builder().add("limelight", "tenant");
        common(line, id, replace);
        switch (draft.payload()) {
            case PayloadChoice.None _ -> {}
            case PayloadChoice.PlainFile plain -> line.add("-f", absolute(plain.file()));
            case PayloadChoice.Folder folder -> line.add("-f", absolute(folder.folder()));
            case PayloadChoice.ExistingKey existing -> existing(line, existing);
            case PayloadChoice.WithCertificate certified -> {
                certified(line, certified);
                draft.password().ifPresent(file -> line.add("--ca-password-file", file));
            }
        }
        policies(line);
        return line.made();
    }

    /**
     * {@code keylime_tenant}: one line, or two where a folder has to be packed first. Empty where Keylime has no words for it.
     */
    List<CommandWords> keylime(AgentId id, boolean replace) {
        if (draft.policyChoice().runtime() instanceof RuntimePolicyChoice.Given given
                && given.signer().isPresent()
                && given.checksum().isEmpty()
                && given.source() instanceof DocumentSource.Remote) {
            return List.of();
        }
        List<CommandWords> lines = new ArrayList<>();
        CommandWords.Builder line = new CommandWords.Builder().add("keylime_tenant");
        common(line, id, replace);
        switch (draft.payload()) {
            case PayloadChoice.None _ -> {}
            case PayloadChoice.PlainFile plain -> line.add("-f", absolute(plain.file()));
            case PayloadChoice.Folder folder -> {
                // Run inside the folder, so that names in the archive begin there.
                String archive = absolute(folder.folder()) + ".zip";
                lines.add(new CommandWords.Builder()
                        .add("python3", "-c")
                        .add("import shutil,sys; shutil.make_archive(sys.argv[1], 'zip', sys.argv[2])")
                        .add(absolute(folder.folder()), absolute(folder.folder()))
                        .made());
                line.add("-f", archive);
            }
            case PayloadChoice.ExistingKey existing -> existing(line, existing);
            case PayloadChoice.WithCertificate certified -> certified(line, certified);
        }
        policies(line);
        lines.add(line.made());
        return lines;
    }

    private void common(CommandWords.Builder line, AgentId id, boolean replace) {
        line.add("-c", replace ? "update" : "add", "-u", id.value());
        line.add(
                "-v",
                settings.verifier().host(),
                "-vp",
                Integer.toString(settings.verifier().port()));
        line.add(
                "-r",
                settings.registrar().host(),
                "-rp",
                Integer.toString(settings.registrar().port()));
        if (draft.payload().withKey()) {
            line.add("--verify");
        }
    }

    private static void existing(CommandWords.Builder line, PayloadChoice.ExistingKey existing) {
        line.add("-k", absolute(existing.keyFile()));
        existing.sealed().ifPresent(file -> line.add("-p", absolute(file)));
    }

    private static void certified(CommandWords.Builder line, PayloadChoice.WithCertificate certified) {
        line.add("--cert", absolute(certified.ca().path()));
        certified.include().ifPresent(include -> line.add("--include", absolute(include)));
    }

    private void policies(CommandWords.Builder line) {
        if (!draft.tpmPolicy().allowed().isEmpty()) {
            line.add("--tpm_policy", draft.tpmPolicy().wireText());
        }
        switch (draft.policyChoice().runtime()) {
            case RuntimePolicyChoice.None _ -> {}
            case RuntimePolicyChoice.Stored stored ->
                line.add("--runtime-policy-name", stored.name().value());
            case RuntimePolicyChoice.Given given -> {
                switch (given.source()) {
                    case DocumentSource.LocalFile file -> line.add("--runtime-policy", absolute(file.path()));
                    case DocumentSource.Remote remote -> line.add("--runtime-policy-url", remote.url());
                }
                given.checksum().ifPresent(sum -> line.add("--runtime-policy-checksum", sum));
                given.signer().ifPresent(key -> line.add("--runtime-policy-sig-key", absolute(key)));
                named(line, "--runtime-policy-name", given.name());
            }
            case RuntimePolicyChoice.Allowlist list -> {
                switch (list.list()) {
                    case DocumentSource.LocalFile file -> line.add("--allowlist", absolute(file.path()));
                    case DocumentSource.Remote remote -> line.add("--allowlist-url", remote.url());
                }
                list.excludes().ifPresent(file -> line.add("--exclude", absolute(file)));
                named(line, "--allowlist-name", list.name());
            }
        }
        switch (draft.policyChoice().boot()) {
            case BootPolicyChoice.None _ -> {}
            case BootPolicyChoice.Stored stored ->
                line.add("--mb-policy-name", stored.name().value());
            case BootPolicyChoice.Given given -> {
                line.add("--mb-policy", absolute(given.file()));
                named(line, "--mb-policy-name", given.name());
            }
        }
    }

    private static void named(CommandWords.Builder line, String option, Optional<PolicyName> name) {
        name.ifPresent(given -> line.add(option, given.value()));
    }

    private static String absolute(Path path) {
        return path.toAbsolutePath().normalize().toString();
    }
}
