package io.limelight.core.tenant;

import static io.limelight.core.tenant.Documents.refused;
import static io.limelight.core.tenant.Documents.shown;

import io.limelight.core.policy.boot.BootReference;
import io.limelight.core.policy.boot.ReferenceCheck;
import io.limelight.core.policy.runtime.RuntimePolicyException;
import io.limelight.core.policy.runtime.SignerKeys;
import io.limelight.core.policy.sign.DetachedSignature;
import io.limelight.core.policy.sign.PolicySignatureException;
import io.limelight.core.task.Cancellation;
import io.limelight.core.tenant.TenantException.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads policies and keys and checks everything that can be checked here, before anybody is asked or told anything: what leaves
 * this program is what its user meant, signed by whom the user named, and such that a verifier can judge by it.
 */
public final class PolicyPreparation {
    private final TenantSettings settings;
    private final InstantSource clock;
    private final Documents documents;

    /**
     * Prepares with these settings.
     *
     * @param cancellation ends what is being fetched
     */
    public PolicyPreparation(TenantSettings settings, InstantSource clock, Cancellation cancellation) {
        this.settings = settings;
        this.clock = clock;
        this.documents = new Documents(settings, cancellation);
    }

    /**
     * Prepares.
     *
     * @throws TenantException naming the file and what is wrong with it
     */
    public PreparedPolicies prepare(PolicyChoice choice) throws TenantException {
        List<String> warnings = new ArrayList<>();
        RuntimePolicyFiles runtimeFiles = new RuntimePolicyFiles(documents, clock, warnings);
        Optional<PreparedRuntimePolicy> runtime = switch (choice.runtime()) {
            case RuntimePolicyChoice.None none -> Optional.empty();
            case RuntimePolicyChoice.Stored stored -> Optional.empty();
            case RuntimePolicyChoice.Given given -> Optional.of(runtimeFiles.policy(given));
            case RuntimePolicyChoice.Allowlist list -> Optional.of(runtimeFiles.converted(list));
        };
        Optional<PreparedBootPolicy> boot = choice.boot() instanceof BootPolicyChoice.Given given
                ? Optional.of(boot(given.file(), warnings))
                : Optional.empty();
        return new PreparedPolicies(
                runtime,
                choice.runtime().policyName(),
                boot,
                choice.boot().policyName(),
                signerKeys(choice.signerKeys()),
                warnings);
    }

    /** The reference state that {@code --mb-policy default} means. */
    public Path defaultBootPolicy() throws TenantException {
        return settings.bootPolicy()
                .orElseThrow(() -> new TenantException(
                        Kind.POLICY,
                        "--mb-policy default means the file that mb_refstate in tenant.conf names, and none is named there."
                                + " Name the file instead."));
    }

    // --- measured boot ---

    private PreparedBootPolicy boot(Path file, List<String> warnings) throws TenantException {
        String what = "measured boot policy";
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(documents.read(what, file, BootReference.MAX_LENGTH)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw refused(what, file.toString(), "is no JSON: it is not encoded as UTF-8", e);
        }
        ReferenceCheck check = ReferenceCheck.of(text);
        if (check.refusal().isPresent()) {
            throw refused(
                    what,
                    file.toString(),
                    check.refusal().get()
                            + "; limelight policy create measured-boot -e LOG makes one of a good machine's boot log");
        }
        check.warnings().forEach(warning -> warnings.add(file + ": " + warning));
        return new PreparedBootPolicy(text, "measured boot policy of " + file.getFileName());
    }

    // --- keys of IMA signatures ---

    private SignerKeys signerKeys(List<SignerKeyChoice> choices) throws TenantException {
        SignerKeys keys = SignerKeys.NONE;
        for (SignerKeyChoice choice : choices) {
            keys = with(keys, choice);
        }
        return keys;
    }

    private SignerKeys with(SignerKeys keys, SignerKeyChoice choice) throws TenantException {
        String what = "IMA signature key";
        byte[] key = documents.read(what, choice.key(), choice.proof().isPresent(), SignerKeys.MAX_LENGTH);
        if (choice.proof().isPresent()) {
            prove(key, choice.key(), choice.proof().get());
        }
        try {
            return keys.with(key);
        } catch (RuntimePolicyException e) {
            throw refused(what, shown(choice.key()), "cannot be used: " + e.getMessage(), e);
        }
    }

    private void prove(byte[] key, DocumentSource source, SignerKeyChoice.Proof proof) throws TenantException {
        String what = "key of a signature";
        byte[] signature = documents.read("signature", proof.signature(), true, DetachedSignature.MAX_LENGTH);
        byte[] signer = documents.read(what, proof.signer(), DetachedSignature.MAX_LENGTH);
        boolean verified;
        try {
            verified = DetachedSignature.verifies(key, signature, signer, clock.instant());
        } catch (PolicySignatureException e) {
            throw refused(what, proof.signer().toString(), "cannot be used: " + e.getMessage(), e);
        }
        if (!verified) {
            throw refused(
                    "signature",
                    shown(proof.signature()),
                    "is not one by the key " + proof.signer() + " over " + shown(source)
                            + ": the key file was changed, or somebody else signed it");
        }
    }
}
