package io.limelight.cli.tenant;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Every option of {@code keylime_tenant}, and the rules about which go together. The annotations describe them for help and
 * completion; {@link TenantArguments} fills them in.
 */
final class TenantOptions {
    private static final String LATER = "Not yet in this build.";

    @Option(
            names = {"-c", "--command"},
            paramLabel = "COMMAND",
            defaultValue = "add",
            description = {
                "add (default), update, delete: enrol a machine, enrol it anew, end its enrolment;",
                "reenrol: the way back of a failed or revoked one: with --cert its old certificate is revoked, the",
                "verifier forgets it, and it is enrolled with the options of add;",
                "status, cvstatus, regstatus: what verifier and registrar know of it;",
                "cvlist, reglist, bulkinfo: all machines; reactivate: ask a failed machine again;",
                "regdelete: forget its registration; revocations: whom the verifier told of failures;",
                "releaserevocations, discardrevocations: what becomes of those that its brake holds;",
                "testrevocation: try the webhook and ZeroMQ, or with -u that machine, by a notice nobody acts on;",
                "addruntimepolicy, updateruntimepolicy, showruntimepolicy, deleteruntimepolicy, listruntimepolicy:",
                "runtime policies that the verifier keeps by name; addmbpolicy, updatembpolicy, showmbpolicy,",
                "deletembpolicy, listmbpolicy: measured boot policies"
            })
    String command = "add";

    @Option(
            names = {"-u", "--uuid"},
            paramLabel = "ID",
            description = "The machine's id.")
    @Nullable String uuid;

    @Option(
            names = {"-t", "--targethost"},
            paramLabel = "ADDRESS",
            description = "Where the machine is reached; without -u also which machine. Default: as it registered.")
    @Nullable String targetHost;

    @Option(
            names = {"-tp", "--targetport"},
            paramLabel = "PORT",
            description = "Its port.")
    @Nullable Integer targetPort;

    @Option(
            names = "--cv_targethost",
            paramLabel = "ADDRESS",
            description = "Where the verifier reaches the machine, if not there.")
    @Nullable String cvTargetHost;

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "File or zip to encrypt and deliver; a folder is packed as one zip.")
    @Nullable Path file;

    @Option(
            names = {"-k", "--key"},
            paramLabel = "FILE",
            description = "Key file of userdata-encrypt; alone, only the key is delivered.")
    @Nullable Path key;

    @Option(
            names = "--cert",
            paramLabel = "DIR",
            description = {
                "Deliver a certificate package: a certificate of the machine's own from the CA in DIR, which is made",
                "there if there is none. \"default\" is ca in the work directory. The keystore's password is asked for,",
                "unless --ca-password-file, KEYLIME_CA_PASSWORD or ca.conf have one."
            })
    @Nullable String cert;

    @Option(
            names = "--include",
            paramLabel = "DIR",
            description = "Add the files of DIR to the package: autorun.sh, action_list, local_action_*.")
    @Nullable String include;

    @Option(
            names = "--ca-password-file",
            paramLabel = "FILE",
            description = "The first line is the password of the CA's keystore.")
    @Nullable Path caPasswordFile;

    @Option(
            names = {"-p", "--payload"},
            paramLabel = "FILE",
            description = "The encrypted payload that belongs to -k.")
    @Nullable Path payload;

    @Option(
            names = "--tpm_policy",
            paramLabel = "JSON",
            defaultValue = "{}",
            description = "Values PCRs must have: {\"15\": [\"00…\"]}.")
    String tpmPolicy = "{}";

    @Option(names = "--verify", description = "Wait until the machine has proved that it holds the key.")
    boolean verify;

    @Option(
            names = "--reregister",
            description = {
                "With reenrol: the registrar forgets the machine too, and nothing is enrolled: its agent has to be",
                "restarted first, then -c add enrols it."
            })
    boolean reregister;

    @Option(
            names = {"-v", "--cv"},
            paramLabel = "ADDRESS",
            description = "The verifier, instead of verifier_ip.")
    @Nullable String verifierHost;

    @Option(
            names = {"-vp", "--cvport"},
            paramLabel = "PORT",
            description = "Its port, instead of verifier_port.")
    @Nullable Integer verifierPort;

    @Option(
            names = {"-vi", "--cvid"},
            paramLabel = "ID",
            description = "Only machines of the verifier with this id (cvlist, bulkinfo).")
    @Nullable String verifierId;

    @Option(
            names = {"-r", "--registrarhost"},
            paramLabel = "ADDRESS",
            description = "The registrar, instead of registrar_ip.")
    @Nullable String registrarHost;

    @Option(
            names = {"-rp", "--registrarport"},
            paramLabel = "PORT",
            description = "Its TLS port, instead of registrar_port.")
    @Nullable Integer registrarPort;

    @Option(
            names = {"-nvc", "--no-verifier-check"},
            description = "Do not ask the verifier for the machine first (delete, update, reactivate).")
    boolean noVerifierCheck;

    @Option(
            names = {"--agent-api-version", "--supported-version"},
            paramLabel = "VERSION",
            description = "API version to speak with the machine. Default: the newest both have.")
    @Nullable String agentApiVersion;

    // --- an option of a part that is still to come; parsed, so that it is named in the refusal ---

    @Option(names = "--push-model", description = LATER)
    boolean pushModel;

    // --- policies ---

    @Option(
            names = "--runtime-policy",
            paramLabel = "FILE",
            description = {
                "The runtime (IMA) policy to judge the machine by, checked before it is sent; JSON, or a signed envelope,",
                "which needs --runtime-policy-sig-key."
            })
    @Nullable String runtimePolicy;

    @Option(
            names = "--runtime-policy-url",
            paramLabel = "URL",
            description = "Fetch it instead; needs --runtime-policy-checksum.")
    @Nullable String runtimePolicyUrl;

    @Option(names = "--runtime-policy-checksum", paramLabel = "HEX", description = "The SHA-256 that it must have.")
    @Nullable String runtimePolicyChecksum;

    @Option(
            names = "--runtime-policy-sig-key",
            paramLabel = "FILE",
            description = "The public key or certificate that it must be signed by; the verifier gets the key, too.")
    @Nullable String runtimePolicySigKey;

    @Option(
            names = "--runtime-policy-name",
            paramLabel = "NAME",
            description = "Alone, a policy that the verifier has by this name; else the name to store it under.")
    @Nullable String runtimePolicyName;

    @Option(
            names = {"--mb-policy", "--mb_refstate"},
            paramLabel = "FILE",
            description = {
                "The measured boot policy (reference state) to judge the machine by. \"default\" is what mb_refstate in",
                "tenant.conf names."
            })
    @Nullable String mbPolicy;

    @Option(names = "--mb-policy-name", paramLabel = "NAME", description = "As --runtime-policy-name.")
    @Nullable String mbPolicyName;

    @Option(names = "--allowlist", paramLabel = "FILE", hidden = true)
    @Nullable String allowlist;

    @Option(names = "--allowlist-url", paramLabel = "URL", hidden = true)
    @Nullable String allowlistUrl;

    @Option(names = "--allowlist-name", paramLabel = "NAME", hidden = true)
    @Nullable String allowlistName;

    @Option(names = "--exclude", paramLabel = "FILE", hidden = true)
    @Nullable String exclude;

    @Option(
            names = {"--signature-verification-key", "--sign_verification_key"},
            paramLabel = "FILE",
            hidden = true)
    List<String> signatureKeys = new ArrayList<>();

    @Option(names = "--signature-verification-key-sig", paramLabel = "FILE", hidden = true)
    List<String> signatureKeySigs = new ArrayList<>();

    @Option(names = "--signature-verification-key-sig-key", paramLabel = "FILE", hidden = true)
    List<String> signatureKeySigKeys = new ArrayList<>();

    @Option(names = "--signature-verification-key-url", paramLabel = "URL", hidden = true)
    List<String> signatureKeyUrls = new ArrayList<>();

    @Option(names = "--signature-verification-key-sig-url", paramLabel = "URL", hidden = true)
    List<String> signatureKeySigUrls = new ArrayList<>();

    @Option(names = "--signature-verification-key-sig-url-key", paramLabel = "FILE", hidden = true)
    List<String> signatureKeySigUrlKeys = new ArrayList<>();

    /** What makes the whole command line wrong (exit status 2); empty if nothing does. */
    Optional<String> wrongUsage() {
        boolean storesPolicy = command.equals("addallowlist") || command.equals("addruntimepolicy");
        if (storesPolicy
                && runtimePolicy == null
                && runtimePolicyUrl == null
                && allowlist == null
                && allowlistUrl == null) {
            return Optional.of(command + " needs a policy: --runtime-policy or --runtime-policy-url");
        }
        if (exclude != null && allowlist == null) {
            return Optional.of("--exclude belongs to --allowlist");
        }
        if (allowlist != null && allowlistUrl != null) {
            return Optional.of("--allowlist and --allowlist-url exclude each other");
        }
        if (runtimePolicy != null && runtimePolicyUrl != null) {
            return Optional.of("--runtime-policy and --runtime-policy-url exclude each other");
        }
        if (runtimePolicyUrl != null && runtimePolicyChecksum == null) {
            return Optional.of("--runtime-policy-url needs --runtime-policy-checksum");
        }
        if (runtimePolicyChecksum != null && runtimePolicyUrl == null && runtimePolicy == null) {
            return Optional.of("--runtime-policy-checksum belongs to --runtime-policy or --runtime-policy-url");
        }
        return Optional.empty();
    }

    /** What cannot be done although it can be read (exit status 1); empty if nothing. */
    Optional<String> contradiction() {
        if (Stream.of(file, key, cert).filter(given -> given != null).count() > 1) {
            return Optional.of("Give one payload only: -f, -k or --cert.");
        }
        if (payload != null && key == null) {
            return Optional.of("-p is an encrypted payload and needs the key file it was encrypted with: -k.");
        }
        if (cert != null && cert.isBlank()) {
            return Optional.of("--cert names the folder of a CA, or says default; it is empty.");
        }
        if (include != null && cert == null) {
            return Optional.of("--include adds files to a certificate package and needs --cert.");
        }
        if (caPasswordFile != null && cert == null) {
            return Optional.of("--ca-password-file belongs to the CA of a certificate package and needs --cert.");
        }
        if (reregister && !command.equals("reenrol")) {
            return Optional.of("--reregister belongs to -c reenrol; -c regdelete forgets a registration alone.");
        }
        if (reregister && (file != null || key != null || verify)) {
            return Optional.of("--reregister ends before anything is sent: give the payload to -c add afterwards.");
        }
        if (verify && file == null && key == null && cert == null) {
            return Optional.of("--verify proves a key, and none is sent: give a payload with -f, or a key with -k.");
        }
        return Optional.empty();
    }

    /** The option that belongs to a part still to come. */
    Optional<String> notYet() {
        return pushModel ? Optional.of("--push-model (agents that push their evidence)") : Optional.empty();
    }
}
