package io.limelight.cli.policy;

import io.limelight.cli.command.CliContext;
import io.limelight.cli.command.CommandFailure;
import io.limelight.core.policy.runtime.RuntimePolicyException;
import io.limelight.core.policy.runtime.RuntimePolicyReader;
import io.limelight.core.policy.sign.DsseEnvelope;
import io.limelight.core.policy.sign.PolicyKey;
import io.limelight.core.policy.sign.PolicySignatureException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code limelight policy verify}: whether a signed policy is by somebody. */
@Command(
        name = "verify",
        description = "Verify the signature of a policy.",
        footer = {"", "Ends with 0 if it is good, 1 if it is not, 2 if there is nothing to verify."})
final class VerifySignatureCommand implements Callable<Integer> {
    private static final int UNUSABLE = 2;

    @ParentCommand
    private @Nullable PolicyCommand policy;

    @Option(
            names = {"-r", "--runtime-policy"},
            required = true,
            paramLabel = "FILE",
            description = "The signed policy (DSSE envelope).")
    private String file = "";

    @Option(
            names = {"-k", "--key"},
            required = true,
            paramLabel = "FILE",
            description = "The signer's public key or certificate, PEM.")
    private String keyFile = "";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Where to write the policy without its envelope, if the signature is good.")
    private @Nullable String output;

    @Override
    public Integer call() throws CommandFailure {
        CliContext context = Objects.requireNonNull(policy).context();
        PolicyFiles files = new PolicyFiles(context, UNUSABLE);
        DsseEnvelope envelope = envelope(files);
        PolicyKey key = key(files);
        if (!key.verifies(envelope)) {
            throw new CommandFailure(
                    1, "No signature of " + file + " is by the key " + key.keyId() + " (" + keyFile + ").");
        }
        context.out().println("Good signature by the key " + key.keyId() + ".");
        byte[] payload = envelope.payload().toByteArray();
        try {
            RuntimePolicyReader.forUpload(payload, RuntimePolicyReader.MAX_BYTES);
        } catch (RuntimePolicyException e) {
            context.err()
                    .println("WARNING: what is signed is no valid policy, and a verifier will not take it: "
                            + e.getMessage() + ".");
        }
        if (output != null) {
            files.write(output, new String(payload, StandardCharsets.UTF_8));
        }
        return 0;
    }

    private DsseEnvelope envelope(PolicyFiles files) throws CommandFailure {
        // Base64 makes four of three.
        byte[] text = files.bytes("signed policy", file, 2 * RuntimePolicyReader.MAX_BYTES);
        try {
            return DsseEnvelope.find(text)
                    .orElseThrow(() -> new CommandFailure(UNUSABLE, file + " is no signed policy."));
        } catch (PolicySignatureException e) {
            throw new CommandFailure(UNUSABLE, file + ": " + e.getMessage() + ".", e);
        }
    }

    private PolicyKey key(PolicyFiles files) throws CommandFailure {
        try {
            return PolicyKey.parse(files.bytes("key", keyFile, PolicyKey.MAX_LENGTH));
        } catch (PolicySignatureException e) {
            throw new CommandFailure(UNUSABLE, keyFile + ": " + e.getMessage() + ".", e);
        }
    }
}
