package io.limelight.cli.policy;

import io.limelight.cli.command.CliContext;
import io.limelight.cli.command.CommandFailure;
import io.limelight.core.policy.create.PolicyTrees;
import io.limelight.core.policy.runtime.RuntimePolicyException;
import io.limelight.core.policy.runtime.RuntimePolicyReader;
import io.limelight.core.policy.sign.PolicyKey;
import io.limelight.core.policy.sign.PolicySignatureException;
import io.limelight.core.policy.sign.PolicySigner;
import io.limelight.core.secret.FileTrouble;
import io.limelight.core.secret.PrivateFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code limelight policy sign …}. */
@Command(name = "sign", description = "Sign a policy, so that a verifier takes it from nobody else.")
final class SignCommand {
    private static final String NEW_KEY = "keylime-ecdsa-key.pem";

    @ParentCommand
    private @Nullable PolicyCommand policy;

    @Command(name = "runtime", description = "Sign a runtime policy: a DSSE envelope, ECDSA with SHA-256.")
    int runtime(
            @Option(
                            names = {"-r", "--runtime-policy"},
                            required = true,
                            paramLabel = "FILE",
                            description = "The policy.")
                    String file,
            @Option(
                            names = {"-o", "--output"},
                            paramLabel = "FILE",
                            defaultValue = PolicyFiles.STDOUT,
                            description = "Where to write the envelope; - is the standard output, as is the default.")
                    String output,
            @Option(
                            names = {"-k", "--keyfile"},
                            paramLabel = "FILE",
                            description = "EC private key, PEM, not encrypted.")
                    @Nullable String keyFile,
            @Option(
                            names = {"-p", "--keypath"},
                            paramLabel = "FILE",
                            description = "Where to write a new key (P-256) without --keyfile (default: " + NEW_KEY
                                    + "). The public half is written beside it, with .pub.")
                    @Nullable String keyPath,
            @Option(
                            names = {"-b", "--backend"},
                            paramLabel = "ecdsa|x509",
                            defaultValue = "ecdsa",
                            description = "How the envelope names the key (default: ${DEFAULT-VALUE}).")
                    String backend,
            @Option(
                            names = {"-c", "--cert-outfile"},
                            paramLabel = "FILE",
                            description = "Where to write the certificate that x509 needs.")
                    @Nullable String certificateFile)
            throws CommandFailure {
        CliContext context = Objects.requireNonNull(policy).context();
        PolicyFiles files = new PolicyFiles(context, 1);
        boolean x509 = switch (backend.toLowerCase(Locale.ROOT)) {
            case "ecdsa" -> false;
            case "x509" -> true;
            default -> throw new CommandFailure(2, "--backend is ecdsa or x509.");
        };
        if (x509 && certificateFile == null) {
            throw new CommandFailure(1, "--backend x509 needs --cert-outfile, where the certificate goes.");
        }
        if (keyFile != null && keyPath != null) {
            throw new CommandFailure(1, "--keyfile and --keypath exclude each other: use a key, or make one.");
        }
        byte[] payload = checked(file, files.policy("runtime policy", file));
        PolicySigner signer = keyFile == null
                ? made(context, keyPath == null ? NEW_KEY : keyPath)
                : read(keyFile, files.bytes("private key", keyFile, PolicyKey.MAX_LENGTH));
        if (certificateFile != null && x509) {
            String certificate = signer.certificate(Instant.now(), new SecureRandom());
            files.write(certificateFile, certificate);
            files.write(output, signer.signWithCertificate(payload, certificate).json());
        } else {
            files.write(output, signer.sign(payload).json());
        }
        return 0;
    }

    /** What is signed: the policy as Python's json would write it again. */
    private static byte[] checked(String file, byte[] text) throws CommandFailure {
        try {
            RuntimePolicyReader.forUpload(text, RuntimePolicyReader.MAX_BYTES);
            return PolicyTrees.text(PolicyTrees.read(text)).getBytes(StandardCharsets.US_ASCII);
        } catch (RuntimePolicyException | IOException e) {
            throw new CommandFailure(1, "The runtime policy '" + file + "' is not valid: " + e.getMessage() + ".", e);
        }
    }

    private static PolicySigner read(String file, byte[] pem) throws CommandFailure {
        try {
            return PolicySigner.parse(pem);
        } catch (PolicySignatureException e) {
            throw new CommandFailure(1, "The private key '" + file + "' cannot be used: " + e.getMessage() + ".", e);
        }
    }

    private static PolicySigner made(CliContext context, String name) throws CommandFailure {
        Path file = context.workingDirectory().resolve(name);
        if (Files.exists(file)) {
            throw new CommandFailure(
                    1, file + " exists already; use it with --keyfile, or name another place with --keypath.");
        }
        PolicySigner signer = PolicySigner.generate(new SecureRandom());
        try {
            PrivateFiles.write(file, signer.privatePem().getBytes(StandardCharsets.US_ASCII));
            Path beside = file.resolveSibling(file.getFileName() + ".pub");
            Files.writeString(beside, signer.publicKey().pem());
            context.err().println("A new key was written to " + file + ", its public half to " + beside + ".");
        } catch (IOException e) {
            throw new CommandFailure(1, "Cannot write the new key: " + FileTrouble.sentence(e) + ".", e);
        }
        return signer;
    }
}
