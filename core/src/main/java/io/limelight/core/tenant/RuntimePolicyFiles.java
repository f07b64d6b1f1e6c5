package io.limelight.core.tenant;

import static io.limelight.core.tenant.Documents.refused;
import static io.limelight.core.tenant.Documents.shown;

import io.limelight.core.policy.create.ExcludeListText;
import io.limelight.core.policy.create.PolicyDraft;
import io.limelight.core.policy.create.PolicySourceException;
import io.limelight.core.policy.create.PolicyTrees;
import io.limelight.core.policy.runtime.LegacyAllowlist;
import io.limelight.core.policy.runtime.RuntimePolicy;
import io.limelight.core.policy.runtime.RuntimePolicyException;
import io.limelight.core.policy.runtime.RuntimePolicyReader;
import io.limelight.core.policy.sign.DsseEnvelope;
import io.limelight.core.policy.sign.PolicyKey;
import io.limelight.core.policy.sign.PolicySignatureException;
import io.limelight.core.tenant.TenantException.Kind;
import io.limelight.core.tpm.HashAlgorithm;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Runtime policies as files: bare, in signed envelopes, or in the forms that came before them. */
final class RuntimePolicyFiles {
    private static final String POLICY = "runtime policy";
    private static final String ALLOWLIST = "allowlist";
    private static final String EXCLUDES = "exclude list";

    /** As base64 it just fits the largest request a verifier takes as shipped ({@code max_upload_size}, 100 MiB). */
    private static final int MAX_FILE = 74 * 1024 * 1024;

    private static final int MAX_EXCLUDES = 4 * 1024 * 1024;
    private static final int SHOWN_LINES = 5;

    private final Documents documents;
    private final InstantSource clock;
    private final List<String> warnings;

    RuntimePolicyFiles(Documents documents, InstantSource clock, List<String> warnings) {
        this.documents = documents;
        this.clock = clock;
        this.warnings = warnings;
    }

    // --- policies ---

    PreparedRuntimePolicy policy(RuntimePolicyChoice.Given given) throws TenantException {
        String where = shown(given.source());
        boolean proven = given.checksum().isPresent() || given.signer().isPresent();
        byte[] file = documents.read(POLICY, given.source(), proven, MAX_FILE);
        if (given.checksum().isPresent()) {
            requireChecksum(file, where, given.checksum().get());
        }
        Optional<DsseEnvelope> envelope = envelope(file, where);
        Optional<PolicyKey> signer = signer(envelope, where, given.signer());
        byte[] text = envelope.map(signed -> signed.payload().toByteArray()).orElse(file);
        RuntimePolicy policy = read(text, where);
        String by = signer.map(key -> ", signed by the key " + key.keyId().substring(0, 16))
                .orElse("");
        return new PreparedRuntimePolicy(
                Base64.getEncoder().encodeToString(file), signer, describe(policy, given.source()) + by);
    }

    private static void requireChecksum(byte[] file, String where, String checksum) throws TenantException {
        String wanted = checksum.strip().toLowerCase(Locale.ROOT);
        if (!wanted.matches("[0-9a-f]{64}")) {
            throw new TenantException(
                    Kind.POLICY,
                    "--runtime-policy-checksum is no SHA-256: 64 hex digits, as sha256sum prints them. Nothing was sent.");
        }
        String actual = HexFormat.of().formatHex(HashAlgorithm.SHA256.digest(file));
        if (!actual.equals(wanted)) {
            throw refused(
                    POLICY,
                    where,
                    "has the SHA-256 " + actual + " and not the one given (" + wanted
                            + "): it is another file, or it was changed");
        }
    }

    private static Optional<DsseEnvelope> envelope(byte[] file, String where) throws TenantException {
        try {
            return DsseEnvelope.find(file);
        } catch (PolicySignatureException e) {
            throw refused(POLICY, where, "is in an envelope that cannot be used: " + e.getMessage(), e);
        }
    }

    /** The key whose signature is on it; empty for a policy without signature where no key was given. */
    private Optional<PolicyKey> signer(Optional<DsseEnvelope> envelope, String where, Optional<Path> keyFile)
            throws TenantException {
        if (keyFile.isEmpty()) {
            if (envelope.isPresent()) {
                throw refused(
                        POLICY,
                        where,
                        "is signed, and nothing says by whom it should be; give the signer's public key with"
                                + " --runtime-policy-sig-key");
            }
            return Optional.empty();
        }
        PolicyKey key = key(keyFile.get());
        if (envelope.isEmpty()) {
            throw refused(
                    POLICY,
                    where,
                    "is not signed, and --runtime-policy-sig-key asks for a signature; limelight policy sign runtime makes"
                            + " one");
        }
        if (!key.verifies(envelope.get())) {
            throw refused(
                    POLICY,
                    where,
                    "has no good signature by the key " + keyFile.get() + " (" + key.keyId()
                            + "): it was changed, or somebody else signed it");
        }
        return Optional.of(key);
    }

    private PolicyKey key(Path file) throws TenantException {
        String what = "key of a policy's signature";
        try {
            return PolicyKey.parse(documents.read(what, file, PolicyKey.MAX_LENGTH));
        } catch (PolicySignatureException e) {
            throw refused(what, file.toString(), "cannot be used: " + e.getMessage(), e);
        }
    }

    private RuntimePolicy read(byte[] text, String where) throws TenantException {
        RuntimePolicy policy;
        try {
            policy = RuntimePolicyReader.forUpload(text, RuntimePolicyReader.MAX_BYTES);
        } catch (RuntimePolicyException e) {
            throw refused(POLICY, where, "cannot be used: " + e.getMessage() + hint(e), e);
        }
        policy.excludes()
                .problem()
                .ifPresent(why -> warnings.add("The exclusions of " + where
                        + " cannot be compiled together, so a verifier will exclude nothing: " + why + "."));
        if (policy.digests().size() == 0) {
            warnings.add("The runtime policy " + where + " names no file: it allows none.");
        }
        return policy;
    }

    private static String hint(RuntimePolicyException e) {
        return switch (e.reason()) {
            case TOO_LARGE -> "";
            case NOT_JSON -> "; lists of digests and paths are given with --allowlist";
            case MALFORMED -> "; limelight policy convert makes a policy of older forms";
        };
    }

    private static String describe(RuntimePolicy policy, DocumentSource source) {
        int files = policy.digests().size();
        int excludes = policy.excludes().patterns().size();
        return "runtime policy of " + name(source) + " (" + files + (files == 1 ? " file" : " files")
                + (excludes == 0 ? "" : ", " + excludes + (excludes == 1 ? " exclusion" : " exclusions")) + ")";
    }

    private static String name(DocumentSource source) {
        return source instanceof DocumentSource.LocalFile file
                ? String.valueOf(file.path().getFileName())
                : shown(source);
    }

    // --- what came before them ---

    PreparedRuntimePolicy converted(RuntimePolicyChoice.Allowlist choice) throws TenantException {
        String where = shown(choice.list());
        byte[] list = documents.read(ALLOWLIST, choice.list(), false, RuntimePolicyReader.MAX_BYTES);
        byte[] text;
        try {
            LegacyAllowlist.Converted converted = LegacyAllowlist.convert(list, "", Optional.empty());
            skipped(converted.skipped(), where);
            PolicyDraft draft =
                    PolicyDraft.of(PolicyTrees.text(converted.policy()).getBytes(StandardCharsets.US_ASCII));
            if (choice.excludes().isPresent()) {
                draft.excludes().addAll(excludes(choice.excludes().get()));
            }
            // As limelight policy convert, so that both make the same policy.
            draft.bareDigests();
            text = draft.text(LocalDateTime.ofInstant(clock.instant(), ZoneId.systemDefault()))
                    .getBytes(StandardCharsets.UTF_8);
        } catch (RuntimePolicyException e) {
            throw refused(
                    ALLOWLIST,
                    where,
                    "cannot be converted: " + e.getMessage() + "; runtime policies are given with --runtime-policy",
                    e);
        } catch (PolicySourceException e) {
            throw refused(
                    ALLOWLIST, where, "cannot be converted: " + e.sentence().replaceFirst("\\.$", ""), e);
        }
        RuntimePolicy policy = read(text, where);
        if (policy.digests().size() == 0 && policy.keyrings().size() == 0) {
            throw refused(ALLOWLIST, where, "holds no digest and path; is it the right file");
        }
        return new PreparedRuntimePolicy(
                Base64.getEncoder().encodeToString(text),
                Optional.empty(),
                describe(policy, choice.list()) + ", converted");
    }

    private List<String> excludes(Path file) throws TenantException {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(documents.read(EXCLUDES, file, MAX_EXCLUDES)))
                    .toString();
            return ExcludeListText.read(text, true);
        } catch (CharacterCodingException e) {
            throw refused(EXCLUDES, file.toString(), "is no text in UTF-8", e);
        } catch (PolicySourceException e) {
            throw refused(
                    EXCLUDES, file.toString(), "cannot be used: " + e.sentence().replaceFirst("\\.$", ""), e);
        }
    }

    private void skipped(List<Integer> lines, String where) {
        lines.stream()
                .limit(SHOWN_LINES)
                .forEach(line -> warnings.add(
                        "Line " + line + " of the allowlist " + where + " is no digest and path; it is left out."));
        if (lines.size() > SHOWN_LINES) {
            warnings.add(lines.size() - SHOWN_LINES + " more lines of it are left out.");
        }
    }
}
